//! What an email is, and the moves that it may make.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::db::Row;
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::composer::blocks::Composition;
use crate::sending::local_time::LocalTime;
use crate::sending::trial::Trial;

/// Where an email stands (`"EmailStatus"` in the database).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schema(as = EmailStatus)]
pub enum Status {
    Draft,
    Scheduled,
    /// Being sent, or paused while being sent.
    Sending,
    /// Everybody was written to, or what was left was cancelled.
    Sent,
    /// Nothing went out at all.
    Failed,
}

impl Status {
    pub const ALL: [Self; 5] = [Self::Draft, Self::Scheduled, Self::Sending, Self::Sent, Self::Failed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::Scheduled => "SCHEDULED",
            Self::Sending => "SENDING",
            Self::Sent => "SENT",
            Self::Failed => "FAILED",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// What may be done with an email beside editing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    Send,
    Schedule,
    Pause,
    Resume,
    Cancel,
}

impl Move {
    const ALL: [Self; 5] = [Self::Send, Self::Schedule, Self::Pause, Self::Resume, Self::Cancel];

    fn as_str(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Schedule => "schedule",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Cancel => "cancel",
        }
    }
}

/// An email without its texts.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Summary {
    pub id: String,
    pub campaign_id: Option<String>,
    /// The automation whose step sends it. It gets its recipients one by one, and is being sent for as long as it does.
    pub automation_id: Option<String>,
    pub subject: String,
    pub preheader: Option<String>,
    pub from_name: String,
    pub from_email: String,
    pub reply_to: Option<String>,
    /// Whom it is sent to: a rule, or `{"all": true}`.
    #[schema(value_type = Option<Object>)]
    pub audience_segment: Option<serde_json::Value>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub scheduled_for: Option<Timestamp>,
    /// Whether it comes at the time of day of `scheduled_for` wherever the reader is.
    pub in_local_time: bool,
    /// A second subject line that is tried.
    pub trial: Option<Trial>,
    /// The line that those got who waited for the decision: 0 or 1; null before.
    pub trial_chosen: Option<i16>,
    /// When sending began.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Timestamp>,
    /// Set while sending is paused.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub paused_at: Option<Timestamp>,
    /// Set when what was left was not sent.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub cancelled_at: Option<Timestamp>,
    pub status: Status,
    /// What holds it up or went wrong, in words.
    pub problem: Option<String>,
    #[serde(flatten)]
    pub counts: Counts,
    pub created_by: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    pub version: i32,
}

/// What became of the recipients. Each number counts recipients, never occurrences.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Counts {
    /// Everybody it is meant for.
    pub recipients: i32,
    /// A mail server gave its final answer: it took the message or refused the address.
    pub sent: i32,
    /// Taken by a mail server, and nothing came back.
    pub delivered: i32,
    /// Opened by a person.
    pub opened: i32,
    /// Opened by a person or a program, such as a mail program that loads all pictures.
    pub opened_raw: i32,
    /// A link was followed by a person.
    pub clicked: i32,
    /// A link was followed by a person or a program, such as a scanner for viruses.
    pub clicked_raw: i32,
    /// The address was refused for good.
    pub bounced: i32,
    pub unsubscribed: i32,
    /// Reported as spam.
    pub complained: i32,
    /// Not sent, for a reason that is not the address: refused content, or no answer for too long.
    pub failed: i32,
    /// The connection broke after the message was sent, so nobody knows whether it was taken. Not sent again by itself.
    pub uncertain: i32,
    /// Left out: unsubscribed in the meantime, or cancelled.
    pub skipped: i32,
}

/// An email.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Email {
    #[serde(flatten)]
    pub summary: Summary,
    /// HTML, with merge tags such as `{{first_name|there}}`.
    pub content: String,
    /// The same in plain text; made of the HTML when there is none.
    pub plain_text: Option<String>,
    /// The blocks that the HTML is made of; null where it was written by hand.
    pub composition: Option<Composition>,
    /// The plain text that is made of the blocks, and sent where `plain_text` is null.
    pub composed_text: Option<String>,
}

impl std::ops::Deref for Email {
    type Target = Summary;

    fn deref(&self) -> &Summary {
        &self.summary
    }
}

