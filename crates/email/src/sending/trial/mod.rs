//! Trying two subject lines on a part of the recipients: the rest gets the one that did better, if one did.

mod store;
pub mod verdict;

use jiff::{SignedDuration, Timestamp};
use kernel::db::{OrganizationId, Tenant};
use kernel::jobs::{self, Job, Task};
use kernel::validate::Problems;
use kernel::{App, Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::delivery;
use super::emails::Email;
use super::emails::draft::SUBJECT_LONGEST;
use verdict::{Arm, Finding, judge};

/// Recipients in a hundred that a trial may go to, half of them to each line.
pub const SHARE_LEAST: i16 = 10;
pub const SHARE_MOST: i16 = 100;
/// Hours that a trial may take: clicks need some to come in.
pub const HOURS_LEAST: i16 = 2;
pub const HOURS_MOST: i16 = 48;

/// Who waits for the decision gets the first line when there is none so long after its time.
const WAITS_LONGER: SignedDuration = SignedDuration::from_mins(10);

/// How two lines are tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    /// The second line; the first is the email's subject.
    #[schema(max_length = 200)]
    pub subject: String,
    /// Recipients in a hundred that it goes to, half to each line. With 100 everybody is part of it, and nobody waits.
    #[schema(minimum = 10, maximum = 100)]
    pub share: i16,
    /// Hours until it is decided which line the rest gets.
    #[schema(minimum = 2, maximum = 48)]
    pub hours: i16,
}

impl Trial {
    /// The values, with what is wrong with them among the problems.
    pub fn checked(&self, problems: &mut Problems) -> Self {
        if !(SHARE_LEAST..=SHARE_MOST).contains(&self.share) {
            let words = format!("Try it on {SHARE_LEAST} to {SHARE_MOST} of a hundred recipients.");
            problems.add("trial.share", "out_of_range", words);
        }
        if !(HOURS_LEAST..=HOURS_MOST).contains(&self.hours) {
            let words = format!("Give it {HOURS_LEAST} to {HOURS_MOST} hours: clicks take their time.");
            problems.add("trial.hours", "out_of_range", words);
        }
        let subject = problems.required("trial.subject", "The second subject", &self.subject, SUBJECT_LONGEST);
        Self { subject, share: self.share, hours: self.hours }
    }
}

/// What each line has brought so far, and what that says.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Standing {
    pub subjects: [String; 2],
    pub lines: [Arm; 2],
    pub finding: Finding,
    /// When it was or will be decided.
    #[schema(value_type = String, format = DateTime)]
    pub decides_at: Timestamp,
    /// The line that the rest got, once it was decided: the first where neither won.
    pub chosen: Option<i16>,
}

/// When a trial that began at this moment is decided.
pub fn decides_at(trial: &Trial, began: Timestamp) -> Timestamp {
    began + SignedDuration::from_hours(trial.hours.into())
}

/// Parts the recipients of an email that was just frozen: some get either line now, the rest waits.
pub async fn begin(tx: &Tenant, email: &Email, trial: &Trial, now: Timestamp) -> Result<()> {
    let decides_at = decides_at(trial, now);
    store::split(tx, &email.id, trial.share, decides_at + WAITS_LONGER).await?;
    let job = DecideTrial { email: email.id.clone() };
    jobs::enqueue(tx, Some(tx.organization()), &job, decides_at).await
}

/// Where the trial of an email stands.
pub async fn standing(tx: &Tenant, email: &Email) -> Result<Option<Standing>> {
    let (Some(trial), Some(began)) = (&email.trial, email.sent_at) else { return Ok(None) };
    let lines = store::arms(tx, &email.id).await?;
    Ok(Some(Standing {
        subjects: [email.subject.clone(), trial.subject.clone()],
        finding: judge(lines[0], lines[1]),
        lines,
        decides_at: decides_at(trial, began),
        chosen: email.trial_chosen,
    }))
}

/// Decides which line the rest gets.
#[derive(Serialize, Deserialize)]
pub struct DecideTrial {
    pub email: String,
}

impl Job for DecideTrial {
    const KIND: &'static str = "email.decide_trial";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let organization: OrganizationId =
            task.organization.clone().ok_or_else(|| Error::internal("a job of an organization has none"))?;
        let tx = app.database.tenant(&organization).await?;
        // The recipients first, as workers do, who may be about to claim one.
        let lines = store::arms(&tx, &self.email).await?;
        let chosen = judge(lines[0], lines[1]).winner.unwrap_or(0);
        if !store::choose(&tx, &self.email, (chosen, task.now)).await? {
            return Ok(());
        }
        delivery::store::wake(&tx, &self.email, task.now).await?;
        tx.commit().await
    }
}
