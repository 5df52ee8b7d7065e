//! The loops that run jobs.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::claim::{self, Claimed, claim};
use super::{Pace, Registry, Task, daily, lease};
use crate::{App, Error, Result};

/// How many jobs a node runs at once whose time people chose.
const ON_TIME_AT_ONCE: usize = 4;
/// How many jobs that run one after the other are claimed together.
const IN_TURN_AT_ONCE: usize = 50;
/// How often an idle worker looks for work.
const LOOKS_EVERY: Duration = Duration::from_millis(400);
/// The same for work that nobody waits for.
const LOOKS_AT_LEISURE_EVERY: Duration = Duration::from_secs(3);

/// Runs jobs until told to stop; what has begun is finished.
pub async fn work(app: App, registry: Registry, stop: CancellationToken) {
    // A lane for each kind, so that none of them waits for hours of another.
    let leisurely = registry.kinds(Pace::AtLeisure).into_iter();
    let at_leisure =
        leisurely.map(|kind| work_in_turn(&app, &registry, (vec![kind], 1, LOOKS_AT_LEISURE_EVERY), &stop));
    tokio::join!(
        work_in_slots(&app, &registry, (Pace::AtOnce, app.settings.jobs_at_once), &stop),
        work_in_slots(&app, &registry, (Pace::OnTime, ON_TIME_AT_ONCE), &stop),
        work_in_turn(&app, &registry, (registry.kinds(Pace::InTurn), IN_TURN_AT_ONCE, LOOKS_EVERY), &stop),
        join_all(at_leisure),
        daily::plan(&app, &registry, &stop),
    );
}

/// A slow job holds up one slot of its pace and no other job.
async fn work_in_slots(app: &App, registry: &Registry, (pace, slots): (Pace, usize), stop: &CancellationToken) {
    let (kinds, mut running) = (registry.kinds(pace), JoinSet::new());
    while !stop.is_cancelled() {
        while running.try_join_next().is_some() {}
        let free = slots.saturating_sub(running.len());
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

async fn run_one(app: App, registry: Registry, mut job: Claimed) {
    if !is_still_ours(&app, &mut job).await {
        return;
    }
    let is_last_attempt = job.attempts >= job.max_attempts;
    let task = Task { organization: job.organization.take(), now: app.clock.now(), is_last_attempt };
    let outcome = match registry.0.get(job.kind.as_str()) {
        // A task of its own, so that a panic ends this job and not the worker.
        Some(kind) => {
            let work = tokio::spawn((kind.handler)(app.clone(), std::mem::take(&mut job.payload), task));
            lease::keep(work, job.since, lease::TIMES, || claim::renew(app.clone(), job.key())).await
        }
        None => Err(Error::internal(format!("this program knows no jobs of the kind {}", job.kind))),
    };
    if let Err(error) = claim::record(&app, &job, outcome).await {
        tracing::error!(job = job.id, error = error.cause(), "what became of a job could not be written down");
    }
}

/// Whether a job may be begun. One that waited long for its turn has its lease renewed first, for meanwhile it may
/// have become another node's.
async fn is_still_ours(app: &App, job: &mut Claimed) -> bool {
    let began = tokio::time::Instant::now();
    if began.duration_since(job.since) < lease::TIMES.renewed_after {
        return true;
    }
    job.since = began;
    claim::renew(app.clone(), job.key()).await.unwrap_or_else(|error| {
        tracing::warn!(job = job.id, error = error.cause(), "a job is left to whoever claims it next");
        false
    })
}
