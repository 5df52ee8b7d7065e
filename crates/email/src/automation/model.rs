//! What an automation is: a trigger, a line of steps, and whether it runs.

use jiff::Timestamp;
use jiff::civil::Weekday;
use kernel::db::Row;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Steps of one automation at most.
pub const STEPS_MOST: usize = 30;
/// Automations of one organization at most.
pub const AUTOMATIONS_MOST: i64 = 50;

/// Where an automation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schema(as = AutomationStatus)]
pub enum Status {
    Draft,
    /// Lets contacts in, and they walk on.
    Active,
    /// Lets nobody in, and everybody stays where they stand.
    Paused,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::Active => "ACTIVE",
            Self::Paused => "PAUSED",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Draft, Self::Active, Self::Paused].into_iter().find(|status| status.as_str() == text)
    }
}

/// What lets contacts in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = AutomationTrigger)]
pub enum Trigger {
    /// A confirmed sign-up, once for each contact.
    SignUp {
        /// Through this form; null for any.
        form_id: Option<String>,
        /// Whether contacts that are added by hand, through the API or by an import count as well.
        counts_added: bool,
    },
    /// A tag is put on a contact, once for each contact.
    Tag { tag: String },
    /// A date that is kept of contacts.
    Date {
        /// The key of a field of the organization's own, of the kind date.
        field: String,
        /// Each year on that day, else once.
        every_year: bool,
        /// Days after the date; before it when negative.
        days: i16,
        /// The full hour of the day, 0 to 23.
        hour: i8,
        /// By the clock at the contact's, else by the organization's.
        in_local_time: bool,
    },
    /// What was newly published, in one email each period. It lets nobody in: its one email goes to an audience.
    Digest {
        every: Period,
        /// Of a weekly digest.
        #[schema(value_type = Option<String>, example = "monday")]
        weekday: Option<Day>,
        /// Of a monthly digest: the day of the month, 1 to 28.
        day: Option<i8>,
        /// The full hour of the day in the organization's time zone, 0 to 23.
        hour: i8,
        /// A rule, or `{"all": true}`.
        #[schema(value_type = Object)]
        audience: serde_json::Value,
    },
}

impl Trigger {
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SignUp { .. } => "sign_up",
            Self::Tag { .. } => "tag",
            Self::Date { .. } => "date",
            Self::Digest { .. } => "digest",
        }
    }

    /// The form of sign-ups that count.
    pub fn form(&self) -> Option<&str> {
        match self {
            Self::SignUp { form_id, .. } => form_id.as_deref(),
            _ => None,
        }
    }

    pub fn is_digest(&self) -> bool {
        matches!(self, Self::Digest { .. })
    }

    /// Whether it is a time rather than something that happens.
    pub fn is_timed(&self) -> bool {
        matches!(self, Self::Date { .. } | Self::Digest { .. })
    }
}

/// How often a digest goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    Day,
    Week,
    Month,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Day {
    pub const ALL: [Self; 7] =
        [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Tuesday => "tuesday",
            Self::Wednesday => "wednesday",
            Self::Thursday => "thursday",
            Self::Friday => "friday",
            Self::Saturday => "saturday",
            Self::Sunday => "sunday",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Monday => "Monday",
            Self::Tuesday => "Tuesday",
            Self::Wednesday => "Wednesday",
            Self::Thursday => "Thursday",
            Self::Friday => "Friday",
            Self::Saturday => "Saturday",
            Self::Sunday => "Sunday",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|day| day.as_str() == text)
    }

    pub fn weekday(self) -> Weekday {
        match self {
            Self::Monday => Weekday::Monday,
            Self::Tuesday => Weekday::Tuesday,
            Self::Wednesday => Weekday::Wednesday,
            Self::Thursday => Weekday::Thursday,
            Self::Friday => Weekday::Friday,
            Self::Saturday => Weekday::Saturday,
            Self::Sunday => Weekday::Sunday,
        }
    }
}

/// One step of the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = AutomationStep)]
pub struct Step {
    /// Stays the same however the line is changed, so that contacts keep their place.
    pub id: String,
    #[serde(flatten)]
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = AutomationStepKind)]
pub enum Kind {
    /// For so long.
    Wait {
        amount: i32,
        unit: Unit,
    },
    /// Until the clock at the contact's shows this full hour, on that weekday where one is given.
    WaitUntil {
        #[schema(value_type = Option<String>, example = "monday")]
        weekday: Option<Day>,
        hour: i8,
    },
    /// Sends an email, which belongs to the automation from then on.
    Send {
        email_id: String,
    },
    /// Whom the rule does not mean leaves, or passes over the next `skip` steps.
    Condition {
        #[schema(value_type = Object)]
        rule: serde_json::Value,
        skip: Option<i8>,
    },
    AddTag {
        tag: String,
    },
    RemoveTag {
        tag: String,
    },
}

impl Kind {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Wait { .. } => "wait",
            Self::WaitUntil { .. } => "wait_until",
            Self::Send { .. } => "send",
            Self::Condition { .. } => "condition",
            Self::AddTag { .. } => "add_tag",
            Self::RemoveTag { .. } => "remove_tag",
        }
    }

    /// The email that it sends.
    pub fn email(&self) -> Option<&str> {
        match self {
            Self::Send { email_id } => Some(email_id),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AutomationUnit)]
