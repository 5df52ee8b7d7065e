//! The doctor finds whatever is broken on purpose, and names it.

use crate::database::Database;
use crate::doctor;

/// Breaks a healthy database, in a transaction that the doctor's own rollback ends, and returns what it found.
async fn after(sabotage: &str) -> String {
    let database = Database::migrated().await;
    let mut client = database.connect().await;
    client.batch_execute(&format!("BEGIN; {sabotage}")).await.unwrap();
    let report = doctor::run(&mut client).await.unwrap();
    assert!(!report.ok(), "nothing was found after: {sabotage}");
    let text = report.to_string();
    assert!(text.contains("WRONG"), "{text}");
    text
}

async fn finds(sabotage: &str, words: &[&str]) {
    let found = after(sabotage).await;
    for word in words {
        assert!(found.contains(word), "not named: {word}\nafter: {sabotage}\n{found}");
    }
}

#[tokio::test]
async fn a_healthy_database_passes_and_keeps_nothing_of_the_examination() {
    let database = Database::migrated().await;
    let report = doctor::run(&mut database.connect().await).await.unwrap();
    assert!(report.ok(), "{report}");
    assert_eq!(report.failures().count(), 0);
    assert!(report.checks.len() > 30, "{report}");
    assert!(serde_json::to_value(&report).unwrap()["checks"][0]["ok"].as_bool().unwrap());
    let rows = database.connect().await.query("SELECT FROM organizations", &[]).await.unwrap();
    assert!(rows.is_empty());
}

#[tokio::test]
async fn a_database_without_our_schema_is_reported_not_crashed_on() {
    let database = Database::empty().await;
    let report = doctor::run(&mut database.connect().await).await.unwrap();
    let text = report.to_string();
    assert!(text.contains("0001_host_tables is missing") && text.contains("content_items is missing"), "{text}");
}

#[tokio::test]
async fn a_dropped_policy() {
    finds(
        "DROP POLICY media_assets_tenant_isolation ON media_assets",
        &["media_assets: policy media_assets_tenant_isolation is missing", "a tenant cannot read its own row"],
    )
    .await;
    finds("DROP POLICY audit_log_insert ON app.audit_log", &["app.audit_log: policy audit_log_insert is missing"])
        .await;
}

#[tokio::test]
async fn an_open_policy_beside_the_others() {
    finds(
        "CREATE POLICY everybody ON campaigns FOR SELECT USING (true)",
        &[
            "campaigns: policy everybody should not be there (FOR SELECT, USING true)",
            "of another tenant, rows can be read",
            "when the organization is empty, rows can be read",
        ],
    )
    .await;
    finds(
        "CREATE POLICY writers ON campaigns USING (true)",
        &[
            "policy writers should not be there (FOR ALL",
            "of another tenant, a row can be inserted",
            "of another tenant, a row can be moved there",
            "of another tenant, a row can be deleted",
        ],
    )
    .await;
}

#[tokio::test]
async fn a_policy_that_was_rewritten() {
    finds(
        "ALTER POLICY content_tags_update ON content_tags WITH CHECK (true)",
        &["content_tags: policy content_tags_update is not as agreed"],
    )
    .await;
}

#[tokio::test]
async fn row_security_not_forced_or_off() {
    finds("ALTER TABLE content_items NO FORCE ROW LEVEL SECURITY", &["content_items: row security is not forced"])
        .await;
    finds(
        "ALTER TABLE content_items DISABLE ROW LEVEL SECURITY",
        &[
            "content_items: row security is off",
            "of another tenant, rows can be read",
            "when no organization was ever set, a row can be inserted",
        ],
    )
    .await;
    finds(
        "ALTER TABLE app.content_item_tags DISABLE ROW LEVEL SECURITY",
        &["app.content_item_tags: row security is off"],
    )
    .await;
}

#[tokio::test]
async fn an_app_role_above_the_policies() {
    finds("ALTER ROLE contentpilot_app SUPERUSER", &["is a superuser", "of another tenant, rows can be read"]).await;
    finds("ALTER ROLE contentpilot_app BYPASSRLS", &["has BYPASSRLS", "of another tenant, rows can be read"]).await;
    finds("GRANT TRUNCATE ON campaigns TO contentpilot_app", &["contentpilot_app may TRUNCATE on campaigns"]).await;
}

#[tokio::test]
async fn an_invalid_or_missing_index() {
    let broken = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'idx_content_search'::regclass";
    finds(broken, &["idx_content_search is invalid"]).await;
    finds(
        "DROP INDEX idx_media_org_folder",
        &["idx_media_org_folder is missing", "media_assets_folder_fkey on media_assets has no index"],
    )
    .await;
}

#[tokio::test]
async fn a_reference_to_another_tenants_row() {
    let single = "ALTER TABLE content_items DROP CONSTRAINT content_items_category_fkey;
                  ALTER TABLE content_categories ADD UNIQUE (id);
                  ALTER TABLE content_items ADD CONSTRAINT category FOREIGN KEY (category_id) REFERENCES content_categories (id)";
    finds(
        single,
        &[
            "category on content_items allows another organization's row",
            "of another tenant, category_id can refer to a row",
        ],
    )
    .await;
    finds(
        "ALTER TABLE content_revisions DROP CONSTRAINT content_revisions_content_fkey",
        &[
            "content_revisions.content_id has no composite reference to content_items",
            "of another tenant, content_id can refer to a row",
        ],
    )
    .await;
}

#[tokio::test]
async fn a_missing_enum_value() {
    finds("ALTER TYPE \"ContentType\" RENAME VALUE 'WHITEPAPER' TO 'PAPER'", &["\"ContentType\" lacks WHITEPAPER"])
        .await;
}

#[tokio::test]
async fn functions_that_run_as_their_owner() {
    finds(
        "GRANT EXECUTE ON FUNCTION app.search_content TO PUBLIC",
        &["app.search_content(text,boolean,integer,text[],text,text,text,text) may be run by everybody"],
    )
    .await;
    finds(
        "ALTER FUNCTION app.index_content(text) RESET search_path",
        &["app.index_content(text) has no fixed search_path"],
    )
    .await;
    finds(
        "CREATE FUNCTION app.peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT 1::bigint'",
        &["app.peek() runs as its owner and is not known"],
    )
    .await;
    for table in ["app.search_documents", "app.search_words"] {
        finds(
            &format!("GRANT SELECT ON {table} TO contentpilot_app"),
            &[&format!("contentpilot_app may SELECT on {table}")],
        )
        .await;
    }
    finds(
        "CREATE OR REPLACE FUNCTION app.current_org() RETURNS text LANGUAGE sql STABLE RETURN 'org'::text",
        &["app.current_org()"],
    )
    .await;
}

#[tokio::test]
async fn a_new_table_without_locks() {
    let forgotten = "CREATE TABLE app.deliveries (id text PRIMARY KEY, organization_id text NOT NULL);
                     GRANT SELECT, INSERT, UPDATE, DELETE ON app.deliveries TO contentpilot_app";
    finds(
        forgotten,
        &[
            "app.deliveries has PRIMARY KEY (id)",
            "app.deliveries: row security is off",
            "app.deliveries: policy deliveries_tenant_isolation is missing",
            "isolation deliveries",
        ],
    )
    .await;
    finds(
        "CREATE TABLE app.notes (id text PRIMARY KEY)",
        &["app.notes has no such column and is not listed as global"],
    )
    .await;
    finds(
        "CREATE VIEW everything AS SELECT * FROM content_items; GRANT SELECT ON everything TO contentpilot_app",
        &["everything reads tenants' rows with its owner's rights"],
    )
    .await;
}
