//! The host platform's own content becomes items, and its table stays as it was.

use std::path::Path;

use http::StatusCode;
use importers::report::Summary;
use importers::{Options, legacy};
use kernel::access::Role;
use kernel::db::Statements;
use testkit::{MARKER, Side, World};

use crate::world;

const HOST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/platform/host-platform.sql");
const TABLE: &str = r#"
    CREATE TABLE content (
        id text PRIMARY KEY, organization_id text NOT NULL REFERENCES organizations (id), title text NOT NULL,
        slug text NOT NULL, content_type "ContentType" NOT NULL, content text NOT NULL, excerpt text,
        status "ContentStatus" NOT NULL DEFAULT 'DRAFT', author_id text NOT NULL REFERENCES users (id),
        published_at timestamp(3), seo_meta jsonb, created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
        updated_at timestamp(3) NOT NULL);
    GRANT SELECT ON content TO contentpilot_app;
    INSERT INTO content VALUES
      ('l1', 'org-harbor', 'In winter', 'winter', 'BLOG_POST',
       '<p>Winter <strong>buyers</strong></p><script>alert(1)</script><p onclick="x()">end</p>', 'Why.', 'PUBLISHED',
       'user-harbor-member', '2024-12-02 14:30:00.123',
       '{"title": "Homes in winter", "description": "A guide.", "keywords": ["waterfront", "winter"]}',
       '2024-12-01 10:00:00', '2024-12-03 09:00:00'),
      ('l2', 'org-harbor', 'About us', 'about', 'PAGE', E'First line\nsecond & last\n\nAnother', NULL, 'PUBLISHED',
       'user-rival-owner', NULL, '{"keywords": "a, b", "og": 1}', '2023-01-15 08:00:00', '2023-01-15 08:00:00'),
      ('l3', 'org-harbor', 'Sheet', 'sheet', 'TEMPLATE', '<h2>{{address}}</h2>', '', 'DRAFT', 'user-harbor-owner',
       NULL, '{}', '2024-05-05 05:05:05', '2024-05-05 05:05:05'),
      ('l4', 'org-harbor', 'Old docs', 'Über Uns!', 'DOCUMENTATION', '<pre><code>GET /homes</code></pre>', NULL,
       'ARCHIVED', 'user-harbor-owner', '2022-03-01 00:00:00', NULL, '2022-02-01', '2022-03-01'),
      ('r1', 'org-rival', 'RIVAL-MARKER', 'secret', 'PAGE', 'RIVAL-MARKER', NULL, 'PUBLISHED', 'user-rival-owner',
       NULL, NULL, '2022-02-01', '2022-03-01');"#;

async fn legacy_world() -> World {
    let world = world().await;
    world.superuser().await.batch_execute(TABLE).await.expect("the legacy table is made");
    world
}

async fn import(world: &World) -> Summary {
    legacy::run(&world.app, "harbor", Options::default(), |_, _| {}).await.expect("the import succeeds")
}

async fn text(world: &World, sql: &str) -> String {
    let row = world.tenant().await.one(&format!("SELECT coalesce(({sql})::text, 'NULL') AS found"), &[]).await;
    row.expect("the statement is right").get("found")
}

async fn is(world: &World, slug: &str, column: &str, expected: &str) {
    let sql = format!("SELECT {column} FROM content_items WHERE slug = '{slug}'");
    assert_eq!(text(world, &sql).await, expected, "{sql}");
}

async fn legacy_rows(world: &World) -> String {
    let sql = "SELECT md5(string_agg(c::text || c.xmin, '|' ORDER BY id)) FROM content c";
    world.superuser().await.query_one(sql, &[]).await.expect("the table is there").get(0)
}

