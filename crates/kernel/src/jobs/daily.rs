//! What each organization does once a day, and what the queue itself forgets.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use tokio_util::sync::CancellationToken;

use super::{MAX_ATTEMPTS, Registry};
use crate::db::{Global, Statements};
use crate::{App, Error, Result};

/// How often a node makes sure that the next day's jobs are queued.
const PLANS_EVERY: Duration = Duration::from_hours(1);
/// How long a job that was given up can be looked into.
const FAILED_ARE_KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How many of those are forgotten at a time.
const FORGOTTEN_AT_ONCE: i64 = 10_000;

/// Plans each coming day until told to stop.
pub(super) async fn plan(app: &App, registry: &Registry, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = plan_the_day(app, registry).await {
            tracing::error!(error = error.cause(), "the next day's jobs could not be queued");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(PLANS_EVERY) => {}
        }
    }
}

/// Queues the daily jobs of every organization for the beginning of the next day (UTC), once however often and on
/// however many nodes it is called, and forgets jobs that were given up long ago.
pub async fn plan_the_day(app: &App, registry: &Registry) -> Result<()> {
    let (global, now) = (app.database.global().await?, app.clock.now());
    for (kind, _) in registry.0.iter().filter(|(_, kind)| kind.is_daily) {
        queue(&global, kind, now).await?;
    }
    let sql = "DELETE FROM app.jobs WHERE id IN (SELECT id FROM app.jobs WHERE failed_at < $1 LIMIT $2)";
    global.execute(sql, &[&(now - FAILED_ARE_KEPT_FOR), &FORGOTTEN_AT_ONCE]).await?;
    Ok(())
}

async fn queue(global: &Global, kind: &str, now: Timestamp) -> Result<()> {
    let (day, begin) = day_after(now)?;
    // A day that was planned keeps its jobs until they ran; a job that is done is gone, but so is its day.
    let sql = "INSERT INTO app.jobs
                 (id, organization_id, kind, payload, run_at, attempts, max_attempts, created_at, unique_key)
               SELECT $1 || '-' || id, id, $2, '{}', $3, 0, $4, $5, $2 || ' ' || id || ' ' || $6 FROM organizations
               ON CONFLICT (unique_key) WHERE finished_at IS NULL AND failed_at IS NULL DO NOTHING";
    global.execute(sql, &[&crate::secret::token(), &kind, &begin, &MAX_ATTEMPTS, &now, &day]).await?;
    Ok(())
}

/// The name of the day after this moment's in UTC, and when it begins.
fn day_after(now: Timestamp) -> Result<(String, Timestamp)> {
    let day = now.to_zoned(TimeZone::UTC).date().checked_add(1.day()).map_err(Error::internal)?;
    let begin = day.to_zoned(TimeZone::UTC).map_err(Error::internal)?.timestamp();
    Ok((day.to_string(), begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_after_begins_at_midnight() {
        let (day, begin) = day_after("2026-02-28T23:59:59Z".parse().unwrap()).unwrap();
        assert_eq!((day.as_str(), begin), ("2026-03-01", "2026-03-01T00:00:00Z".parse().unwrap()));
    }
}
