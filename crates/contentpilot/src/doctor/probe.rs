//! One attempt at a statement, undone at once.

use tokio_postgres::error::SqlState;
use tokio_postgres::{Error, SimpleQueryMessage, Transaction};

/// What came of an attempt.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It went through and touched or returned this many rows.
    Rows(u64),
    /// The database said no, with this code and these words.
    Refused(SqlState, String),
}

/// Tries a statement and takes it back, whatever came of it. An error is returned only for a broken connection.
pub(super) async fn attempt(transaction: &Transaction<'_>, sql: &str) -> Result<Outcome, Error> {
    transaction.batch_execute("SAVEPOINT probe").await?;
    let outcome = match transaction.simple_query(sql).await {
        Ok(messages) => Outcome::Rows(messages.iter().map(rows).sum()),
        Err(error) => match error.code() {
            Some(code) => Outcome::Refused(code.clone(), words(&error)),
            None => return Err(error),
        },
    };
    transaction.batch_execute("ROLLBACK TO SAVEPOINT probe; RELEASE SAVEPOINT probe").await?;
    Ok(outcome)
}

/// Works for this organization from here to the end of the transaction.
pub(super) async fn work_for(transaction: &Transaction<'_>, organization: &str) -> Result<(), Error> {
    transaction.query_one("SELECT set_config('app.current_org_id', $1, true)", &[&organization]).await?;
    Ok(())
}

/// The server's own words.
pub(super) fn words(error: &Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |said| said.message().to_owned())
}

fn rows(message: &SimpleQueryMessage) -> u64 {
    match message {
        SimpleQueryMessage::CommandComplete(count) => *count,
        _ => 0,
    }
}