#[tokio::test]
async fn rows_become_items_with_all_they_had() {
    let world = legacy_world().await;
    let before = legacy_rows(&world).await;
    let summary = import(&world).await;
    assert_eq!((summary.created, summary.skipped.count), (4, 0), "{summary}");
    assert_eq!(legacy_rows(&world).await, before, "the legacy table is never written");

    is(&world, "winter", "type || ' ' || status || ' ' || author_id", "BLOG_POST PUBLISHED user-harbor-member").await;
    is(&world, "winter", "content", "<p>Winter <strong>buyers</strong></p><p>end</p>").await;
    is(
        &world,
        "winter",
        "meta_title || '|' || meta_description || '|' || array_to_string(keywords, ',')",
        "Homes in winter|A guide.|waterfront,winter",
    )
    .await;
    for (column, expected) in [
        ("published_at", "2024-12-02 14:30:00.123"),
        ("created_at", "2024-12-01 10:00:00"),
        ("updated_at", "2024-12-03 09:00:00"),
    ] {
        is(&world, "winter", &format!("{column} AT TIME ZONE 'UTC'"), expected).await;
    }
    is(&world, "about", "type || ' ' || status", "PAGE PUBLISHED").await;
    is(&world, "about", "content", "<p>First line<br>second &amp; last</p><p>Another</p>").await;
    is(&world, "about", "array_to_string(keywords, ',')", "a,b").await;
    is(&world, "about", "published_at AT TIME ZONE 'UTC'", "2023-01-15 08:00:00").await;
    is(&world, "sheet", "type || ' ' || status || ' ' || coalesce(excerpt, '-')", "TEMPLATE DRAFT -").await;
    is(
        &world,
        "uber-uns",
        "type || ' ' || status || ' ' || (published_at AT TIME ZONE 'UTC')",
        "DOCUMENTATION ARCHIVED 2022-03-01 00:00:00",
    )
    .await;
    assert!(!text(&world, "SELECT string_agg(i::text, '') FROM content_items i").await.contains(MARKER));

    world.run_jobs().await;
    world.stranger().get("/s/harbor/winter").await.is(StatusCode::OK);
}

#[tokio::test]
async fn an_author_who_left_is_named_but_not_let_in() {
    let world = legacy_world().await;
    let summary = import(&world).await;
    let author = "SELECT u.is_active || ' ' || m.role FROM content_items i JOIN users u ON u.id = i.author_id
                  JOIN organization_members m ON m.user_id = u.id AND m.organization_id = i.organization_id
                  WHERE i.slug = 'about'";
    assert_eq!(text(&world, author).await, "false VIEWER");
    let rival = Side::Rival.user_id(Role::Owner);
    let member = format!(
        "SELECT count(*) FROM organization_members WHERE user_id = '{rival}' AND organization_id = 'org-harbor'"
    );
    assert_eq!(text(&world, &member).await, "0");
    assert!(summary.adjusted.reasons.keys().any(|reason| reason.contains("no member")), "{summary}");
    assert!(summary.adjusted.reasons.keys().any(|reason| reason.contains("seo_meta")), "{summary}");
}

#[tokio::test]
async fn running_again_adds_nothing_and_edits_here_stay() {
    let world = legacy_world().await;
    import(&world).await;
    let again = import(&world).await;
    assert_eq!((again.created, again.updated, again.unchanged), (0, 0, 4), "{again}");

    let path = text(&world, "SELECT '/api/v1/content/' || id FROM content_items WHERE slug = 'sheet'").await;
    world.as_admin().patch(&path, serde_json::json!({ "title": "Our sheet" })).await.is(StatusCode::OK);
    let change = "UPDATE content SET title = title || ' again'; INSERT INTO content SELECT 'l5', organization_id, 'New',
                  'new', content_type, content, NULL, status, author_id, NULL, NULL, created_at, updated_at FROM content WHERE id = 'l3'";
    world.superuser().await.batch_execute(change).await.expect("the rows change");
    let later = import(&world).await;
    assert_eq!((later.created, later.updated, later.unchanged), (1, 3, 0), "{later}");
    assert_eq!(later.skipped.count, 1, "{later}");
    is(&world, "winter", "title", "In winter again").await;
    is(&world, "sheet", "title", "Our sheet").await;
}

#[tokio::test]
async fn a_slug_that_is_taken_gets_the_next_number() {
    let world = legacy_world().await;
    for _ in 0..2 {
        world
            .as_member()
            .post("/api/v1/content", serde_json::json!({ "title": "Winter" }))
            .await
            .is(StatusCode::CREATED);
    }
    import(&world).await;
    is(&world, "winter-3", "title", "In winter").await;
    let again = import(&world).await;
    assert_eq!(again.unchanged, 4, "{again}");
}

