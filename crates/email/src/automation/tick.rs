//! The clock of automations that wait for dates, and of digests: a job that looks, and queues the next one.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::access::Caller;
use kernel::db::Tenant;
use kernel::jobs::{self, Job, Task};
use kernel::organization::site_settings;
use kernel::{App, Error, Result};
use serde::{Deserialize, Serialize};

use super::dates::{self, Wanted};
use super::model::{Automation, Status, Trigger};
use super::store::{self, Issue, State};
use super::{digest, words};

/// Looks whether it is time. The automation says itself when it is looked at next, so of many jobs for the same time one
/// does something, on whatever node.
#[derive(Serialize, Deserialize)]
pub struct Tick {
    pub automation: String,
}

impl Job for Tick {
    const KIND: &'static str = "email.automation_clock";

    async fn run(self, app: App, task: Task) -> Result<()> {
        match look(&app, &task, &self.automation).await {
            Ok(()) => Ok(()),
            Err(error @ (Error::Internal(_) | Error::Unavailable)) if !task.is_last_attempt => Err(error),
            Err(error) => {
                pass_over(&app, &task, (&self.automation, &error)).await?;
                Err(error)
            }
        }
    }
}

/// The automation, if it runs and it is time.
async fn due(tx: &Tenant, id: &str, now: Timestamp) -> Result<Option<Automation>> {
    let found = store::lock(tx, id).await?;
    Ok(found.filter(|it| it.status == Status::Active && it.next_at.is_some_and(|next| next <= now)))
}

async fn look(app: &App, task: &Task, id: &str) -> Result<()> {
    let caller = task.caller(app, ("automations", "Automations")).await?;
    let Some(automation) = due(&caller.tx, id, task.now).await? else { return Ok(()) };
    let home = site_settings(&caller.tx).await?.zone();
    let mut until = task.now;
    if let Trigger::Digest { audience, .. } = &automation.trigger {
        until -= digest::SETTLES;
        let since = automation.checked_until.unwrap_or(until);
        if let Some(entry) = period(&automation, (task.now, &home)) {
            digest::issue(&caller, &automation, (audience, &entry), (since, until)).await?;
        }
    }
    let next = next(&caller, &automation, &home).await?;
    go_on(&caller.tx, id, (Some(until), next)).await?;
    caller.commit().await
}

/// The period that it is time for, by the date of its hour.
fn period(automation: &Automation, (now, home): (Timestamp, &TimeZone)) -> Option<String> {
    words::rhythm(&automation.trigger)?.last((now, home)).map(|date| date.to_string())
}

/// When to look next, after whose date has come is let in.
async fn next(caller: &Caller, automation: &Automation, home: &TimeZone) -> Result<Option<Timestamp>> {
    let now = caller.now;
    match &automation.trigger {
        Trigger::Date { field, every_year, days, hour, in_local_time } => {
            let wanted = Wanted {
                automation: &automation.id,
                field,
                every_year: *every_year,
                days: *days,
                hour: *hour,
                in_local_time: *in_local_time,
            };
            let since = automation.checked_until.unwrap_or(now);
            dates::let_in(&caller.tx, &wanted, (since, now), home).await.map(Some)
        }
        trigger => Ok(words::rhythm(trigger).and_then(|rhythm| rhythm.next((now, home)))),
    }
}

/// Writes down what was looked at, and queues the next look.
pub async fn go_on(tx: &Tenant, id: &str, (until, next): (Option<Timestamp>, Option<Timestamp>)) -> Result<()> {
    store::set_looked(tx, id, (until, next)).await?;
    let Some(next) = next else { return Ok(()) };
    jobs::enqueue(tx, Some(tx.organization()), &Tick { automation: id.to_owned() }, next).await
}

/// Goes on with the next time where this one cannot be; of a digest people read why.
async fn pass_over(app: &App, task: &Task, (id, error): (&str, &Error)) -> Result<()> {
    let tx = app.database.tenant(task.organization()?).await?;
    let Some(automation) = due(&tx, id, task.now).await? else { return Ok(()) };
    let home = site_settings(&tx).await?.zone();
    let hour = task.now + jiff::SignedDuration::from_hours(1);
    let next = words::rhythm(&automation.trigger).map_or(Some(hour), |rhythm| rhythm.next((task.now, &home)));
    if let Some(entry) = period(&automation, (task.now, &home)) {
        let reason = words::of_error(error);
        let issue = Issue { entry: &entry, state: State::Failed, reason: &reason, email_id: None };
        store::insert_issue(&tx, id, &issue, task.now).await?;
    }
    // What could not be told of is looked for once more the next time.
    go_on(&tx, id, (automation.checked_until, next)).await?;
    tx.commit().await
}
