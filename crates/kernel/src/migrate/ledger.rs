//! The ledger `app.migrations`: what was applied, with which text, when.

use super::Error;
use super::files::{FILES, File};
use tokio_postgres::{Client, Transaction};

/// One applied migration.
pub(super) struct Row {
    pub version: i32,
    pub name: String,
    pub checksum: String,
}

/// Makes the schema and the ledger where they are missing. Call it with the migration locks held.
pub(super) async fn create(client: &Client) -> Result<(), Error> {
    // CREATE SCHEMA IF NOT EXISTS asks for the right to create even when there is nothing to create.
    let exists: bool = client.query_one("SELECT to_regnamespace('app') IS NOT NULL", &[]).await?.get(0);
    if !exists {
        client.batch_execute("CREATE SCHEMA app").await?;
    }
    client
        .batch_execute(
            "CREATE TABLE IF NOT EXISTS app.migrations (
                 version    integer PRIMARY KEY,
                 name       text NOT NULL,
                 checksum   text NOT NULL,
                 applied_at timestamptz NOT NULL DEFAULT now()
             )",
        )
        .await?;
    Ok(())
}

/// What the ledger holds, oldest first; nothing when there is no ledger yet.
pub(super) async fn read(client: &Client) -> Result<Vec<Row>, Error> {
    let exists: bool = client.query_one("SELECT to_regclass('app.migrations') IS NOT NULL", &[]).await?.get(0);
    if !exists {
        return Ok(Vec::new());
    }
    let rows = client.query("SELECT version, name, checksum FROM app.migrations ORDER BY version", &[]).await?;
    Ok(rows.iter().map(|row| Row { version: row.get(0), name: row.get(1), checksum: row.get(2) }).collect())
}

/// Refuses a ledger whose texts are not this program's.
pub(super) fn verify(recorded: &[Row]) -> Result<(), Error> {
    for row in recorded {
        match FILES.iter().find(|file| file.version == row.version) {
            None => return Err(Error::FromTheFuture { name: row.name.clone() }),
            Some(file) if file.checksum() != row.checksum => return Err(Error::Edited { name: row.name.clone() }),
            Some(_) => {}
        }
    }
    Ok(())
}

/// Writes one file down inside the transaction that applied it.
pub(super) async fn record(transaction: &Transaction<'_>, file: &File) -> Result<(), tokio_postgres::Error> {
    let sql = "INSERT INTO app.migrations (version, name, checksum) VALUES ($1, $2, $3)";
    transaction.execute(sql, &[&file.version, &file.name, &file.checksum()]).await?;
    Ok(())
}