impl Summary {
    pub fn from_row(row: &Row) -> Self {
        Self {
            id: row.get("id"),
            campaign_id: row.get("campaign_id"),
            automation_id: row.get("automation_id"),
            subject: row.get("subject"),
            preheader: row.get("preheader"),
            from_name: row.get("from_name"),
            from_email: row.get("from_email"),
            reply_to: row.get("reply_to"),
            audience_segment: row.get("audience_segment"),
            scheduled_for: row.get("scheduled_for"),
            in_local_time: row.get("in_local_time"),
            trial: row
                .get::<_, Option<serde_json::Value>>("trial")
                .and_then(|trial| serde_json::from_value(trial).ok()),
            trial_chosen: row.get("trial_chosen"),
            sent_at: row.get("sent_at"),
            finished_at: row.get("finished_at"),
            paused_at: row.get("paused_at"),
            cancelled_at: row.get("cancelled_at"),
            status: Status::parse(row.get("status")).unwrap_or(Status::Failed),
            problem: row.get("problem"),
            counts: Counts::from_row(row),
            created_by: row.get("created_by"),
            created_at: row.get("created_at"),
            updated_at: row.get("updated_at"),
            version: row.get("version"),
        }
    }

    /// Whether its texts may be changed: nothing of it went out, and no time is set; of an automation's, at any time.
    pub fn may_be_edited(&self) -> bool {
        matches!(self.status, Status::Draft | Status::Failed) || self.automation_id.is_some()
    }

    pub fn may(&self, step: Move) -> bool {
        // When an email of an automation begins and ends is the automation's to say.
        if self.automation_id.is_some() && !matches!(step, Move::Pause | Move::Resume) {
            return false;
        }
        match (self.status, self.paused_at.is_some()) {
            (Status::Draft | Status::Failed, _) => matches!(step, Move::Send | Move::Schedule),
            (Status::Scheduled, _) => matches!(step, Move::Send | Move::Schedule | Move::Cancel),
            (Status::Sending, false) => matches!(step, Move::Pause | Move::Cancel),
            (Status::Sending, true) => matches!(step, Move::Resume | Move::Cancel),
            (Status::Sent, _) => false,
        }
    }

    /// Refuses a move that the email cannot make where it stands, naming those that it can.
    pub fn must_be_able_to(&self, step: Move) -> Result<()> {
        if self.may(step) {
            return Ok(());
        }
        let allowed: Vec<&str> = Move::ALL.into_iter().filter(|step| self.may(*step)).map(Move::as_str).collect();
        let allowed = if allowed.is_empty() { "only to duplicate it".to_owned() } else { allowed.join(", ") };
        let belongs = if self.automation_id.is_some() { "belongs to an automation and " } else { "" };
        Err(Error::Conflict(format!(
            "This email {belongs}{}, so it cannot {}. Possible now: {allowed}.",
            self.state_words(),
            match step {
                Move::Send => "be sent",
                Move::Schedule => "be scheduled",
                Move::Pause => "be paused",
                Move::Resume => "go on",
                Move::Cancel => "be cancelled",
            }
        )))
    }

    /// When its recipients are made: at its time, or when that time of day comes first anywhere.
    pub fn begins_at(&self, home: &TimeZone) -> Option<Timestamp> {
        let at = self.scheduled_for?;
        Some(if self.in_local_time { LocalTime::of(at, home).first() } else { at })
    }

    pub fn state_words(&self) -> &'static str {
        match (self.status, self.paused_at.is_some()) {
            (Status::Draft, _) => "is a draft",
            (Status::Scheduled, _) => "is scheduled",
            (Status::Sending, false) => "is being sent",
            (Status::Sending, true) => "is paused",
            (Status::Sent, _) if self.cancelled_at.is_some() => "was cancelled",
            (Status::Sent, _) => "was sent",
            (Status::Failed, _) => "could not be sent",
        }
    }
}

impl Counts {
    pub fn from_row(row: &Row) -> Self {
        Self {
            recipients: row.get("recipients"),
            sent: row.get("sent"),
            delivered: row.get("delivered"),
            opened: row.get("opened"),
            opened_raw: row.get("opened_raw"),
            clicked: row.get("clicked"),
            clicked_raw: row.get("clicked_raw"),
            bounced: row.get("bounced"),
            unsubscribed: row.get("unsubscribed"),
            complained: row.get("complained"),
            failed: row.get("failed"),
            uncertain: row.get("uncertain"),
            skipped: row.get("skipped"),
        }
    }

    /// How many are still to be written to.
    pub fn waiting(&self) -> i32 {
        self.recipients - self.tried() - self.skipped
    }

    /// How many were written to, whatever came of it.
    pub fn tried(&self) -> i32 {
        self.sent + self.failed + self.uncertain
    }
}

impl Email {
    pub fn from_row(row: &Row) -> Self {
        Self {
            summary: Summary::from_row(row),
            content: row.get("content"),
            plain_text: row.get("plain_text"),
            // Blocks that a newer program wrote are left alone: the HTML that was made of them is still there.
            composition: row
                .get::<_, Option<serde_json::Value>>("composition")
                .and_then(|composition| serde_json::from_value(composition).ok()),
            composed_text: row.get("composed_text"),
        }
    }
}
