//! Applies one file: whole in a transaction, or statement by statement where a statement must not be in one.

use super::error::{Error, describe};
use super::files::{File, index_built_by};
use super::ledger;
use std::time::Duration;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

/// With the lock timeout and the pauses this is about two minutes of trying.
const MOST_ATTEMPTS: u32 = 30;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(3);

/// Applies one file and writes it into the ledger.
///
/// Every attempt waits for a table's lock only briefly: while it waits, everybody after it in the queue waits too.
pub(super) async fn file(client: &mut Client, file: &File) -> Result<(), Error> {
    let mut pause = FIRST_PAUSE;
    for _ in 0..MOST_ATTEMPTS {
        match attempt(client, file).await {
            Ok(()) => return Ok(()),
            Err(error) if is_about_locks(&error) => {
                tracing::warn!(migration = file.name, "a table is in use, trying again");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            Err(error) => return Err(Error::Failed { name: file.name.to_owned(), message: describe(&error) }),
        }
    }
    Err(Error::Busy { name: file.name.to_owned(), attempts: MOST_ATTEMPTS })
}

async fn attempt(client: &mut Client, file: &File) -> Result<(), tokio_postgres::Error> {
    if !file.is_transactional() {
        for statement in file.statements() {
            one_statement(client, &statement).await?;
        }
    }
    let transaction = client.transaction().await?;
    if file.is_transactional() {
        transaction.batch_execute(file.sql).await?;
    }
    ledger::record(&transaction, file).await?;
    transaction.commit().await
}

/// Runs a statement outside any transaction. An index left invalid by an interrupted run is dropped first, for
/// `IF NOT EXISTS` would take it for the finished one.
async fn one_statement(client: &Client, statement: &str) -> Result<(), tokio_postgres::Error> {
    if let Some(index) = index_built_by(statement) {
        // Named with its schema: an index lives in its table's, ours in `app` as well as in `public`.
        let sql = "SELECT format('%I.%I', nspname, relname) AS name
                   FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
                   JOIN pg_namespace ON pg_namespace.oid = relnamespace
                   WHERE relname = $1 AND nspname IN ('app', 'public') AND NOT indisvalid";
        for row in client.query(sql, &[&index]).await? {
            client.batch_execute(&format!("DROP INDEX CONCURRENTLY {}", row.get::<_, &str>("name"))).await?;
        }
    }
    client.batch_execute(statement).await
}

fn is_about_locks(error: &tokio_postgres::Error) -> bool {
    matches!(error.code(), Some(code) if *code == SqlState::LOCK_NOT_AVAILABLE
        || *code == SqlState::T_R_DEADLOCK_DETECTED)
}