pub enum Unit {
    Minutes,
    Hours,
    Days,
}

impl Unit {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Days => "days",
        }
    }
}

/// An automation, with how many are in it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Automation {
    pub id: String,
    pub name: String,
    pub status: Status,
    pub trigger: Trigger,
    pub steps: Vec<Step>,
    /// When a date is looked for, or a digest goes out, next; null while it does not run.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_at: Option<Timestamp>,
    /// Contacts that are on their way; of a digest nobody is.
    pub waiting: i64,
    /// Contacts that came to the end; of a digest the issues that went out.
    pub done: i64,
    /// Contacts that left before the end; of a digest the periods without anything new.
    pub left: i64,
    /// Ways that ended with a problem.
    pub failed: i64,
    pub created_by: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    pub version: i32,
    #[serde(skip)]
    pub checked_until: Option<Timestamp>,
}

impl Automation {
    pub fn from_row(row: &Row) -> kernel::Result<Self> {
        Ok(Self {
            id: row.get("id"),
            name: row.get("name"),
            status: Status::parse(row.get("status")).unwrap_or(Status::Paused),
            trigger: serde_json::from_value(row.get("trigger"))?,
            steps: serde_json::from_value(row.get("steps"))?,
            next_at: row.get("next_at"),
            waiting: row.get("waiting"),
            done: row.get("done"),
            left: row.get("left"),
            failed: row.get("failed"),
            created_by: row.get("created_by"),
            created_at: row.get("created_at"),
            updated_at: row.get("updated_at"),
            version: row.get("version"),
            checked_until: row.get("checked_until"),
        })
    }

    /// The emails of its steps, in their order.
    pub fn emails(&self) -> Vec<String> {
        emails_of(&self.steps)
    }
}

/// The emails that these steps send.
pub fn emails_of(steps: &[Step]) -> Vec<String> {
    steps.iter().filter_map(|step| step.kind.email().map(str::to_owned)).collect()
}

/// What comes after a place in the line; the first step from the beginning.
///
/// A step that is there no more is never stood at: whoever takes it out of the line sends people to the one before it.
pub fn after<'a>(steps: &'a [Step], place: Option<&str>) -> Option<&'a Step> {
    let next = match place {
        None => 0,
        Some(id) => steps.iter().position(|step| step.id == id).map_or(0, |at| at + 1),
    };
    steps.get(next)
}

/// The step after whose end somebody goes on who passes over the `skip` steps that follow this one; none at the end.
pub fn skipping<'a>(steps: &'a [Step], step: &str, skip: usize) -> Option<&'a str> {
    let at = steps.iter().position(|one| one.id == step)?;
    Some(steps.get(at + skip).or(steps.last())?.id.as_str())
}

/// Where somebody stands who stood at a step that is taken out: the nearest one before it that stays; none for the beginning.
pub fn before_in<'a>(old: &'a [Step], new: &[Step], gone: &str) -> Option<&'a str> {
    let at = old.iter().position(|step| step.id == gone)?;
    let stays = |step: &&Step| new.iter().any(|other| other.id == step.id);
    old[..at].iter().rev().find(stays).map(|step| step.id.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(ids: &[&str]) -> Vec<Step> {
        let tag = |id: &&str| Step { id: (*id).to_owned(), kind: Kind::AddTag { tag: "x".into() } };
        ids.iter().map(tag).collect()
    }

    fn id(step: Option<&Step>) -> Option<&str> {
        step.map(|step| step.id.as_str())
    }

    #[test]
    fn a_line_is_walked_from_its_beginning_to_its_end() {
        let steps = line(&["a", "b", "c"]);
        assert_eq!(id(after(&steps, None)), Some("a"));
        assert_eq!(id(after(&steps, Some("a"))), Some("b"));
        assert_eq!(id(after(&steps, Some("c"))), None);
        assert_eq!(id(after(&[], None)), None);
    }

    #[test]
    fn steps_are_passed_over_up_to_the_end_of_the_line() {
        let steps = line(&["a", "b", "c"]);
        assert_eq!(id(after(&steps, skipping(&steps, "a", 1))), Some("c"));
        assert_eq!(id(after(&steps, skipping(&steps, "a", 2))), None);
        assert_eq!(id(after(&steps, skipping(&steps, "b", 30))), None);
    }

    #[test]
    fn who_stands_at_a_step_that_goes_comes_to_the_one_after_it() {
        let (old, new) = (line(&["a", "b", "c"]), line(&["c"]));
        assert_eq!(id(after(&new, before_in(&old, &new, "b"))), Some("c"));
        let new = line(&["a", "c", "d"]);
        assert_eq!(before_in(&old, &new, "b"), Some("a"));
        assert_eq!(id(after(&new, before_in(&old, &new, "b"))), Some("c"));
    }

    #[test]
    fn what_is_stored_is_read_again() {
        let step = Step { id: "s".into(), kind: Kind::Wait { amount: 2, unit: Unit::Days } };
        let value = serde_json::to_value(&step).unwrap();
        assert_eq!(value, serde_json::json!({ "id": "s", "kind": "wait", "amount": 2, "unit": "days" }));
        assert_eq!(serde_json::from_value::<Step>(value).unwrap(), step);
    }
}
