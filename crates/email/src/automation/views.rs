//! What the pages of automations show.

use askama::Template;
use ui::{FieldErrors, Frame, Moment, Pager, SelectOption, StatusPill};

use super::model::Day;
use super::pages::{TypedStep, TypedTrigger};
use super::store::State;
use super::words::{self, StepKind};
use crate::audience::rule_form::views::RuleFields;

/// One automation of the list.
pub struct AutomationRow {
    pub id: String,
    pub name: String,
    pub trigger: String,
    pub status: StatusPill,
    /// How many are in it, in words.
    pub people: String,
}

/// `/admin/{org}/automations`: the automations.
#[derive(Template)]
#[template(path = "automations.html")]
pub struct AutomationsPage {
    pub frame: Frame,
    pub rows: Vec<AutomationRow>,
}

/// A trigger as it is written, with what there is to choose from.
pub struct TriggerFields {
    pub typed: TypedTrigger,
    pub forms: Vec<SelectOption>,
    /// Fields of contacts that hold dates.
    pub dates: Vec<SelectOption>,
    pub audiences: Vec<SelectOption>,
}

impl TriggerFields {
    pub fn is(&self, kind: &str) -> bool {
        self.typed.kind == kind
    }

    pub fn sides(&self) -> [SelectOption; 2] {
        [SelectOption::new("after", "days after the date"), SelectOption::new("before", "days before the date")]
    }

    pub fn periods(&self) -> [SelectOption; 3] {
        [
            SelectOption::new("day", "Every day"),
            SelectOption::new("week", "Every week"),
            SelectOption::new("month", "Every month"),
        ]
    }

    pub fn weekdays(&self) -> Vec<SelectOption> {
        weekdays()
    }

    pub fn hours(&self) -> Vec<SelectOption> {
        hours()
    }
}

fn weekdays() -> Vec<SelectOption> {
    Day::ALL.into_iter().map(|day| SelectOption::new(day.as_str(), day.label())).collect()
}

fn hours() -> Vec<SelectOption> {
    (0..24).map(|hour| SelectOption::new(hour.to_string(), format!("{hour}:00"))).collect()
}

/// The form of a name and a trigger.
#[derive(Template)]
#[template(path = "automation-trigger.html")]
pub struct TriggerPage {
    pub frame: Frame,
    pub action: String,
    pub is_new: bool,
    pub trigger: TriggerFields,
    pub errors: FieldErrors,
}

/// The email that a step sends.
pub struct EmailOfStep {
    pub id: String,
    pub is_composed: bool,
    /// How it stands, in words.
    pub words: String,
}

/// One step of the line.
pub struct StepRow {
    pub id: String,
    pub icon: &'static str,
    pub words: String,
    /// What else is to be said of it; may be empty.
    pub note: String,
    pub email: Option<EmailOfStep>,
    /// How many wait here; empty for none.
    pub waiting: String,
}

/// One contact's way, or one issue of a digest.
pub struct RunRow {
    pub contact_id: Option<String>,
    pub who: String,
    pub name: String,
    pub email_id: Option<String>,
    pub state: &'static str,
    pub tone: &'static str,
    pub place: String,
    pub reason: String,
    pub wakes: Moment,
    pub entered: Moment,
}

/// `/admin/{org}/automations/{id}`: one automation.
#[derive(Template)]
#[template(path = "automation.html")]
pub struct AutomationPage {
    pub frame: Frame,
    pub id: String,
    pub status: StatusPill,
    pub is_active: bool,
    pub is_digest: bool,
    /// When a digest goes out next.
    pub next: Moment,
    pub people: String,
    pub trigger: String,
    pub steps: Vec<StepRow>,
    pub search: String,
    pub state: String,
    pub rows: Vec<RunRow>,
    pub pager: Pager,
    /// The address that was typed to let somebody in.
    pub let_in: String,
    pub errors: FieldErrors,
}

impl AutomationPage {
    fn kinds(&self) -> &'static [StepKind] {
        words::STEP_KINDS
    }

    fn states(&self) -> Vec<SelectOption> {
        let any = std::iter::once(SelectOption::new("", "Everybody"));
        any.chain(State::ALL.map(|state| SelectOption::new(state.as_str(), words::state(state)))).collect()
    }

    fn is_filtered(&self) -> bool {
        !self.search.is_empty() || !self.state.is_empty()
    }

    /// Whether steps may be added: the one of a digest is its email.
    fn takes_steps(&self) -> bool {
        !self.is_digest || self.steps.is_empty()
    }
}

/// The form of one step.
#[derive(Template)]
#[template(path = "automation-step.html")]
pub struct StepPage {
    pub frame: Frame,
    pub is_new: bool,
    /// The line.
    pub back: String,
    pub typed: TypedStep,
    /// Behind which step a new one may stand.
    pub places: Vec<SelectOption>,
    pub emails: Vec<SelectOption>,
    /// What a new email may begin with.
    pub starts: Vec<SelectOption>,
    pub rule: RuleFields,
    pub errors: FieldErrors,
}

impl StepPage {
    fn units(&self) -> [SelectOption; 3] {
        ["minutes", "hours", "days"].map(|unit| SelectOption::new(unit, unit))
    }

    fn weekdays(&self) -> Vec<SelectOption> {
        std::iter::once(SelectOption::new("", "Any day")).chain(weekdays()).collect()
    }

    fn hours(&self) -> Vec<SelectOption> {
        hours()
    }

    fn skips(&self) -> Vec<SelectOption> {
        let leave = std::iter::once(SelectOption::new("", "leave"));
        let skip = |count: i32| {
            SelectOption::new(count.to_string(), format!("pass over the next {}", words::counted(count, "step")))
        };
        leave.chain((1..=5).map(skip)).chain(self.stored_skip()).collect()
    }

    /// A number of steps that only the API gives.
    fn stored_skip(&self) -> Option<SelectOption> {
        let count: i32 = self.typed.skip.parse().ok().filter(|count| *count > 5)?;
        Some(SelectOption::new(count.to_string(), format!("pass over the next {count} steps")))
    }
}
