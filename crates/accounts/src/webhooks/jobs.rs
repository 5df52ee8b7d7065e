use std::time::{Duration, Instant};

use futures_util::future::join_all;
use jiff::SignedDuration;
use kernel::db::OrganizationId;
use kernel::jobs::{Job, Task};
use kernel::{App, Error, Result, events};
use serde::{Deserialize, Serialize};

use super::record::{self, Due, Sending};
use super::{deliver, deliveries};

/// Deliveries of one organization on their way at once.
const AT_ONCE: i64 = 8;
/// After this, others get their turn before this organization goes on.
const WORKS_AT_MOST: Duration = Duration::from_secs(60);
/// How long the log reaches back.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
const FORGOTTEN_AT_ONCE: i64 = 500;

/// Sends everything that is due in one organization.
#[derive(Serialize, Deserialize)]
pub struct DeliverDue {}

impl Job for DeliverDue {
    const KIND: &'static str = events::DELIVER;

    async fn run(self, app: App, task: Task) -> Result<()> {
        let id = task.organization.ok_or_else(|| Error::internal("webhooks are sent for an organization"))?;
        let begun = Instant::now();
        loop {
            let (now, tx) = (app.clock.now(), app.database.tenant(&id).await?);
            let due = record::claim(&tx, AT_ONCE, now).await?;
            match due {
                // Whoever holds the lease looks again when done; should they have died, this comes after.
                Due::Busy(until) => {
                    let key = format!("webhooks:{id}:{}", until.as_millisecond());
                    let later = until + SignedDuration::from_secs(1);
                    kernel::jobs::enqueue_once(&tx, &id, &Self {}, (&key, later)).await?;
                    return tx.commit().await;
                }
                Due::Sendings(sendings) if sendings.is_empty() => {
                    deliveries::forget(&tx, now - KEPT_FOR, FORGOTTEN_AT_ONCE).await?;
                    return tx.commit().await;
                }
                Due::Sendings(sendings) => {
                    tx.commit().await?;
                    let sent = join_all(sendings.iter().map(|sending| send(&app, &id, sending))).await;
                    sent.into_iter().collect::<Result<()>>()?;
                }
            }
            if begun.elapsed() > WORKS_AT_MOST {
                let tx = app.database.tenant(&id).await?;
                events::deliver_at(&tx, app.clock.now()).await?;
                return tx.commit().await;
            }
        }
    }
}

async fn send(app: &App, organization: &OrganizationId, sending: &Sending) -> Result<()> {
    let outcome = deliver::attempt(app, sending).await?;
    let tx = app.database.tenant(organization).await?;
    record::settle(app, &tx, sending, &outcome).await?;
    tx.commit().await
}
