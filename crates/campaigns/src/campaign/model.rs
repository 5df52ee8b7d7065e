//! What a campaign is, and what its goal may count.

use jiff::Timestamp;
use kernel::db::Row;
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::status::Status;
use crate::money::Money;

/// What a campaign is for (`"CampaignType"` in the database).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CampaignType {
    ContentMarketing,
    EmailMarketing,
    SocialMedia,
    PaidAdvertising,
    SeoCampaign,
    LeadGeneration,
    BrandAwareness,
    ProductLaunch,
}

impl CampaignType {
    pub const ALL: [Self; 8] = [
        Self::ContentMarketing,
        Self::EmailMarketing,
        Self::SocialMedia,
        Self::PaidAdvertising,
        Self::SeoCampaign,
        Self::LeadGeneration,
        Self::BrandAwareness,
        Self::ProductLaunch,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::ContentMarketing => "CONTENT_MARKETING",
            Self::EmailMarketing => "EMAIL_MARKETING",
            Self::SocialMedia => "SOCIAL_MEDIA",
            Self::PaidAdvertising => "PAID_ADVERTISING",
            Self::SeoCampaign => "SEO_CAMPAIGN",
            Self::LeadGeneration => "LEAD_GENERATION",
            Self::BrandAwareness => "BRAND_AWARENESS",
            Self::ProductLaunch => "PRODUCT_LAUNCH",
        }
    }

    /// The type as people read it.
    pub fn word(self) -> &'static str {
        match self {
            Self::ContentMarketing => "Content marketing",
            Self::EmailMarketing => "Email marketing",
            Self::SocialMedia => "Social media",
            Self::PaidAdvertising => "Paid advertising",
            Self::SeoCampaign => "Search engines",
            Self::LeadGeneration => "Lead generation",
            Self::BrandAwareness => "Brand awareness",
            Self::ProductLaunch => "Product launch",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What a goal counts. Other words are kept too, and told to be counted by nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    Impressions,
    Clicks,
    Conversions,
    Revenue,
    /// Items of the campaign that are public.
    PublishedContent,
}

impl Goal {
    pub const ALL: [Self; 5] =
        [Self::Impressions, Self::Clicks, Self::Conversions, Self::Revenue, Self::PublishedContent];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Impressions => "impressions",
            Self::Clicks => "clicks",
            Self::Conversions => "conversions",
            Self::Revenue => "revenue",
            Self::PublishedContent => "published_content",
        }
    }

    /// What it counts, as people read it behind a number.
    pub fn words(self) -> &'static str {
        match self {
            Self::Impressions => "impressions",
            Self::Clicks => "clicks",
            Self::Conversions => "conversions",
            Self::Revenue => "in revenue",
            Self::PublishedContent => "published items",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|goal| goal.as_str().eq_ignore_ascii_case(text.trim()))
    }
}

/// What nothing measures yet: events of the site are not gathered.
const NOT_MEASURED: [&str; 2] = ["conversions", "revenue"];

/// A campaign.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Campaign {
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    pub r#type: CampaignType,
    pub status: Status,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub start_date: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_date: Option<Timestamp>,
    /// IANA name of the zone in which the dates are read and shown.
    pub timezone: String,
    #[schema(value_type = Option<String>)]
    pub budget: Option<Money>,
    /// `impressions`, `clicks`, `conversions`, `revenue`, `published_content`, or other words, which nothing counts.
    pub goal_type: Option<String>,
    #[schema(value_type = Option<String>)]
    pub goal_value: Option<Money>,
    /// How much of the goal is reached, in percent; null without a goal, and where nothing measures it.
    pub goal_progress: Option<f64>,
    /// People who opened one of its emails, each once an email; programs are left out.
    pub impressions: i32,
    /// People who followed a link in one of its emails, each once an email; programs are left out.
    pub clicks: i32,
    pub conversions: i32,
    /// What its entries of spend add up to.
    #[schema(value_type = String)]
    pub spend: Money,
    #[schema(value_type = String)]
    pub revenue: Money,
    /// Figures that nothing measures yet. They are 0, and that means nothing.
    #[schema(value_type = Vec<String>)]
    pub not_measured: [&'static str; 2],
    /// How many items belong to it.
    pub content_count: i64,
    /// How many of those are public.
    pub published_count: i64,
    pub created_by: String,
    /// The name of who made it.
    pub created_by_name: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    pub version: i32,
}

impl Campaign {
    pub fn from_row(row: &Row) -> Result<Self> {
        let unknown = || Error::internal("a campaign has a type or status that is not known");
        let money = |column: &str| row.get::<_, Option<&str>>(column).and_then(Money::parse);
        let mut campaign = Self {
            id: row.get("id"),
            name: row.get("name"),
            description: row.get("description"),
            r#type: CampaignType::parse(row.get("type")).ok_or_else(unknown)?,
            status: Status::parse(row.get("status")).ok_or_else(unknown)?,
            start_date: row.get("start_date"),
            end_date: row.get("end_date"),
            timezone: row.get("timezone"),
            budget: money("budget"),
            goal_type: row.get("goal_type"),
            goal_value: money("goal_value"),
            goal_progress: None,
            impressions: row.get("impressions"),
            clicks: row.get("clicks"),
            conversions: row.get("conversions"),
            spend: money("spend").unwrap_or_default(),
            revenue: money("revenue").unwrap_or_default(),
            not_measured: NOT_MEASURED,
            content_count: row.get("content_count"),
            published_count: row.get("published_count"),
            created_by: row.get("created_by"),
            created_by_name: row.get("created_by_name"),
            created_at: row.get("created_at"),
            updated_at: row.get("updated_at"),
            version: row.get("version"),
        };
        campaign.goal_progress = campaign.progress();
        Ok(campaign)
    }

    /// What its goal counts, if that is something known.
    pub fn goal(&self) -> Option<Goal> {
        self.goal_type.as_deref().and_then(Goal::parse)
    }

    /// How many of what its goal counts there are so far; nothing where nothing measures it.
    pub fn reached(&self) -> Option<Money> {
        match self.goal()? {
            Goal::Impressions => Some(Money::whole(self.impressions.into())),
            Goal::Clicks => Some(Money::whole(self.clicks.into())),
            Goal::PublishedContent => Some(Money::whole(self.published_count)),
            Goal::Conversions | Goal::Revenue => None,
        }
    }

    fn progress(&self) -> Option<f64> {
        self.reached()?.percent_of(self.goal_value?)
    }

    /// How much of its budget is spent, in percent.
    pub fn budget_used(&self) -> Option<f64> {
        self.spend.percent_of(self.budget?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        for kind in CampaignType::ALL {
            assert_eq!(CampaignType::parse(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert_eq!(Goal::parse(" Clicks "), Some(Goal::Clicks));
        assert_eq!(Goal::parse("leads"), None);
    }
}
