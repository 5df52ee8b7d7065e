use std::str::FromStr;

use jiff::Timestamp;
use kernel::db::Row;
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What moderation decided about a comment (`"CommentStatus"` in the database).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum CommentStatus {
    Pending,
    Approved,
    Rejected,
    Spam,
}

impl CommentStatus {
    pub const ALL: [Self; 4] = [Self::Pending, Self::Approved, Self::Rejected, Self::Spam];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Approved => "APPROVED",
            Self::Rejected => "REJECTED",
            Self::Spam => "SPAM",
        }
    }

    /// The status as a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Approved => "Approved",
            Self::Rejected => "Rejected",
            Self::Spam => "Spam",
        }
    }
}

impl FromStr for CommentStatus {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or_else(|| {
            Error::invalid("status", "unknown_value", "Choose one of PENDING, APPROVED, REJECTED and SPAM.")
        })
    }
}

/// A comment as members see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CommentRecord {
    pub id: String,
    /// The item it is about.
    pub content_id: String,
    /// The comment it answers.
    pub parent_id: Option<String>,
    /// Plain text with line breaks, never markup.
    pub comment: String,
    pub status: CommentStatus,
    /// The member who wrote it; null for a visitor.
    pub author_id: Option<String>,
    pub author_name: String,
    /// A visitor's mail address; null for those who may not moderate.
    pub author_email: Option<String>,
    pub author_url: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    pub version: i32,
    /// From where a visitor wrote, for the moderation page alone.
    #[serde(skip)]
    pub author_ip: Option<String>,
    #[serde(skip)]
    pub content_title: String,
    /// Where the item stands on the site, while it is published.
    #[serde(skip)]
    pub public_slug: Option<String>,
}

/// The columns that [`CommentRecord::from_row`] reads.
pub const COLUMNS: &str = "k.id, k.content_id, k.parent_id, k.comment, k.status::text AS status, k.author_id, \
    coalesce(nullif(k.author_name, ''), u.name, 'Anonymous') AS author_name, k.author_email, k.author_url, k.author_ip, \
    k.created_at, k.updated_at, k.version, i.title AS content_title, \
    CASE WHEN i.status = 'PUBLISHED' THEN i.slug END AS public_slug";

/// What the columns are read from.
pub const TABLES: &str = "content_comments k \
    JOIN content_items i ON i.organization_id = k.organization_id AND i.id = k.content_id \
    LEFT JOIN users u ON u.id = k.author_id";

impl CommentRecord {
    pub fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id"),
            content_id: row.get("content_id"),
            parent_id: row.get("parent_id"),
            comment: row.get("comment"),
            status: row.get::<_, &str>("status").parse()?,
            author_id: row.get("author_id"),
            author_name: row.get("author_name"),
            author_email: row.get("author_email"),
            author_url: row.get("author_url"),
            created_at: row.get("created_at"),
            updated_at: row.get("updated_at"),
            version: row.get("version"),
            author_ip: row.get("author_ip"),
            content_title: row.get("content_title"),
            public_slug: row.get("public_slug"),
        })
    }

    /// What everybody may see of it who may not moderate.
    #[must_use]
    pub fn without_address(self) -> Self {
        Self { author_email: None, ..self }
    }
}
