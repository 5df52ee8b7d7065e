//! Owners that are no superusers, and roles that are not safe. Roles belong to the whole cluster, so what is done to
//! the app role here is done in a transaction that never commits.

use crate::database::{Database, unique};
use kernel::migrate::{self, Error};
use tokio_postgres::Client;

async fn as_owner(database: &Database, attributes: &str) -> (Client, String) {
    let client = database.connect().await;
    let owner = unique("owner");
    let name = database.name();
    client
        .batch_execute(&format!(
            "CREATE ROLE {owner} {attributes}; ALTER DATABASE {name} OWNER TO {owner}; SET SESSION AUTHORIZATION {owner}"
        ))
        .await
        .unwrap();
    (client, owner)
}

#[tokio::test]
async fn an_owner_who_may_create_roles_needs_no_superuser() {
    let database = Database::empty().await;
    let (mut client, _) = as_owner(&database, "CREATEROLE").await;
    migrate::run(&mut client).await.unwrap();
    let report = crate::doctor::run(&mut client).await.unwrap();
    assert!(report.ok(), "{report}");

    let error = migrate::check_safe_role(&client).await.unwrap_err();
    assert!(matches!(error, Error::UnsafeRole { .. }), "{error}");
    client.batch_execute("SET ROLE contentpilot_app").await.unwrap();
    migrate::check_safe_role(&client).await.unwrap();
}

#[tokio::test]
async fn an_owner_who_may_not_act_as_the_app_role_is_told_what_to_run() {
    let database = Database::empty().await;
    migrate::ensure_app_role(&database.connect().await).await.unwrap();
    let (mut client, owner) = as_owner(&database, "").await;
    let error = migrate::run(&mut client).await.unwrap_err().to_string();
    assert!(error.contains(&format!("GRANT contentpilot_app TO {owner}")), "{error}");

    let administrator = database.connect().await;
    administrator.batch_execute(&format!("GRANT contentpilot_app TO {owner}")).await.unwrap();
    migrate::run(&mut client).await.unwrap();
    // It owns the tables, so the policies are not what keeps it out.
    let error = migrate::check_safe_role(&client).await.unwrap_err().to_string();
    assert!(error.contains("owns the table"), "{error}");
}

#[tokio::test]
async fn without_the_role_and_the_right_to_make_it_the_message_names_the_statements() {
    let database = Database::empty().await;
    migrate::ensure_app_role(&database.connect().await).await.unwrap();
    let client = database.connect().await;
    let plain = unique("plain");
    client
        .batch_execute(&format!(
            "BEGIN; ALTER ROLE contentpilot_app RENAME TO {plain}_app; CREATE ROLE {plain}; SET SESSION AUTHORIZATION {plain}"
        ))
        .await
        .unwrap();
    let error = migrate::dry_run(&client).await.unwrap_err().to_string();
    assert!(error.contains("CREATE ROLE contentpilot_app NOLOGIN"), "{error}");
    assert!(error.contains(&format!("GRANT contentpilot_app TO {plain}")), "{error}");
    client.batch_execute("ROLLBACK").await.unwrap();
}

#[tokio::test]
async fn an_app_role_that_could_get_around_the_policies_is_refused() {
    let database = Database::migrated().await;
    let client = database.connect().await;
    let keeper = unique("keeper");
    for (attack, words) in [
        ("ALTER ROLE contentpilot_app SUPERUSER".to_owned(), "is a superuser"),
        ("ALTER ROLE contentpilot_app BYPASSRLS".to_owned(), "has BYPASSRLS"),
        ("ALTER ROLE contentpilot_app CREATEROLE".to_owned(), "may create roles"),
        ("ALTER TABLE campaigns OWNER TO contentpilot_app".to_owned(), "owns the table campaigns"),
        (format!("CREATE ROLE {keeper} BYPASSRLS; GRANT {keeper} TO contentpilot_app"), "has BYPASSRLS"),
    ] {
        client.batch_execute(&format!("BEGIN; {attack}")).await.unwrap();
        let error = migrate::ensure_app_role(&client).await.unwrap_err().to_string();
        assert!(error.contains(words), "{attack}: {error}");
        client.batch_execute("SET LOCAL ROLE contentpilot_app").await.unwrap();
        let error = migrate::check_safe_role(&client).await.unwrap_err().to_string();
        assert!(error.contains(words), "{attack}: {error}");
        client.batch_execute("ROLLBACK").await.unwrap();
    }
}
