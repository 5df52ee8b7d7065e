//! Runs that die half-way, and runs that meet a busy host.

use crate::database::{Database, text};
use crate::fingerprint;
use kernel::migrate;
use std::time::{Duration, Instant};
use tokio_postgres::Client;

/// Ends the session at the given schema change of the run; counted by a sequence, for that survives the rollback.
const KILLER: &str = "
    CREATE SCHEMA killer;
    CREATE SEQUENCE killer.changes;
    CREATE TABLE killer.point (at bigint);
    CREATE FUNCTION killer.strike() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF nextval('killer.changes') = (SELECT at FROM killer.point) THEN
            PERFORM pg_terminate_backend(pg_backend_pid());
        END IF;
    END
    $$;
    CREATE EVENT TRIGGER strike ON ddl_command_end EXECUTE FUNCTION killer.strike();";
const DISARM: &str = "DROP EVENT TRIGGER strike; DROP SCHEMA killer CASCADE";

#[tokio::test]
async fn a_run_killed_anywhere_is_completed_by_the_next() {
    let undisturbed = Database::of_host().await;
    let mut client = undisturbed.connect().await;
    client.batch_execute(KILLER).await.unwrap();
    let before: i64 = changes(&client).await;
    migrate::run(&mut client).await.unwrap();
    let total = changes(&client).await - before;
    client.batch_execute(DISARM).await.unwrap();
    let wanted = fingerprint::of_schema(&client).await;
    assert!(total > 100, "{total}");

    for point in (2..total).step_by(usize::try_from(total / 12).unwrap()) {
        let database = Database::of_host().await;
        let watcher = database.connect().await;
        watcher.batch_execute(KILLER).await.unwrap();
        watcher
            .execute("INSERT INTO killer.point SELECT last_value + $1 FROM killer.changes", &[&point])
            .await
            .unwrap();
        let mut victim = database.connect().await;
        assert!(migrate::run(&mut victim).await.is_err(), "killed at change {point}");
        watcher.batch_execute(DISARM).await.unwrap();
        migrate::run(&mut database.connect().await).await.unwrap();
        assert_eq!(fingerprint::of_schema(&watcher).await, wanted, "killed at change {point}");
    }
}

async fn changes(client: &Client) -> i64 {
    client.query_one("SELECT last_value FROM killer.changes", &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn an_index_left_invalid_by_a_killed_run_is_built_again() {
    // One on a table of the tenants', one on a table of our own, which lives in another schema.
    for (index, version) in [("public.idx_content_search", 11), ("app.sessions_expires_at_idx", 18)] {
        is_built_again(index, version).await;
    }
}

async fn is_built_again(index: &str, version: i32) {
    let database = Database::migrated().await;
    let watcher = database.connect().await;
    watcher
        .batch_execute(&format!("DROP INDEX {index}; DELETE FROM app.migrations WHERE version = {version}"))
        .await
        .unwrap();
    // Building concurrently waits for whoever could still see the table without the index.
    let reader = database.connect().await;
    reader.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM pg_class").await.unwrap();
    let mut victim = database.connect().await;
    let run = tokio::spawn(async move { migrate::run(&mut victim).await });
    let (_, name) = index.split_once('.').unwrap();
    let waiting = format!(
        "SELECT coalesce(max(pid)::text, '') FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%{name}%'"
    );
    let pid = until(&watcher, &waiting).await;
    watcher.batch_execute(&format!("SELECT pg_terminate_backend({pid})")).await.unwrap();
    assert!(run.await.unwrap().is_err());
    let valid = format!("SELECT indisvalid::text FROM pg_index WHERE indexrelid = to_regclass('{index}')");
    assert_eq!(text(&watcher, &valid).await, "false");

    reader.batch_execute("ROLLBACK").await.unwrap();
    migrate::run(&mut database.connect().await).await.unwrap();
    assert_eq!(text(&watcher, &valid).await, "true");
}

#[tokio::test]
async fn a_busy_host_is_waited_for_without_stopping_its_readers_and_writers() {
    let database = Database::of_host().await;
    let writer = database.connect().await;
    writer.batch_execute("BEGIN; UPDATE users SET name = 'Ines' WHERE id = 'user1'").await.unwrap();
    let mut migrating = database.connect().await;
    let run = tokio::spawn(async move { migrate::run(&mut migrating).await });

    let other = database.connect().await;
    let waiting = "SELECT coalesce(max(pid)::text, '') FROM pg_stat_activity WHERE datname = current_database()
                   AND wait_event_type = 'Lock' AND query LIKE '%content_categories%'";
    until(&other, waiting).await;
    let began = Instant::now();
    other.batch_execute("SELECT FROM users").await.unwrap();
    other.batch_execute("UPDATE users SET name = 'Tom' WHERE id = 'user2'").await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(5), "the host waited {:?}", began.elapsed());

    writer.batch_execute("COMMIT").await.unwrap();
    assert_eq!(run.await.unwrap().unwrap().applied.len(), migrate::count());
}

/// Asks until the answer is not empty.
async fn until(client: &Client, sql: &str) -> String {
    let began = Instant::now();
    loop {
        let answer = text(client, sql).await;
        if !answer.is_empty() {
            return answer;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "it never came to: {sql}");
    }
}
