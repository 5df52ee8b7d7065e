//! Taking jobs, and what became of them.

use jiff::SignedDuration;
use tokio::time::Instant;

use super::lease;
use crate::db::{OrganizationId, Statements};
use crate::{App, Error, Result};

/// The first wait after a failure; it doubles with each further one, up to [`LONGEST_WAIT`].
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(5);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);

/// A job that this node holds the lease of.
pub(super) struct Claimed {
    pub id: String,
    pub kind: String,
    pub organization: Option<OrganizationId>,
    pub payload: serde_json::Value,
    pub attempts: i32,
    pub max_attempts: i32,
    pub lease: String,
    /// When the lease began.
    pub since: Instant,
}

impl Claimed {
    /// The job's id, and what tells this claim from another node's.
    pub fn key(&self) -> (String, String) {
        (self.id.clone(), self.lease.clone())
    }
}

/// Takes the lease of due jobs of the kinds known here, the organizations taking turns, so that one with thousands of
/// jobs keeps nobody waiting. A job whose last permitted attempt never came to an end is given up.
///
/// The disk is not waited for: when a crash of the machine takes a claim back, the job is claimed again.
pub(super) async fn claim(app: &App, kinds: &[&str], most: usize) -> Result<Vec<Claimed>> {
    let (now, since, lease) = (app.clock.now(), Instant::now(), crate::secret::token());
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
    let rows = global.rows(sql, &[&lease, &(now + lease::LASTS), &now, &most, &kinds.to_vec()]).await?;
    let claimed = rows.iter().filter(|row| !row.get::<_, bool>("is_given_up")).map(|row| {
        Ok(Claimed {
            id: row.get("id"),
            kind: row.get("kind"),
            organization: row.get::<_, Option<&str>>("organization_id").map(OrganizationId::parse).transpose()?,
            payload: row.get("payload"),
            attempts: row.get("attempts"),
            max_attempts: row.get("max_attempts"),
            lease: lease.clone(),
            since,
        })
    });
    claimed.collect()
}

/// Begins the lease of a job anew; `false` when it is another node's by now.
pub(super) async fn renew(app: App, (id, lease): (String, String)) -> Result<bool> {
    let sql = "UPDATE app.jobs SET lease_until = $3 WHERE id = $1 AND lease_token = $2";
    let global = app.database.global().await?;
    Ok(global.execute(sql, &[&id, &lease, &(app.clock.now() + lease::LASTS)]).await? == 1)
}

/// Writes down what became of a job: it is deleted, waits to be tried again, or is given up.
pub(super) async fn record(app: &App, job: &Claimed, outcome: Result<()>) -> Result<()> {
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
