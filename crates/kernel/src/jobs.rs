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
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::db::{OrganizationId, Statements};
use crate::{App, Error, Result};

/// How long a claimed job belongs to its node.
const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// How often the lease of a job that still runs is renewed.
const RENEWS_EVERY: Duration = Duration::from_secs(100);
/// How many jobs that run one after the other are claimed together.
const IN_TURN_AT_ONCE: usize = 50;
/// How often an idle worker looks for work.
const LOOKS_EVERY: Duration = Duration::from_millis(400);
/// The same for work that nobody waits for.
const LOOKS_AT_LEISURE_EVERY: Duration = Duration::from_secs(3);
const MAX_ATTEMPTS: i32 = 10;
/// The first wait after a failure; it doubles with each further one, up to [`LONGEST_WAIT`].
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(5);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);

/// A kind of work. Its fields are what the row keeps as JSON.
pub trait Job: Serialize + DeserializeOwned + Send + 'static {
    const KIND: &'static str;

    /// Does the work. [`Error::Internal`] and [`Error::Unavailable`] are tried again later; any other error means that it
    /// never will succeed.
    fn run(self, app: App, task: Task) -> impl Future<Output = Result<()>> + Send;
}

/// Under what circumstances a job runs.
pub struct Task {
    pub organization: Option<OrganizationId>,
    pub now: Timestamp,
    /// Whether a failure now would be the end of it.
    pub is_last_attempt: bool,
}

type Handler = fn(App, serde_json::Value, Task) -> Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// The kinds of jobs that this program knows.
#[derive(Default, Clone)]
pub struct Registry(HashMap<&'static str, (Handler, Pace)>);

/// How many jobs of a kind a node runs at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// As many as there are slots.
    AtOnce,
    /// One after the other, beside the others.
    InTurn,
    /// One after the other and each for long, beside all others, whatever their kinds.
    AtLeisure,
}

impl Registry {
    pub fn with<J: Job>(self) -> Self {
        self.at_pace::<J>(Pace::AtOnce)
    }

    /// Adds a kind that may lag behind: in a rush it takes one connection, and the rest is left to those who wait for
    /// an answer.
    pub fn with_in_turn<J: Job>(self) -> Self {
        self.at_pace::<J>(Pace::InTurn)
    }

    /// Adds a kind that keeps a core busy for long and that nobody waits for: one at a time, in a lane of its own.
    pub fn with_at_leisure<J: Job>(self) -> Self {
        self.at_pace::<J>(Pace::AtLeisure)
    }

    fn at_pace<J: Job>(mut self, pace: Pace) -> Self {
        let handler: Handler =
            |app, payload, task| Box::pin(async move { serde_json::from_value::<J>(payload)?.run(app, task).await });
        self.0.insert(J::KIND, (handler, pace));
        self
    }

    fn kinds(&self, pace: Pace) -> Vec<&'static str> {
        self.0.iter().filter(|(_, (_, its))| *its == pace).map(|(kind, _)| *kind).collect()
    }
}

/// Queues a job in the caller's transaction, to run at `run_at` or soon after.
pub async fn enqueue<J: Job>(
    tx: &impl Statements,
    organization: Option<&OrganizationId>,
    job: &J,
    run_at: Timestamp,
) -> Result<()> {
    enqueue_kind(tx, organization, (J::KIND, &serde_json::to_value(job)?), run_at).await
}

/// Queues a job of a feature that whoever queues it does not know, by its kind and what its row keeps.
pub async fn enqueue_kind(
    tx: &impl Statements,
    organization: Option<&OrganizationId>,
    (kind, payload): (&str, &serde_json::Value),
    run_at: Timestamp,
) -> Result<()> {
    let sql = "INSERT INTO app.jobs (id, organization_id, kind, payload, run_at, attempts, max_attempts, created_at)
               VALUES ($1, $2, $3, $4, $5, 0, $6, $5)";
    let id = crate::secret::token();
    let organization = organization.map(OrganizationId::as_str);
    tx.execute(sql, &[&id, &organization, &kind, payload, &run_at, &MAX_ATTEMPTS]).await?;
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
    let (id, payload) = (crate::secret::token(), serde_json::to_value(job)?);
    tx.execute(sql, &[&id, &organization.as_str(), &J::KIND, &payload, &run_at, &MAX_ATTEMPTS, &key]).await?;
    Ok(())
}

