//! Holding on to a job for as long as it runs, and never longer than it is this node's.

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::{Error, Result};

/// How long a claimed job belongs to its node, unless that renews it.
pub(super) const LASTS: Duration = Duration::from_mins(5);

/// When a lease is renewed, counted from when it began.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    /// The lease of a job that still runs is renewed after this.
    pub renewed_after: Duration,
    /// How soon a renewal that failed is tried again.
    pub tried_again_after: Duration,
    /// Work whose lease could not be renewed is ended after this, well before another node may begin it.
    pub given_up_after: Duration,
}

pub(super) const TIMES: Times = Times {
    renewed_after: Duration::from_secs(100),
    tried_again_after: Duration::from_secs(5),
    given_up_after: Duration::from_secs(270),
};

/// Waits for the work, renewing its lease, which began at `since`, for as long as it takes.
///
/// `renew` says whether the lease is still this node's. When it is not, or cannot be renewed in time, the work is ended
/// first and the job left to whoever has it next, so that it never runs twice at once.
pub(super) async fn keep<R: Future<Output = Result<bool>>>(
    mut work: JoinHandle<Result<()>>,
    since: Instant,
    times: Times,
    renew: impl Fn() -> R,
) -> Result<()> {
    let (mut renewed_at, mut ends_at) = (since + times.renewed_after, since + times.given_up_after);
    loop {
        tokio::select! {
            outcome = &mut work => {
                return outcome.unwrap_or_else(|panic| Err(Error::internal(format!("the job panicked: {panic}"))));
            }
            () = sleep_until(renewed_at.min(ends_at)) => {}
        }
        let began = Instant::now();
        if began >= ends_at {
            return end(work, "its lease could not be renewed").await;
        }
        match timeout_at(ends_at, renew()).await {
            Ok(Ok(true)) => (renewed_at, ends_at) = (began + times.renewed_after, began + times.given_up_after),
            Ok(Ok(false)) => return end(work, "another node has taken it over").await,
            Ok(Err(error)) => {
                tracing::warn!(error = error.cause(), "the lease of a job could not be renewed, it is tried again");
                renewed_at = Instant::now() + times.tried_again_after;
            }
            Err(_) => {}
        }
    }
}

/// Ends the work and waits until it has ended. Work that was just done counts as done.
async fn end(work: JoinHandle<Result<()>>, why: &str) -> Result<()> {
    work.abort();
    match work.await {
        Ok(outcome) => outcome,
        Err(_) => Err(Error::internal(format!("the job was ended before its time: {why}"))),
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex};

    use super::*;

    const QUICK: Times = Times {
        renewed_after: Duration::from_millis(10),
        tried_again_after: Duration::from_millis(10),
        given_up_after: Duration::from_millis(500),
    };

    /// Work without end that tells when it is dropped, which is when it has ended.
    fn endless() -> (JoinHandle<Result<()>>, Arc<()>) {
        let runs = Arc::new(());
        let held = runs.clone();
        let work = tokio::spawn(async move {
            let _held = held;
            pending().await
        });
        (work, runs)
    }

    #[tokio::test]
    async fn a_renewal_that_fails_is_tried_again_and_the_work_goes_on() {
        let (done, is_done) = tokio::sync::oneshot::channel::<()>();
        let work = tokio::spawn(async move { is_done.await.map_err(Error::internal) });
        let (tries, done) = (AtomicUsize::new(0), Mutex::new(Some(done)));
        let renew = || async {
            if tries.fetch_add(1, Ordering::Relaxed) < 2 {
                return Err(Error::Unavailable);
            }
            // Renewed, the work comes to its end.
            if let Some(done) = done.lock().unwrap().take() {
                done.send(()).unwrap();
            }
            Ok(true)
        };
        keep(work, Instant::now(), QUICK, renew).await.unwrap();
        assert!(tries.load(Ordering::Relaxed) >= 3);
    }

    #[tokio::test]
    async fn work_has_ended_before_a_lease_that_cannot_be_renewed_runs_out() {
        let (work, runs) = endless();
        let since = Instant::now();
        let outcome = keep(work, since, QUICK, || async { Err(Error::Unavailable) }).await;
        assert!(since.elapsed() >= QUICK.given_up_after);
        assert!(outcome.unwrap_err().cause().contains("could not be renewed"));
        assert_eq!(Arc::strong_count(&runs), 1, "it still runs");
    }

    #[tokio::test]
    async fn a_database_that_never_answers_holds_nothing_up() {
        let (work, runs) = endless();
        let outcome = keep(work, Instant::now(), QUICK, pending).await;
        assert!(outcome.is_err());
        assert_eq!(Arc::strong_count(&runs), 1, "it still runs");
    }

    #[tokio::test]
    async fn what_another_node_has_taken_over_is_ended_at_once() {
        let (work, runs) = endless();
        let outcome = keep(work, Instant::now(), QUICK, || async { Ok(false) }).await;
        assert!(outcome.unwrap_err().cause().contains("another node"));
        assert_eq!(Arc::strong_count(&runs), 1, "it still runs");
    }

    #[test]
    fn a_lease_outlives_the_work_that_is_ended() {
        assert!(TIMES.renewed_after * 2 < TIMES.given_up_after && TIMES.given_up_after < LASTS);
    }
}
