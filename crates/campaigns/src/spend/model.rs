use jiff::Timestamp;
use jiff::civil::Date;
use kernel::Result;
use kernel::db::Row;
use kernel::validate::Problems;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::campaign::draft::amount;
use crate::money::{Money, RawMoney};

const PURPOSE_LONGEST: usize = 200;
/// Entries that one campaign holds at most.
pub const ENTRIES_MOST: i64 = 1000;
/// Years in which money is spent.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;

/// Money that was spent on a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CampaignSpend)]
pub struct Entry {
    pub id: String,
    pub campaign_id: String,
    #[schema(value_type = String)]
    pub amount: Money,
    #[schema(value_type = String, format = Date)]
    pub spent_on: Date,
    /// What it was spent for.
    pub purpose: String,
    pub created_by: String,
    /// The name of who made the entry.
    pub created_by_name: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl Entry {
    pub fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id"),
            campaign_id: row.get("campaign_id"),
            amount: Money::parse(row.get("amount")).unwrap_or_default(),
            spent_on: row.get::<_, &str>("spent_on").parse().map_err(kernel::Error::internal)?,
            purpose: row.get("purpose"),
            created_by: row.get("created_by"),
            created_by_name: row.get("created_by_name"),
            created_at: row.get("created_at"),
        })
    }
}

/// What somebody sent about money that was spent.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = NewCampaignSpend)]
pub struct RawEntry {
    /// A decimal string with at most two digits behind the point, more than 0.
    #[schema(required = true, value_type = String)]
    pub amount: RawMoney,
    /// A day such as `2026-03-01`; today, in the campaign's time zone, when left out.
    #[schema(value_type = Option<String>, format = Date)]
    pub spent_on: Option<String>,
    /// What it was spent for.
    #[schema(required = true, max_length = 200)]
    pub purpose: String,
}

/// A checked entry.
pub struct Draft {
    pub amount: Money,
    pub spent_on: Date,
    pub purpose: String,
}

impl Draft {
    /// `today` is the day of an entry that names none.
    pub fn new(raw: &RawEntry, today: Date, mut problems: Problems) -> Result<Self> {
        let read = amount(&mut problems, "amount", &raw.amount).unwrap_or_default();
        if read == Money::default() {
            problems.add("amount", "required", "Enter what was spent, a number greater than 0 like 1250.50.");
        }
        let day = match raw.spent_on.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            None => Some(today),
            Some(text) if text.len() == 10 => text.parse::<Date>().ok().filter(|day| YEARS.contains(&day.year())),
            Some(_) => None,
        };
        if day.is_none() {
            problems.add("spent_on", "not_a_day", "Give the day on which it was spent, like 2026-03-01.");
        }
        let purpose = problems.required("purpose", "What it was for", &raw.purpose, PURPOSE_LONGEST);
        problems.finish(Self { amount: read, spent_on: day.unwrap_or(today), purpose })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use kernel::Error;

    use super::*;

    #[test]
    fn an_entry_has_an_amount_a_day_and_a_purpose() {
        let raw: RawEntry = serde_json::from_str(r#"{"amount": "12.5", "purpose": " Posters "}"#).unwrap();
        let draft = Draft::new(&raw, date(2026, 3, 1), Problems::new()).unwrap();
        assert_eq!(
            (draft.amount.as_text(), draft.purpose.as_str(), draft.spent_on),
            ("12.50".into(), "Posters", date(2026, 3, 1))
        );
        let raw: RawEntry = serde_json::from_str(r#"{"amount": 0, "spent_on": "yesterday"}"#).unwrap();
        let Err(Error::Invalid(errors)) = Draft::new(&raw, date(2026, 3, 1), Problems::new()) else { panic!("taken") };
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["amount", "spent_on", "purpose"]);
    }
}
