//! Work that happens later: rows of `app.jobs`, put there in the transaction that causes them.
//!
//! A job is claimed with a lease, so that the work of a node that died is taken up by another; it must therefore be
//! safe to run twice. Only the holder of the lease may finish it.

mod claim;
mod daily;
mod lease;
mod work;

use std::collections::HashMap;
use std::pin::Pin;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::access::Caller;
use crate::db::{OrganizationId, Statements};
use crate::{App, Error, Result};

pub use daily::plan_the_day;
pub use work::{run_batch, work};

const MAX_ATTEMPTS: i32 = 10;

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

impl Task {
    /// The organization that the job belongs to; [`Error::Internal`] for a job that was queued without one.
    pub fn organization(&self) -> Result<&OrganizationId> {
        self.organization.as_ref().ok_or_else(|| Error::internal("a job of an organization was queued without one"))
    }

    /// The program acting in the job's organization, under this id and name in the audit log.
    pub async fn caller(&self, app: &App, actor: (&str, &str)) -> Result<Caller> {
        Caller::program(app, self.organization()?, actor, self.now).await
    }
}

type Handler = fn(App, serde_json::Value, Task) -> Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// The kinds of jobs that this program knows.
#[derive(Default, Clone)]
pub struct Registry(HashMap<&'static str, Kind>);

#[derive(Clone, Copy)]
struct Kind {
    handler: Handler,
    pace: Pace,
    /// Whether each organization has one a day.
    is_daily: bool,
}

/// How many jobs of a kind a node runs at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// As many as the setting allows.
    AtOnce,
    /// In slots that no other kind takes.
    OnTime,
    /// One after the other, beside the others.
    InTurn,
    /// One after the other and each for long, beside all others, whatever their kinds.
    AtLeisure,
}

impl Registry {
    pub fn with<J: Job>(self) -> Self {
        self.adding::<J>(Pace::AtOnce, false)
    }

    /// Adds a kind whose jobs run at a time that people chose: they never wait until slow jobs, such as requests to
    /// others' servers, leave a slot free.
    pub fn with_on_time<J: Job>(self) -> Self {
        self.adding::<J>(Pace::OnTime, false)
    }

    /// Adds a kind that may lag behind: in a rush it takes one connection, and the rest is left to those who wait for
    /// an answer.
    pub fn with_in_turn<J: Job>(self) -> Self {
        self.adding::<J>(Pace::InTurn, false)
    }

    /// Adds a kind that keeps a core busy for long and that nobody waits for: one at a time, in a lane of its own.
    pub fn with_at_leisure<J: Job>(self) -> Self {
        self.adding::<J>(Pace::AtLeisure, false)
    }

    /// Adds a kind that runs once a day in each organization without anybody queueing it. Its row keeps nothing, so its
    /// fields, if it has any, need defaults.
    pub fn with_daily<J: Job>(self) -> Self {
        self.adding::<J>(Pace::InTurn, true)
    }

    fn adding<J: Job>(mut self, pace: Pace, is_daily: bool) -> Self {
        let handler: Handler =
            |app, payload, task| Box::pin(async move { serde_json::from_value::<J>(payload)?.run(app, task).await });
        self.0.insert(J::KIND, Kind { handler, pace, is_daily });
        self
    }

    fn kinds(&self, pace: Pace) -> Vec<&'static str> {
        self.0.iter().filter(|(_, kind)| kind.pace == pace).map(|(name, _)| *name).collect()
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

/// Queues many jobs of a kind in one statement, each to run at its time or soon after.
pub async fn enqueue_all<J: Job>(
    tx: &impl Statements,
    organization: &OrganizationId,
    jobs: &[(J, Timestamp)],
) -> Result<()> {
    let sql = "INSERT INTO app.jobs (id, organization_id, kind, payload, run_at, attempts, max_attempts, created_at)
               SELECT one.id, $1, $2, one.payload::jsonb, one.run_at, 0, $3, one.run_at
               FROM unnest($4::text[], $5::text[], $6::timestamptz[]) AS one (id, payload, run_at)";
    let ids: Vec<String> = jobs.iter().map(|_| crate::secret::token()).collect();
    let payloads = jobs.iter().map(|(job, _)| serde_json::to_string(job)).collect::<Result<Vec<_>, _>>()?;
    let times: Vec<Timestamp> = jobs.iter().map(|(_, at)| *at).collect();
    if !jobs.is_empty() {
        tx.execute(sql, &[&organization.as_str(), &J::KIND, &MAX_ATTEMPTS, &ids, &payloads, &times]).await?;
    }
    Ok(())
}

/// Whether this very job waits or runs: neither done nor given up.
pub async fn is_queued<J: Job>(tx: &impl Statements, organization: &OrganizationId, job: &J) -> Result<bool> {
    let sql = "SELECT FROM app.jobs WHERE organization_id = $1 AND kind = $2 AND payload = $3
                 AND finished_at IS NULL AND failed_at IS NULL LIMIT 1";
    let payload = serde_json::to_value(job)?;
    Ok(tx.row(sql, &[&organization.as_str(), &J::KIND, &payload]).await?.is_some())
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