/// Runs jobs until told to stop; what has begun is finished.
pub async fn work(app: App, registry: Registry, stop: CancellationToken) {
    let in_turn = work_in_turn(&app, &registry, (registry.kinds(Pace::InTurn), IN_TURN_AT_ONCE, LOOKS_EVERY), &stop);
    // A lane for each kind, so that none of them waits for hours of another.
    let leisurely = registry.kinds(Pace::AtLeisure).into_iter();
    let at_leisure =
        leisurely.map(|kind| work_in_turn(&app, &registry, (vec![kind], 1, LOOKS_AT_LEISURE_EVERY), &stop));
    tokio::join!(work_at_once(&app, &registry, &stop), in_turn, join_all(at_leisure));
}

/// A slow job holds up one slot and no other job.
async fn work_at_once(app: &App, registry: &Registry, stop: &CancellationToken) {
    let (kinds, mut running) = (registry.kinds(Pace::AtOnce), JoinSet::new());
    while !stop.is_cancelled() {
        while running.try_join_next().is_some() {}
        let free = app.settings.jobs_at_once.saturating_sub(running.len());
        let claimed = claim_or_tell(app, &kinds, free).await;
        let is_idle = claimed.is_empty();
        for job in claimed {
            running.spawn(run_one(app.clone(), registry.clone(), job));
        }
        if is_idle {
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(LOOKS_EVERY) => {}
                Some(_) = running.join_next() => {}
            }
        }
    }
    while running.join_next().await.is_some() {}
}

async fn work_in_turn(
    app: &App,
    registry: &Registry,
    (kinds, most, looks_every): (Vec<&str>, usize, Duration),
    stop: &CancellationToken,
) {
    while !stop.is_cancelled() {
        let claimed = claim_or_tell(app, &kinds, most).await;
        let is_idle = claimed.is_empty();
        for job in claimed {
            run_one(app.clone(), registry.clone(), job).await;
        }
        if is_idle {
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(looks_every) => {}
            }
        }
    }
}

/// Claims jobs; none when that fails, which the log tells, for the worker goes on.
async fn claim_or_tell(app: &App, kinds: &[&str], most: usize) -> Vec<Claimed> {
    if most == 0 || kinds.is_empty() {
        return Vec::new();
    }
    claim(app, kinds, most).await.unwrap_or_else(|error| {
        tracing::error!(error = error.cause(), "jobs could not be claimed");
        Vec::new()
    })
}

/// Claims what is due, up to the setting's number at once, runs it, and gives how many there were.
pub async fn run_batch(app: &App, registry: &Registry) -> Result<usize> {
    let kinds: Vec<&str> = registry.0.keys().copied().collect();
    let claimed = claim(app, &kinds, app.settings.jobs_at_once).await?;
    let count = claimed.len();
    join_all(claimed.into_iter().map(|job| run_one(app.clone(), registry.clone(), job))).await;
    Ok(count)
}

/// A job that this node holds the lease of.
struct Claimed {
    id: String,
    kind: String,
    organization: Option<OrganizationId>,
    payload: serde_json::Value,
    attempts: i32,
    max_attempts: i32,
    lease: String,
}

