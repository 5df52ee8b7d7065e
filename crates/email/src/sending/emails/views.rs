//! What the pages of emails show.

use askama::Template;
use ui::{FieldErrors, Frame, Moment, Pager, SelectOption, StatusPill};

use crate::sending::compose::checks::{Check, Level};
use crate::sending::report::figures::{Answer, LinkCount, Rate};

/// One email of the list.
pub struct EmailRow {
    pub id: String,
    pub subject: String,
    pub status: StatusPill,
    /// To whom, or what became of it, in words.
    pub words: String,
    pub updated: Moment,
}

/// `/admin/{org}/emails`. A new one is a POST to the same address.
#[derive(Template)]
#[template(path = "emails.html")]
pub struct EmailsPage {
    pub frame: Frame,
    pub search: String,
    pub status: String,
    pub rows: Vec<EmailRow>,
    pub pager: Pager,
}

impl EmailsPage {
    fn statuses(&self) -> Vec<SelectOption> {
        let word = |status: super::Status| StatusPill::of(status.as_str()).word();
        let option = |status: super::Status| SelectOption::new(status.as_str(), word(status));
        let any = std::iter::once(SelectOption::new("", "Any status"));
        any.chain(super::Status::ALL.into_iter().map(option)).collect()
    }

    fn is_filtered(&self) -> bool {
        !self.search.is_empty() || !self.status.is_empty()
    }
}

/// `/admin/{org}/campaigns/{id}/emails`: the emails of a campaign, on its own page as a part of it.
#[derive(Template)]
#[template(path = "campaign-emails.html")]
pub struct CampaignEmailsPage {
    pub frame: Frame,
    pub campaign_id: String,
    pub campaign: String,
    pub rows: Vec<EmailRow>,
    /// How many there are, also those that are not shown.
    pub total: i64,
    /// With those that programs opened and clicked.
    pub opened_raw: i64,
    pub clicked_raw: i64,
}

impl CampaignEmailsPage {
    fn is_cut(&self) -> bool {
        i64::try_from(self.rows.len()).is_ok_and(|shown| shown < self.total)
    }
}

/// What was typed for an email.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct EmailForm {
    pub subject: String,
    pub preheader: String,
    pub from_name: String,
    pub from_email: String,
    pub reply_to: String,
    pub audience: String,
    /// The id of its campaign; empty for none, and left out where the form does not ask.
    pub campaign_id: Option<String>,
    /// None for an email in blocks.
    pub content: Option<String>,
    pub plain_text: String,
    #[serde(rename = "trial.subject")]
    pub trial_subject: String,
    #[serde(rename = "trial.share")]
    pub trial_share: String,
    #[serde(rename = "trial.hours")]
    pub trial_hours: String,
    /// The version that was seen.
    pub version: String,
}

/// Which buttons there are.
pub struct Buttons {
    pub edit: bool,
    pub send: bool,
    pub pause: bool,
    pub resume: bool,
    pub cancel: bool,
    pub delete: bool,
}

/// How far sending has come.
pub struct Progress {
    pub recipients: i32,
    /// Written to, whatever came of it.
    pub tried: i32,
    pub percent: i32,
    pub waiting: i32,
    pub uncertain: i32,
    pub failed: i32,
    pub skipped: i32,
    /// Whether it changes by itself.
    pub is_moving: bool,
    pub problem: String,
}

/// `/admin/{org}/emails/{id}`: one email, to write, to send, to watch, and what became of it.
#[derive(Template)]
#[template(path = "email.html")]
pub struct EmailPage {
    pub frame: Frame,
    pub id: String,
    pub subject: String,
    /// The automation whose step sends it: id and name.
    pub automation: Option<(String, String)>,
    pub status: StatusPill,
    pub scheduled: Moment,
    pub began: Moment,
    pub finished: Moment,
    pub form: EmailForm,
    pub errors: FieldErrors,
    pub audiences: Vec<SelectOption>,
    pub audience_words: String,
    pub campaigns: Vec<SelectOption>,
    pub checks: Vec<Check>,
    pub is_ready: bool,
    pub reachable: i64,
    /// Where and when a schedule is read.
    pub zone: String,
    pub scheduled_for: String,
    pub in_local_time: bool,
    pub test_to: String,
    pub buttons: Buttons,
    pub progress: Option<Progress>,
    pub rates: Vec<Rate>,
    pub links: Vec<LinkCount>,
    pub answers: Vec<Answer>,
    pub opened_raw: i32,
    pub clicked_raw: i32,
    /// Whether it is written in blocks.
    pub is_composed: bool,
    /// Contacts whose values a test may show.
    pub contacts: Vec<SelectOption>,
}

impl EmailPage {
    /// The HTML that was written by hand.
    fn typed_content(&self) -> &str {
        self.form.content.as_deref().unwrap_or_default()
    }

    /// What stands in the way first, then what is worth a look.
    fn findings(&self) -> Vec<&Check> {
        let mut checks: Vec<&Check> = self.checks.iter().collect();
        checks.sort_by_key(|check| std::cmp::Reverse(check.level));
        checks
    }

    fn tone(&self, check: &Check) -> (&'static str, &'static str) {
        match check.level {
            Level::Good => ("published", "Good"),
            Level::Warning => ("paused", "Look"),
            Level::Error => ("failed", "Mend"),
        }
    }

    fn word_of(&self, state: &str) -> &'static str {
        match state {
            "bounced" => "Bounced",
            "failed" => "Not sent",
            "uncertain" => "In doubt",
            "skipped" => "Left out",
            _ => "Tried again",
        }
    }
}
