//! From raw input about a campaign to what may be stored.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::Result;
use kernel::api::Patch;
use kernel::validate::{Lines, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{Campaign, CampaignType};
use super::status::Status;
use super::time::{self, Edge};
use crate::money::{Money, RawMoney};

pub const NAME_LONGEST: usize = 200;
pub const DESCRIPTION_LONGEST: usize = 5000;
const GOAL_LONGEST: usize = 100;

/// What somebody sent about a campaign: for a new one, or as changes to one that exists.
///
/// What it brought and cost is not among it: that follows from events and from entries of spend.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawCampaign {
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    #[schema(value_type = Option<String>, max_length = 5000)]
    pub description: Patch<String>,
    pub r#type: Option<CampaignType>,
    /// Where it is to stand: the legal move that leads there is made. A new one is a draft.
    pub status: Option<Status>,
    /// A moment, a time on the clocks of `timezone` (`2026-03-01T09:00`), or a day, which stands for its beginning.
    #[schema(value_type = Option<String>)]
    pub start_date: Patch<String>,
    /// The same; a day stands for its end.
    #[schema(value_type = Option<String>)]
    pub end_date: Patch<String>,
    /// IANA name, such as `Europe/Berlin`; the organization's when left out.
    #[schema(max_length = 64)]
    pub timezone: Option<String>,
    /// A decimal string with at most two digits behind the point.
    #[schema(value_type = Option<String>)]
    pub budget: Patch<RawMoney>,
    /// `impressions`, `clicks`, `conversions`, `revenue`, `published_content`, or other words, which nothing counts.
    #[schema(value_type = Option<String>, max_length = 100)]
    pub goal_type: Patch<String>,
    /// A decimal string with at most two digits behind the point.
    #[schema(value_type = Option<String>)]
    pub goal_value: Patch<RawMoney>,
}

/// Checked values of everything of a campaign that can be edited.
#[derive(Debug, Clone, PartialEq)]
pub struct CampaignDraft {
    pub name: String,
    pub description: Option<String>,
    pub r#type: CampaignType,
    pub start_date: Option<Timestamp>,
    pub end_date: Option<Timestamp>,
    pub timezone: String,
    pub budget: Option<Money>,
    pub goal_type: Option<String>,
    pub goal_value: Option<Money>,
}

impl CampaignDraft {
    /// A new one, in the organization's zone unless another is named.
    pub fn new(raw: &RawCampaign, timezone: String, mut problems: Problems) -> Result<Self> {
        if raw.r#type.is_none() {
            problems.add("type", "required", "Choose what kind of campaign it is.");
        }
        let empty = Self {
            name: String::new(),
            description: None,
            r#type: CampaignType::ContentMarketing,
            start_date: None,
            end_date: None,
            timezone,
            budget: None,
            goal_type: None,
            goal_value: None,
        };
        let raw = RawCampaign { name: Some(raw.name.clone().unwrap_or_default()), ..raw.clone() };
        empty.changed_by(&raw, problems)
    }

    pub fn of(campaign: &Campaign, raw: &RawCampaign, problems: Problems) -> Result<Self> {
        Self::stored(campaign).changed_by(raw, problems)
    }

    pub fn stored(campaign: &Campaign) -> Self {
        Self {
            name: campaign.name.clone(),
            description: campaign.description.clone(),
            r#type: campaign.r#type,
            start_date: campaign.start_date,
            end_date: campaign.end_date,
            timezone: campaign.timezone.clone(),
            budget: campaign.budget,
            goal_type: campaign.goal_type.clone(),
            goal_value: campaign.goal_value,
        }
    }

    fn changed_by(mut self, raw: &RawCampaign, mut problems: Problems) -> Result<Self> {
        if let Some(name) = &raw.name {
            self.name = problems.required("name", "The name", name, NAME_LONGEST);
        }
        take(&mut self.description, &raw.description, |text| {
            let text = problems.text("description", "The description", &unix(text), DESCRIPTION_LONGEST, Lines::Many);
            (!text.is_empty()).then_some(text)
        });
        self.r#type = raw.r#type.unwrap_or(self.r#type);
        self.take_times(raw, &mut problems);
        take(&mut self.budget, &raw.budget, |raw| amount(&mut problems, "budget", raw));
        take(&mut self.goal_type, &raw.goal_type, |text| {
            problems.optional("goal_type", "What the goal counts", Some(text), GOAL_LONGEST)
        });
        take(&mut self.goal_value, &raw.goal_value, |raw| amount(&mut problems, "goal_value", raw));
        if self.goal_value.is_some() && self.goal_type.is_none() {
            problems.add("goal_type", "required", "Say what the goal counts, or leave its number empty.");
        }
        problems.finish(self)
    }

    fn take_times(&mut self, raw: &RawCampaign, problems: &mut Problems) {
        if let Some(name) = &raw.timezone {
            match TimeZone::get(name.trim()).ok().as_ref().and_then(TimeZone::iana_name) {
                Some(known) => self.timezone = known.to_owned(),
                None => problems.add(
                    "timezone",
                    "unknown_value",
                    "Enter a time zone by its IANA name, like Europe/Berlin or UTC.",
                ),
            }
        }
        let zone = time::zone(&self.timezone);
        let mut moment = |field: &str, text: &str, edge: Edge| {
            if text.trim().is_empty() {
                return None;
            }
            let at = time::read(text, &zone, edge);
            if at.is_none() {
                let words = "Give a day like 2026-03-01, or a time like 2026-03-01T09:00, between 1900 and 2200.";
                problems.add(field, "not_a_time", words);
            }
            at
        };
        take(&mut self.start_date, &raw.start_date, |text| moment("start_date", text, Edge::Begin));
        take(&mut self.end_date, &raw.end_date, |text| moment("end_date", text, Edge::End));
        if let (Some(start), Some(end)) = (self.start_date, self.end_date)
            && end < start
        {
            problems.add(
                "end_date",
                "before_start",
                "The end lies before the start. Exchange the two, or choose a later end.",
            );
        }
    }
}

