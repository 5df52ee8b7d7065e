//! Empty databases, a host's, twice, two at once, and what is refused.

use crate::database::{Database, text};
use crate::fingerprint;
use kernel::migrate::{self, Error};

#[tokio::test]
async fn an_empty_database_gets_everything_and_a_second_run_finds_nothing_to_do() {
    let database = Database::empty().await;
    let mut client = database.connect().await;
    assert_eq!(migrate::dry_run(&client).await.unwrap().len(), migrate::count());
    assert_eq!(migrate::run(&mut client).await.unwrap().applied.len(), migrate::count());
    let before = fingerprint::of_schema(&client).await;

    let second = migrate::run(&mut client).await.unwrap();
    assert_eq!((second.applied.len(), second.already_applied), (0, migrate::count()));
    assert_eq!(fingerprint::of_schema(&client).await, before);
    assert!(migrate::status(&client).await.unwrap().iter().all(|one| one.applied));
    assert_eq!(text(&client, "SELECT to_regclass('public.content')::text").await, "", "the legacy table is never made");
}

#[tokio::test]
async fn a_hosts_tables_and_rows_stay_exactly_as_they_are() {
    let mut inputs = vec![("our fixture", crate::database::HOST.to_owned())];
    let shared = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/platform/host-platform.sql");
    if let Ok(sql) = std::fs::read_to_string(shared) {
        inputs.push(("the platform's dump", sql));
    }
    for (name, sql) in inputs {
        let database = Database::empty().await;
        let mut client = database.connect().await;
        client.batch_execute(&sql).await.unwrap();
        let before = fingerprint::of_host(&client).await;
        migrate::run(&mut client).await.unwrap();
        assert_eq!(fingerprint::of_host(&client).await, before, "{name}");
        let values = text(&client, "SELECT enum_range(NULL::\"ContentStatus\")::text").await;
        assert_eq!(values, "{DRAFT,PUBLISHED,ARCHIVED,REVIEW,APPROVED,SCHEDULED}");
        let policies =
            text(&client, "SELECT count(*)::text FROM pg_policies WHERE tablename IN ('content', 'customers')").await;
        assert_eq!(policies, "0", "the host's own tables get no policies");
        let report = crate::doctor::run(&mut database.connect().await).await.unwrap();
        assert!(report.ok(), "{name}\n{report}");
    }
}

#[tokio::test]
async fn of_two_processes_one_applies_and_the_other_finds_nothing_to_do() {
    let database = Database::empty().await;
    let (mut one, mut other) = (database.connect().await, database.connect().await);
    let (first, second) = tokio::join!(migrate::run(&mut one), migrate::run(&mut other));
    let mut applied = [first.unwrap().applied.len(), second.unwrap().applied.len()];
    applied.sort_unstable();
    assert_eq!(applied, [0, migrate::count()]);
}

#[tokio::test]
async fn a_changed_past_and_a_newer_one_are_refused() {
    let database = Database::migrated().await;
    let mut client = database.connect().await;
    client.batch_execute("INSERT INTO app.migrations VALUES (9000, '9000_later', 'x')").await.unwrap();
    assert!(matches!(migrate::run(&mut client).await, Err(Error::FromTheFuture { name }) if name == "9000_later"));
    client
        .batch_execute("DELETE FROM app.migrations WHERE version = 9000; UPDATE app.migrations SET checksum = 'x' WHERE version = 4")
        .await
        .unwrap();
    assert!(matches!(migrate::run(&mut client).await, Err(Error::Edited { name }) if name == "0004_content"));
}

#[tokio::test]
async fn a_host_that_prisma_left_half_migrated_is_refused_untouched() {
    let database = Database::of_host().await;
    let mut client = database.connect().await;
    client.batch_execute("UPDATE _prisma_migrations SET finished_at = NULL").await.unwrap();
    let error = migrate::run(&mut client).await.unwrap_err();
    assert!(error.to_string().contains("20250101000000_init"), "{error}");
    assert_eq!(text(&client, "SELECT to_regclass('app.migrations')::text").await, "");

    client.batch_execute("UPDATE _prisma_migrations SET rolled_back_at = now()").await.unwrap();
    migrate::run(&mut client).await.unwrap();
}

#[tokio::test]
async fn a_table_of_ours_that_somebody_else_made_stops_the_run_with_its_name() {
    let database = Database::empty().await;
    let mut client = database.connect().await;
    client.batch_execute("CREATE TABLE media_assets (id text)").await.unwrap();
    let error = migrate::run(&mut client).await.unwrap_err();
    assert!(error.to_string().contains("0005_media") && error.to_string().contains("media_assets"), "{error}");
    client.batch_execute("DROP TABLE media_assets").await.unwrap();
    assert_eq!(migrate::run(&mut client).await.unwrap().applied.first(), Some(&"0005_media"));
}