/// Takes the lease of due jobs of the kinds known here, the organizations taking turns, so that one with thousands of
/// jobs keeps nobody waiting. A job whose last permitted attempt never came to an end is given up.
///
/// The disk is not waited for: when a crash of the machine takes a claim back, the job is claimed again.
async fn claim(app: &App, kinds: &[&str], most: usize) -> Result<Vec<Claimed>> {
    let (now, lease) = (app.clock.now(), crate::secret::token());
    let most = i64::try_from(most).unwrap_or(1);
    let global = app.database.global().await?;
    let sql = "WITH due AS (
                 SELECT id, organization_id, run_at FROM app.jobs
                 WHERE finished_at IS NULL AND failed_at IS NULL AND run_at <= $3
                   AND (lease_until IS NULL OR lease_until < $3) AND kind = ANY ($5)
                   AND (SELECT set_config('synchronous_commit', 'off', true)) = 'off'
                 ORDER BY run_at, id LIMIT 1000
               ), turns AS (
                 SELECT id, run_at, row_number() OVER (PARTITION BY organization_id ORDER BY run_at, id) AS turn FROM due
               )
               UPDATE app.jobs SET attempts = attempts + 1,
                 lease_token = CASE WHEN attempts < max_attempts THEN $1 END,
                 lease_until = CASE WHEN attempts < max_attempts THEN $2 END,
                 failed_at = CASE WHEN attempts < max_attempts THEN NULL ELSE $3 END,
                 last_error = CASE WHEN attempts < max_attempts THEN last_error
                                   ELSE coalesce(last_error, 'the program ended while it ran, every time') END
               WHERE id IN (
                 SELECT j.id FROM app.jobs j JOIN turns t ON t.id = j.id
                 WHERE j.finished_at IS NULL AND j.failed_at IS NULL AND (j.lease_until IS NULL OR j.lease_until < $3)
                 ORDER BY t.turn, t.run_at, j.id LIMIT $4 FOR UPDATE OF j SKIP LOCKED
               ) RETURNING id, organization_id, kind, payload, attempts, max_attempts, failed_at IS NOT NULL AS is_given_up";
    let rows = global.rows(sql, &[&lease, &(now + LEASE), &now, &most, &kinds.to_vec()]).await?;
    let claimed = rows.iter().filter(|row| !row.get::<_, bool>("is_given_up")).map(|row| {
        Ok(Claimed {
            id: row.get("id"),
            kind: row.get("kind"),
            organization: row.get::<_, Option<&str>>("organization_id").map(OrganizationId::parse).transpose()?,
            payload: row.get("payload"),
            attempts: row.get("attempts"),
            max_attempts: row.get("max_attempts"),
            lease: lease.clone(),
        })
    });
    claimed.collect()
}

async fn run_one(app: App, registry: Registry, mut job: Claimed) {
    let is_last_attempt = job.attempts >= job.max_attempts;
    let task = Task { organization: job.organization.take(), now: app.clock.now(), is_last_attempt };
    let outcome = match registry.0.get(job.kind.as_str()) {
        // A task of its own, so that a panic ends this job and not the worker.
        Some((handler, _)) => {
            let work = tokio::spawn(handler(app.clone(), std::mem::take(&mut job.payload), task));
            keep_lease(&app, &job, work).await
        }
        None => Err(Error::internal(format!("this program knows no jobs of the kind {}", job.kind))),
    };
    if let Err(error) = record(&app, &job, outcome).await {
        tracing::error!(job = job.id, error = error.cause(), "what became of a job could not be written down");
    }
}

/// Waits for the work, holding on to the lease for as long as it takes.
async fn keep_lease(app: &App, job: &Claimed, mut work: JoinHandle<Result<()>>) -> Result<()> {
    loop {
        tokio::select! {
            outcome = &mut work => {
                return outcome.unwrap_or_else(|panic| Err(Error::internal(format!("the job panicked: {panic}"))));
            }
            () = tokio::time::sleep(RENEWS_EVERY) => {
                let sql = "UPDATE app.jobs SET lease_until = $3 WHERE id = $1 AND lease_token = $2";
                let global = app.database.global().await?;
                global.execute(sql, &[&job.id, &job.lease, &(app.clock.now() + LEASE)]).await?;
            }
        }
    }
}

async fn record(app: &App, job: &Claimed, outcome: Result<()>) -> Result<()> {
    let global = app.database.global().await?;
    let Err(error) = outcome else {
        // Nor is the disk waited for here: a job that a crash brings back runs twice, which it is made for.
        let sql = "DELETE FROM app.jobs WHERE id = $1 AND lease_token = $2
                     AND (SELECT set_config('synchronous_commit', 'off', true)) = 'off'";
        global.execute(sql, &[&job.id, &job.lease]).await?;
        return Ok(());
    };
    let is_temporary = matches!(error, Error::Internal(_) | Error::Unavailable);
    let gives_up = job.attempts >= job.max_attempts || !is_temporary;
    let cause = error.cause();
    tracing::warn!(job = job.id, kind = job.kind, attempts = job.attempts, gives_up, cause, "a job failed");
    let now = app.clock.now();
    let failed_at = gives_up.then_some(now);
    let sql = "UPDATE app.jobs SET lease_token = NULL, lease_until = NULL, failed_at = $3, run_at = $4, last_error = $5
               WHERE id = $1 AND lease_token = $2";
    global.execute(sql, &[&job.id, &job.lease, &failed_at, &(now + wait_after(job.attempts)), &cause]).await?;
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
