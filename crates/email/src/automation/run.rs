//! A contact's next steps: taken one after the other until there is something to wait for.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::db::Tenant;
use kernel::jobs::{self, Job, Task};
use kernel::{App, Error, Result};
use serde::{Deserialize, Serialize};

use super::model::{self, Kind, Status, Step};
use super::store::{self, Line, Person, State, Walker};
use super::{clock, emails};
use crate::audience::contacts;
use crate::audience::rule::{self, AsOf, Sql};

/// Takes the next steps of one contact. Does nothing before it is time, or while the automation is paused; whoever
/// switches it on again queues another.
#[derive(Serialize, Deserialize)]
pub struct TakeSteps {
    /// The id of the row of `app.automation_runs`.
    pub run: String,
}

impl Job for TakeSteps {
    const KIND: &'static str = "email.automation_steps";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let organization = task.organization()?;
        let tx = app.database.tenant(organization).await?;
        match walk(&tx, &self.run, task.now).await {
            Ok(()) => tx.commit().await,
            Err(error @ (Error::Internal(_) | Error::Unavailable)) if !task.is_last_attempt => Err(error),
            Err(error) => {
                drop(tx);
                let tx = app.database.tenant(organization).await?;
                let reason = super::words::of_error(&error);
                store::end(&tx, &self.run, (State::Failed, None, Some(&reason)), task.now).await?;
                tx.commit().await?;
                Err(error)
            }
        }
    }
}

/// Queues the steps of everybody who waits in an automation, a batch at a time.
#[derive(Serialize, Deserialize)]
pub struct GoOn {
    pub automation: String,
    /// Goes on after this way.
    pub after: String,
}

/// Ways that one transaction queues.
const QUEUED_AT_ONCE: i64 = 1000;

impl Job for GoOn {
    const KIND: &'static str = "email.automation_goes_on";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let organization = task.organization()?;
        let tx = app.database.tenant(organization).await?;
        let waiting = store::waiting(&tx, (&self.automation, &self.after), QUEUED_AT_ONCE).await?;
        let last = waiting.last().map(|(run, _)| run.clone());
        let steps: Vec<_> = waiting.into_iter().map(|(run, at)| (TakeSteps { run }, at.max(task.now))).collect();
        jobs::enqueue_all(&tx, organization, &steps).await?;
        if let Some(after) = last {
            jobs::enqueue(&tx, Some(organization), &Self { after, ..self }, task.now).await?;
        }
        tx.commit().await
    }
}

/// Where a walk ends for now.
enum Outcome {
    /// The place, and when it goes on from there.
    Waits(Option<String>, Timestamp),
    Ends(State, Option<&'static str>),
}

/// The line is locked before the contact's place in it, as those who change lines do.
async fn walk(tx: &Tenant, run: &str, now: Timestamp) -> Result<()> {
    let Some(automation) = store::automation_of(tx, run).await? else { return Ok(()) };
    let Some(line) = store::line(tx, &automation).await? else { return Ok(()) };
    if line.status != Status::Active {
        return Ok(());
    }
    let Some(walker) = store::lock_due(tx, run, now).await? else { return Ok(()) };
    let Some(person) = store::person(tx, &walker.contact_id).await? else { return Ok(()) };
    let mut walk = Walk { tx, line: &line, place: walker.step.clone(), walker: &walker, person: &person, now };
    match walk.go().await? {
        Outcome::Waits(place, at) => {
            store::wait(tx, run, (place.as_deref(), at)).await?;
            jobs::enqueue(tx, Some(tx.organization()), &TakeSteps { run: run.to_owned() }, at).await
        }
        Outcome::Ends(state, reason) => store::end(tx, run, (state, walk.place.as_deref(), reason), now).await,
    }
}

struct Walk<'a> {
    tx: &'a Tenant,
    line: &'a Line,
    walker: &'a Walker,
    person: &'a Person,
    now: Timestamp,
    /// The step that was taken last.
    place: Option<String>,
}

impl Walk<'_> {
    async fn go(&mut self) -> Result<Outcome> {
        if !self.person.is_on_list {
            return Ok(Outcome::Ends(State::Left, Some("Is not on the list any more.")));
        }
        while let Some(step) = model::after(&self.line.steps, self.place.as_deref()) {
            if let Some(outcome) = self.take(step).await? {
                return Ok(outcome);
            }
        }
        Ok(Outcome::Ends(State::Done, None))
    }

    /// Takes one step; gives an outcome when it is the last for now.
    async fn take(&mut self, step: &Step) -> Result<Option<Outcome>> {
        let here = Some(step.id.clone());
        match &step.kind {
            Kind::Wait { amount, unit } => {
                return Ok(Some(Outcome::Waits(here, clock::after(*amount, *unit, (self.now, &self.zone())))));
            }
            Kind::WaitUntil { weekday, hour } => {
                return Ok(Some(Outcome::Waits(here, clock::next_hour(*weekday, *hour, (self.now, &self.zone())))));
            }
            Kind::Send { email_id } => {
                // Who asked for a pause gets it when the pause is over, and what follows after that.
                if let Some(until) = self.person.paused_until.filter(|until| *until > self.now) {
                    return Ok(Some(Outcome::Waits(self.place.clone(), until)));
                }
                emails::add_recipient(self.tx, email_id, (self.walker, &self.person.email), self.now).await?;
            }
            Kind::Condition { rule, skip } => match (self.is_met(rule).await?, skip) {
                (true, _) => {}
                (false, Some(skip)) => {
                    let skip = usize::try_from(*skip).unwrap_or(0);
                    self.place = model::skipping(&self.line.steps, &step.id, skip).map(str::to_owned);
                    return Ok(None);
                }
                (false, None) => {
                    self.place = here;
                    return Ok(Some(Outcome::Ends(State::Left, Some("The condition was not met."))));
                }
            },
            Kind::AddTag { tag } => {
                contacts::store::add_tags(self.tx, &self.ids(), std::slice::from_ref(tag), self.now).await?;
                self.note(&format!("Tagged “{tag}”")).await?;
            }
            Kind::RemoveTag { tag } => {
                contacts::store::remove_tags(self.tx, &self.ids(), std::slice::from_ref(tag)).await?;
                self.note(&format!("The tag “{tag}” was taken away")).await?;
            }
        }
        self.place = here;
        Ok(None)
    }

    fn ids(&self) -> [String; 1] {
        [self.walker.contact_id.clone()]
    }

    async fn note(&self, words: &str) -> Result<()> {
        let by = format!("Automation “{}”", self.line.name);
        let by: String = by.chars().take(200).collect();
        contacts::history::record(self.tx, &self.walker.contact_id, ("tagged", words), Some(&by), self.now).await
    }

    fn zone(&self) -> TimeZone {
        let zone = self.person.timezone.as_deref().and_then(|name| TimeZone::get(name).ok());
        zone.unwrap_or(TimeZone::UTC)
    }

    async fn is_met(&self, rule: &serde_json::Value) -> Result<bool> {
        let mut sql = Sql::new();
        let condition = rule::parse("rule", rule)?.condition(&mut sql, &AsOf::of(self.tx, self.now).await?)?;
        let contact = sql.param(self.walker.contact_id.clone());
        let text = format!("SELECT FROM app.contacts AS contact WHERE contact.id = {contact} AND {condition}");
        Ok(!self.tx.rows_unprepared(&text, &sql.params()).await?.is_empty())
    }
}
