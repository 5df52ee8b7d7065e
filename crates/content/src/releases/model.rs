//! What a release is, and what may be done to it.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use kernel::api::Patch;
use kernel::db::Row;
use kernel::validate::{Lines, Problems};
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::items::model::{ContentStatus, ContentType};

/// Characters of a name.
pub const NAME_LONGEST: usize = 200;
/// Characters of a note.
pub const NOTE_LONGEST: usize = 2000;
/// How many items a release holds at most: they are published in one transaction.
pub const ITEMS_MOST: usize = 200;

/// Where a release stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReleaseStatus {
    Draft,
    Scheduled,
    Published,
    /// Its time came and nothing of it could be published; it can be mended and tried again.
    Failed,
}

impl ReleaseStatus {
    pub const ALL: [Self; 4] = [Self::Draft, Self::Scheduled, Self::Published, Self::Failed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::Scheduled => "SCHEDULED",
            Self::Published => "PUBLISHED",
            Self::Failed => "FAILED",
        }
    }
}

impl fmt::Display for ReleaseStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for ReleaseStatus {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or_else(|| {
            Error::invalid("status", "unknown_value", "There is no such status. Choose one of the list.")
        })
    }
}

/// A release.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Release {
    pub id: String,
    pub name: String,
    pub note: Option<String>,
    pub status: ReleaseStatus,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub scheduled_for: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub published_at: Option<Timestamp>,
    /// Why nothing of it was published at its time.
    pub failure: Option<String>,
    /// How many items it holds.
    pub item_count: i64,
    pub created_by: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    pub version: i32,
}

impl Release {
    pub fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id"),
            name: row.get("name"),
            note: row.get("note"),
            status: row.get::<_, &str>("status").parse()?,
            scheduled_for: row.get("scheduled_for"),
            published_at: row.get("published_at"),
            failure: row.get("failure"),
            item_count: row.get("item_count"),
            created_by: row.get("created_by"),
            created_at: row.get("created_at"),
            updated_at: row.get("updated_at"),
            version: row.get("version"),
        })
    }

    /// Refuses once it is published: what was done together stays on record as it was.
    pub fn must_be_open(&self) -> Result<()> {
        if self.status != ReleaseStatus::Published {
            return Ok(());
        }
        Err(Error::Conflict(format!("“{}” is published and stays as it is. Make another release.", self.name)))
    }
}

/// An item as a release lists it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ReleaseItem {
    pub id: String,
    pub title: String,
    pub slug: String,
    pub r#type: ContentType,
    pub status: ContentStatus,
    pub author_name: String,
    #[schema(value_type = String, format = DateTime)]
    pub added_at: Timestamp,
}

/// A release with its items.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ReleaseWithItems {
    #[serde(flatten)]
    pub release: Release,
    pub items: Vec<ReleaseItem>,
}

/// A release as it is sent: fields that are left out stay as they are.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawRelease {
    #[schema(max_length = 200)]
    pub name: Option<String>,
    #[schema(value_type = Option<String>, max_length = 2000)]
    pub note: Patch<String>,
}

/// A new release as it is sent.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawNewRelease {
    #[schema(required = true, max_length = 200)]
    pub name: String,
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// Ids of the items it begins with.
    #[schema(max_items = 200)]
    pub items: Vec<String>,
}

/// Items to put into a release.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawItems {
    #[schema(required = true, max_items = 200)]
    pub ids: Vec<String>,
}

/// A name and a note that keep to the rules.
pub struct Words {
    pub name: String,
    pub note: Option<String>,
}

impl Words {
    pub fn check(problems: &mut Problems, name: &str, note: Option<&str>) -> Self {
        let name = problems.required("name", "The name", name, NAME_LONGEST);
        let note = note.map(|note| problems.text("note", "The note", note, NOTE_LONGEST, Lines::Many));
        Self { name, note: note.filter(|note| !note.is_empty()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_come_back() {
        for status in ReleaseStatus::ALL {
            assert_eq!(status.as_str().parse::<ReleaseStatus>().unwrap(), status);
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }

    #[test]
    fn a_name_is_needed_and_an_empty_note_is_none() {
        let mut problems = Problems::new();
        Words::check(&mut problems, "  ", None);
        assert_eq!(problems.into_vec()[0].field, "name");
        let mut problems = Problems::new();
        let words = Words::check(&mut problems, " Spring ", Some(" "));
        assert_eq!((words.name.as_str(), words.note), ("Spring", None));
        assert!(problems.is_empty());
    }
}
