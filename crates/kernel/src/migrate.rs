//! Brings a database to the schema this program expects, beside whatever else lives in it.
//!
//! Several processes may start at once and another tool may own part of the schema, so everything happens under two
//! session locks (ours and the one Prisma takes), with a lock timeout and bounded retries, and is written into the
//! ledger `app.migrations`. A run that dies leaves a database that the next run completes. The connection must be a
//! direct one: session locks mean nothing through a pooler in transaction mode.

mod apply;
mod error;
mod files;
mod ledger;
mod lock;
mod preflight;
mod role;

pub use error::Error;
pub use role::{APP_ROLE, check_safe_role, ensure_app_role};

use files::{FILES, File};
use tokio_postgres::Client;

/// Tables of schema `app` that belong to no single tenant and so carry no policies; the doctor expects every other
/// table there to be locked.
pub const GLOBAL_TABLES: &[&str] = &[
    "api_keys",
    "credentials",
    "domains",
    "invitations",
    "jobs",
    "mails",
    "migrations",
    "password_resets",
    "return_paths",
    "sending_domain_owners",
    "sending_queue",
    "sessions",
    "sign_in_attempts",
    "silenced_mails",
];

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The names of the files applied now, in order, such as `0004_content`.
    pub applied: Vec<&'static str>,
    /// How many files the ledger held before.
    pub already_applied: usize,
}

/// One migration and whether the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The file's name without its ending.
    pub name: &'static str,
    /// Whether the ledger holds it.
    pub applied: bool,
}

/// Applies what is missing, after making sure that the app role exists and is safe.
///
/// Waits for another process that is migrating, up to five minutes, and then finds nothing to do.
/// The session's `search_path` and timeouts are changed while it runs and reset at the end.
pub async fn run(client: &mut Client) -> Result<Report, Error> {
    preflight::server(client).await?;
    ensure_app_role(client).await?;
    lock::acquire(client).await?;
    let outcome = apply_pending(client).await;
    // A connection that broke has lost its locks already, so the first error is the one worth telling.
    let released = lock::release(client).await;
    let report = outcome?;
    released?;
    Ok(report)
}

/// Says which migrations the database has; changes nothing and takes no lock.
pub async fn status(client: &Client) -> Result<Vec<Status>, Error> {
    preflight::server(client).await?;
    let recorded = ledger::read(client).await?;
    ledger::verify(&recorded)?;
    Ok(FILES
        .iter()
        .map(|file| Status { name: file.name, applied: recorded.iter().any(|row| row.version == file.version) })
        .collect())
}

/// How many migrations this program knows: as many rows has the ledger of a database that is up to date.
pub fn count() -> usize {
    FILES.len()
}

/// Makes every check that a run makes beforehand and names what it would apply; changes nothing.
pub async fn dry_run(client: &Client) -> Result<Vec<&'static str>, Error> {
    let pending = status(client).await?.into_iter().filter(|one| !one.applied).map(|one| one.name).collect();
    preflight::no_unfinished_prisma_migration(client).await?;
    role::check_or_explain(client).await?;
    Ok(pending)
}

async fn apply_pending(client: &mut Client) -> Result<Report, Error> {
    preflight::no_unfinished_prisma_migration(client).await?;
    ledger::create(client).await?;
    let recorded = ledger::read(client).await?;
    ledger::verify(&recorded)?;
    let mut report = Report { already_applied: recorded.len(), ..Report::default() };
    for file in pending(&recorded) {
        tracing::info!(migration = file.name, "applying");
        apply::file(client, file).await?;
        report.applied.push(file.name);
    }
    Ok(report)
}

fn pending(recorded: &[ledger::Row]) -> impl Iterator<Item = &'static File> {
    FILES.iter().filter(|file| !recorded.iter().any(|row| row.version == file.version))
}
