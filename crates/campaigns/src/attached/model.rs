//! An item of content as part of a campaign.

use content::items::model::{ContentStatus, ContentType};
use jiff::Timestamp;
use kernel::Result;
use kernel::db::Row;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Items that one campaign holds at most: people look after each of them.
pub const ATTACHED_MOST: i64 = 200;
/// The greatest priority; what orders them counts up to there.
pub const PRIORITY_GREATEST: i32 = 1_000_000;

/// What an item does in a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = CampaignContentRole)]
pub enum Role {
    Featured,
    #[default]
    Supporting,
    LandingPage,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Featured, Self::Supporting, Self::LandingPage];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Featured => "featured",
            Self::Supporting => "supporting",
            Self::LandingPage => "landing-page",
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Featured => "Featured",
            Self::Supporting => "Supporting",
            Self::LandingPage => "Landing page",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// An item in a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CampaignContent)]
pub struct Attached {
    pub campaign_id: String,
    pub content_id: String,
    pub role: Role,
    /// The greatest stands first.
    pub priority: i32,
    #[schema(value_type = String, format = DateTime)]
    pub added_at: Timestamp,
    /// The item's own title.
    pub title: String,
    /// The item's own slug.
    pub slug: String,
    /// The item's own type.
    pub r#type: ContentType,
    /// The item's own status.
    pub status: ContentStatus,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub published_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub scheduled_for: Option<Timestamp>,
}

impl Attached {
    pub fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            campaign_id: row.get("campaign_id"),
            content_id: row.get("content_id"),
            role: Role::parse(row.get("role")).unwrap_or_default(),
            priority: row.get("priority"),
            added_at: row.get("added_at"),
            title: row.get("title"),
            slug: row.get("slug"),
            r#type: row.get::<_, &str>("type").parse()?,
            status: row.get::<_, &str>("status").parse()?,
            published_at: row.get("published_at"),
            scheduled_for: row.get("scheduled_for"),
        })
    }
}

/// What somebody sent about an item in a campaign.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = NewCampaignContent)]
pub struct RawAttached {
    /// The item's id.
    #[schema(required = true, value_type = String)]
    pub content_id: Option<String>,
    /// `supporting` when left out.
    pub role: Option<Role>,
    /// The greatest stands first; behind all others when left out.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub priority: Option<i32>,
}

/// What is to be changed; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = CampaignContentChanges)]
pub struct RawChange {
    pub role: Option<Role>,
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub priority: Option<i32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_named_as_the_table_has_them() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
    }
}
