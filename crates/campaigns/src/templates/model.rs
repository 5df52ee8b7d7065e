use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::db::Row;
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::campaign::time;
use crate::campaign::{Campaign, CampaignType};
use crate::money::Money;

/// Templates that one organization holds at most.
pub const TEMPLATES_MOST: i64 = 200;
/// The longest campaign that a template repeats, in days.
const DAYS_MOST: i32 = 3660;

/// What campaigns are begun from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CampaignTemplate)]
pub struct Template {
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    pub r#type: CampaignType,
    /// From the beginning to the end, both included.
    pub days: Option<i32>,
    /// IANA name of the zone in which the dates are read and shown.
    pub timezone: String,
    #[schema(value_type = Option<String>)]
    pub budget: Option<Money>,
    pub goal_type: Option<String>,
    #[schema(value_type = Option<String>)]
    pub goal_value: Option<Money>,
    pub created_by: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    pub version: i32,
}

impl Template {
    pub fn from_row(row: &Row) -> Result<Self> {
        let money = |column: &str| row.get::<_, Option<&str>>(column).and_then(Money::parse);
        Ok(Self {
            id: row.get("id"),
            name: row.get("name"),
            description: row.get("description"),
            r#type: CampaignType::parse(row.get("type"))
                .ok_or_else(|| Error::internal("a template has a type that is not known"))?,
            days: row.get("days"),
            timezone: row.get("timezone"),
            budget: money("budget"),
            goal_type: row.get("goal_type"),
            goal_value: money("goal_value"),
            created_by: row.get("created_by"),
            created_at: row.get("created_at"),
            updated_at: row.get("updated_at"),
            version: row.get("version"),
        })
    }

    /// When a campaign ends that begins then: in the last minute of its last day.
    pub fn end(&self, start: Timestamp) -> Option<Timestamp> {
        let zone = time::zone(&self.timezone);
        let last = start.to_zoned(zone.clone()).date().checked_add(jiff::Span::new().days(self.days? - 1)).ok()?;
        let end = last.at(23, 59, 0, 0).to_zoned(zone).ok()?.timestamp();
        Some(end.max(start))
    }
}

/// The days from the beginning of a campaign to its end, both included.
pub fn days_of(campaign: &Campaign) -> Option<i32> {
    let zone = time::zone(&campaign.timezone);
    let day = |at: Timestamp, zone: &TimeZone| at.to_zoned(zone.clone()).date();
    let (start, end) = (day(campaign.start_date?, &zone), day(campaign.end_date?, &zone));
    let days = start.until(end).ok()?.get_days().saturating_add(1);
    (1..=DAYS_MOST).contains(&days).then_some(days)
}

/// Under which name a campaign becomes a template.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = NewCampaignTemplate)]
pub struct RawSave {
    /// The campaign's own name when left out.
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
}

/// How a campaign is begun from a template.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = CampaignFromTemplate)]
pub struct RawStart {
    /// The template's own name when left out.
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// A moment, a time on the clocks of the template's zone, or a day. The end follows from the template's days.
    pub start_date: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_campaign_from_a_template_ends_with_its_last_day() {
        let at: Timestamp = "2026-03-28T08:00:00Z".parse().unwrap();
        let template = Template {
            id: "t".into(),
            name: "Spring".into(),
            description: None,
            r#type: CampaignType::ContentMarketing,
            days: Some(2),
            timezone: "Europe/Berlin".into(),
            budget: None,
            goal_type: None,
            goal_value: None,
            created_by: "u".into(),
            created_at: at,
            updated_at: at,
            version: 1,
        };
        // The clocks go forward on that day.
        assert_eq!(template.end(at).unwrap().to_string(), "2026-03-29T21:59:00Z");
        assert_eq!(Template { days: None, ..template }.end(at), None);
    }
}
