//! Work that happens later: rows of `app.jobs`, put there in the transaction that causes them.
//!
//! A job is claimed with a lease, so that the work of a node that died is taken up by another; it must therefore be
//! safe to run twice. Only the holder of the lease may finish it.

use std::collections::HashMap;
use std::pin::Pin;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;

use crate::db::{OrganizationId, Row, Statements};
use crate::{App, Error, Result};

/// How long a claimed job belongs to its node.
const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// How often an idle worker looks for work.
const LOOKS_EVERY: Duration = Duration::from_millis(400);
const MAX_ATTEMPTS: i32 = 10;
/// The first wait after a failure; it doubles with each further one, up to [`LONGEST_WAIT`].
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(5);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);

/// A kind of work. Its fields are what the row keeps as JSON.
pub trait Job: Serialize + DeserializeOwned + Send + 'static {
    const KIND: &'static str;

    /// Does the work. [`Error::Internal`] is tried again later; any other error means that it never will succeed.
    fn run(self, app: App, task: Task) -> impl Future<Output = Result<()>> + Send;
}

/// Under what circumstances a job runs.
pub struct Task {
    pub organization: Option<OrganizationId>,
    pub now: Timestamp,
}

type Handler = fn(App, serde_json::Value, Task) -> Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// The kinds of jobs that this program knows.
#[derive(Default, Clone)]
pub struct Registry(HashMap<&'static str, Handler>);

impl Registry {
    pub fn with<J: Job>(mut self) -> Self {
        self.0.insert(J::KIND, |app, payload, task| {
            Box::pin(async move { serde_json::from_value::<J>(payload)?.run(app, task).await })
        });
        self
    }
}

/// Queues a job in the caller's transaction, to run at `run_at` or soon after.
pub async fn enqueue<J: Job>(
    tx: &impl Statements,
    organization: Option<&OrganizationId>,
    job: &J,
    run_at: Timestamp,
) -> Result<()> {
    let sql = "INSERT INTO app.jobs (id, organization_id, kind, payload, run_at, attempts, max_attempts, created_at)
               VALUES ($1, $2, $3, $4, $5, 0, $6, $5)";
    let id = crate::id::new(run_at);
    let organization = organization.map(OrganizationId::as_str);
    tx.execute(sql, &[&id, &organization, &J::KIND, &serde_json::to_value(job)?, &run_at, &MAX_ATTEMPTS]).await?;
    Ok(())
}

/// Queues a job unless one with the same key waits or runs already. The key is unique among all organizations.
pub async fn enqueue_once<J: Job>(
    tx: &impl Statements,
    organization: &OrganizationId,
    job: &J,
    (key, run_at): (&str, Timestamp),
) -> Result<()> {
    let sql = "INSERT INTO app.jobs
                 (id, organization_id, kind, payload, run_at, attempts, max_attempts, created_at, unique_key)
               VALUES ($1, $2, $3, $4, $5, 0, $6, $5, $7)
               ON CONFLICT (unique_key) WHERE finished_at IS NULL AND failed_at IS NULL DO NOTHING";
    let (id, payload) = (crate::id::new(run_at), serde_json::to_value(job)?);
    tx.execute(sql, &[&id, &organization.as_str(), &J::KIND, &payload, &run_at, &MAX_ATTEMPTS, &key]).await?;
    Ok(())
}

/// Runs jobs until told to stop; what has begun is finished.
pub async fn work(app: App, registry: Registry, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match run_batch(&app, &registry).await {
            Ok(0) => {}
            Ok(_) => continue,
            Err(error) => tracing::error!(%error, "jobs could not be claimed"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LOOKS_EVERY) => {}
        }
    }
}

/// Claims what is due, up to the setting's number at once, runs it, and gives how many there were.
pub async fn run_batch(app: &App, registry: &Registry) -> Result<usize> {
    let now = app.clock.now();
    let lease = crate::secret::token();
    let sql = "UPDATE app.jobs SET lease_token = $1, lease_until = $2, attempts = attempts + 1
               WHERE id IN (
                 SELECT id FROM app.jobs
                 WHERE finished_at IS NULL AND failed_at IS NULL AND run_at <= $3 AND (lease_until IS NULL OR lease_until < $3)
                 ORDER BY run_at LIMIT $4 FOR UPDATE SKIP LOCKED
               ) RETURNING id, organization_id, kind, payload, attempts, max_attempts";
    let most = i64::try_from(app.settings.jobs_at_once).unwrap_or(1);
    let rows = app.database.global().await?.rows(sql, &[&lease, &(now + LEASE), &now, &most]).await?;
    let outcomes = join_all(rows.iter().map(|row| run_one(app, registry, row, &lease))).await;
    outcomes.into_iter().collect::<Result<()>>()?;
    Ok(rows.len())
}

async fn run_one(app: &App, registry: &Registry, row: &Row, lease: &str) -> Result<()> {
    let (id, kind): (&str, &str) = (row.get("id"), row.get("kind"));
    let organization = row.get::<_, Option<&str>>("organization_id").map(OrganizationId::parse).transpose()?;
    let task = Task { organization, now: app.clock.now() };
    let outcome = match registry.0.get(kind) {
        // A task of its own, so that a panic ends this job and not the worker.
        Some(handler) => tokio::spawn(handler(app.clone(), row.get("payload"), task))
            .await
            .unwrap_or_else(|panic| Err(Error::internal(format!("the job panicked: {panic}")))),
        None => Err(Error::internal(format!("this program knows no jobs of the kind {kind}"))),
    };
    let global = app.database.global().await?;
    let error = match outcome {
        Ok(()) => {
            global.execute("DELETE FROM app.jobs WHERE id = $1 AND lease_token = $2", &[&id, &lease]).await?;
            return Ok(());
        }
        Err(error) => error,
    };
    let (attempts, max_attempts): (i32, i32) = (row.get("attempts"), row.get("max_attempts"));
    let gives_up = attempts >= max_attempts || !matches!(error, Error::Internal(_));
    tracing::warn!(job = id, kind, attempts, gives_up, error = ?error, "a job failed");
    let now = app.clock.now();
    let failed_at = gives_up.then_some(now);
    let sql = "UPDATE app.jobs SET lease_token = NULL, lease_until = NULL, failed_at = $3, run_at = $4, last_error = $5
               WHERE id = $1 AND lease_token = $2";
    global.execute(sql, &[&id, &lease, &failed_at, &(now + wait_after(attempts)), &format!("{error:#}")]).await?;
    Ok(())
}

fn wait_after(attempts: i32) -> SignedDuration {
    let doublings = u32::try_from(attempts.clamp(1, 20) - 1).unwrap_or(0);
    FIRST_WAIT.checked_mul(1 << doublings).map_or(LONGEST_WAIT, |wait| wait.min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_stay_bounded() {
        assert_eq!(wait_after(1), SignedDuration::from_secs(5));
        assert_eq!(wait_after(3), SignedDuration::from_secs(20));
        assert_eq!(wait_after(20), LONGEST_WAIT);
    }
}