#[tokio::test]
async fn a_dry_run_tells_the_same_and_writes_nothing() {
    let world = legacy_world().await;
    let options = Options { dry_run: true };
    let told = legacy::run(&world.app, "harbor", options, |_, _| {}).await.expect("the dry run succeeds");
    assert_eq!(text(&world, "SELECT count(*) FROM content_items").await, "0");
    assert_eq!(text(&world, "SELECT count(*) FROM app.import_records").await, "0");
    let mut seen = Vec::new();
    let done = legacy::run(&world.app, "harbor", Options::default(), |done, total| seen.push((done, total))).await;
    assert_eq!(Summary { dry_run: false, ..told }, done.expect("the import succeeds"));
    assert_eq!(seen, [(4, 4)]);
}

#[tokio::test]
async fn a_database_without_the_table_is_told_in_words() {
    let world = world().await;
    let refused = async |words: &str| {
        let error = legacy::run(&world.app, "harbor", Options::default(), |_, _| {}).await.expect_err("it is refused");
        assert!(error.to_string().contains(words), "{error}");
    };
    refused("no legacy table").await;
    world.superuser().await.batch_execute("CREATE TABLE content (id text)").await.expect("a table is made");
    refused("not the host platform's").await;
    world.superuser().await.batch_execute("DROP TABLE content").await.expect("the table goes");
    world.superuser().await.batch_execute(TABLE).await.expect("the table is made");
    world.superuser().await.batch_execute("REVOKE SELECT ON content FROM contentpilot_app").await.expect("revoked");
    refused("GRANT SELECT").await;
}

#[tokio::test]
async fn the_app_role_can_only_read_the_table() {
    let world = legacy_world().await;
    for sql in ["UPDATE content SET title = 'x'", "DELETE FROM content", "TRUNCATE content"] {
        world.tenant().await.execute(sql, &[]).await.expect_err(sql);
    }
}

/// Loads the platform's rows beside the world's own organizations, and copies each of its organizations.
#[tokio::test]
async fn the_host_platforms_rows_arrive() {
    let Ok(file) = std::fs::read_to_string(Path::new(HOST)) else {
        eprintln!("skipped: ../shared/data/platform/host-platform.sql is not beside this repository");
        return;
    };
    let world = world().await;
    let statements = file.split(";\n").map(str::trim);
    let mine = statements.filter(|sql| {
        let sql = sql.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n");
        [
            "CREATE TABLE content (",
            "INSERT INTO organizations",
            "INSERT INTO users",
            "INSERT INTO organization_members",
            "INSERT INTO content ",
        ]
        .iter()
        .any(|start| sql.trim_start().starts_with(start))
    });
    let sql = mine.collect::<Vec<_>>().join(";\n") + ";\nGRANT SELECT ON content TO contentpilot_app";
    let client = world.superuser().await;
    client.batch_execute(&sql).await.expect("the platform's rows load");
    for slug in ["harbor-pine", "mesa-verde"] {
        let expected = client
            .query_one(
                "SELECT count(*) FROM content c JOIN organizations o ON o.id = c.organization_id WHERE o.slug = $1",
                &[&slug],
            )
            .await
            .expect("rows can be counted")
            .get::<_, i64>(0);
        let summary = legacy::run(&world.app, slug, Options::default(), |_, _| {}).await.expect("the import succeeds");
        assert_eq!(
            (i64::try_from(summary.created).expect("a count"), summary.skipped.count),
            (expected, 0),
            "{summary}"
        );
    }
    let differing = r#"SELECT count(*) FROM content c LEFT JOIN app.import_records r ON r.source_id = c.id AND r.kind = 'legacy-content'
        LEFT JOIN content_items i ON i.id = r.target_id AND i.organization_id = c.organization_id
        WHERE (i.title, i.type, i.status, i.author_id, i.slug) IS DISTINCT FROM (c.title, c.content_type, c.status, c.author_id, c.slug)
           OR i.published_at IS DISTINCT FROM c.published_at AT TIME ZONE 'UTC'
           OR i.updated_at IS DISTINCT FROM c.updated_at AT TIME ZONE 'UTC'"#;
    let count: i64 = client.query_one(differing, &[]).await.expect("rows can be compared").get(0);
    assert_eq!(count, 0);
}