fn take<F, T>(field: &mut Option<F>, change: &Patch<T>, check: impl FnOnce(&T) -> Option<F>) {
    match change {
        Patch::Keep => {}
        Patch::Clear => *field = None,
        Patch::Set(value) => *field = check(value),
    }
}

/// Forms send line ends of two characters.
fn unix(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// An amount; an empty text is none.
pub fn amount(problems: &mut Problems, field: &str, raw: &RawMoney) -> Option<Money> {
    if raw.0.trim().is_empty() {
        return None;
    }
    let read = Money::parse(&raw.0);
    if read.is_none() {
        let words = "Enter a number like 1250 or 1250.50, from 0 to 9999999999.99.";
        problems.add(field, "not_an_amount", words);
    }
    read
}

#[cfg(test)]
mod tests {
    use kernel::Error;

    use super::*;

    fn raw(json: &str) -> RawCampaign {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_campaign_is_read_in_its_own_zone() {
        let raw = raw(
            r#"{"name": " Spring ", "type": "PRODUCT_LAUNCH", "start_date": "2026-07-01", "end_date": "2026-07-31T18:00",
                          "timezone": "europe/berlin", "budget": 1250.5, "goal_type": "clicks", "goal_value": "400"}"#,
        );
        let draft = CampaignDraft::new(&raw, "UTC".into(), Problems::new()).unwrap();
        assert_eq!((draft.name.as_str(), draft.timezone.as_str()), ("Spring", "Europe/Berlin"));
        assert_eq!(draft.start_date.unwrap().to_string(), "2026-06-30T22:00:00Z");
        assert_eq!(draft.end_date.unwrap().to_string(), "2026-07-31T16:00:00Z");
        assert_eq!((draft.budget, draft.goal_value), (Money::parse("1250.50"), Money::parse("400")));
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let raw = raw(
            r#"{"description": "x\u0000", "start_date": "2026-03-02", "end_date": "2026-03-01", "timezone": "Atlantis",
                          "budget": "-5", "goal_value": "7"}"#,
        );
        let Err(Error::Invalid(errors)) = CampaignDraft::new(&raw, "UTC".into(), Problems::new()) else {
            panic!("it was accepted")
        };
        let mut found: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
        found.sort_unstable();
        assert_eq!(
            found,
            [
                ("budget", "not_an_amount"),
                ("description", "control_characters"),
                ("end_date", "before_start"),
                ("goal_type", "required"),
                ("name", "required"),
                ("timezone", "unknown_value"),
                ("type", "required"),
            ]
        );
    }
}
