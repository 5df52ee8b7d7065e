//! What a content item is, and how its status may change.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use kernel::db::{Reading, Row};
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What kind of content an item is (`"ContentType"` in the database).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ContentType {
    Page,
    BlogPost,
    Documentation,
    Template,
    #[default]
    Article,
    LandingPage,
    EmailTemplate,
    SocialPost,
    PressRelease,
    Newsletter,
    CaseStudy,
    Whitepaper,
}

impl ContentType {
    pub const ALL: [Self; 12] = [
        Self::Page,
        Self::BlogPost,
        Self::Documentation,
        Self::Template,
        Self::Article,
        Self::LandingPage,
        Self::EmailTemplate,
        Self::SocialPost,
        Self::PressRelease,
        Self::Newsletter,
        Self::CaseStudy,
        Self::Whitepaper,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Page => "PAGE",
            Self::BlogPost => "BLOG_POST",
            Self::Documentation => "DOCUMENTATION",
            Self::Template => "TEMPLATE",
            Self::Article => "ARTICLE",
            Self::LandingPage => "LANDING_PAGE",
            Self::EmailTemplate => "EMAIL_TEMPLATE",
            Self::SocialPost => "SOCIAL_POST",
            Self::PressRelease => "PRESS_RELEASE",
            Self::Newsletter => "NEWSLETTER",
            Self::CaseStudy => "CASE_STUDY",
            Self::Whitepaper => "WHITEPAPER",
        }
    }

    /// Whether the public site shows items of this type at an address of their own.
    pub fn has_public_page(self) -> bool {
        !matches!(self, Self::Template | Self::EmailTemplate | Self::SocialPost)
    }

    /// Whether items of this type stand in the site's stream: home, feeds, tag and category pages.
    pub fn is_in_stream(self) -> bool {
        self.has_public_page() && !matches!(self, Self::Page | Self::LandingPage | Self::Documentation)
    }
}

impl FromStr for ContentType {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
            Error::invalid("type", "unknown_value", "There is no such content type. Choose one of the list.")
        })
    }
}

/// Where an item stands on its way (`"ContentStatus"` in the database).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ContentStatus {
    Draft,
    Review,
    Approved,
    Scheduled,
    Published,
    Archived,
}

/// A move from one status to another, named as in the API's addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    Submit,
    Approve,
    RequestChanges,
    Publish,
    Schedule,
    Unpublish,
    Archive,
    Restore,
}

impl Move {
    pub const ALL: [Self; 8] = [
        Self::Submit,
        Self::Approve,
        Self::RequestChanges,
        Self::Publish,
        Self::Schedule,
        Self::Unpublish,
        Self::Archive,
        Self::Restore,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Approve => "approve",
            Self::RequestChanges => "request-changes",
            Self::Publish => "publish",
            Self::Schedule => "schedule",
            Self::Unpublish => "unpublish",
            Self::Archive => "archive",
            Self::Restore => "restore",
        }
    }

    /// What becomes of an item by it.
    fn participle(self) -> &'static str {
        match self {
            Self::Submit => "submitted for review",
            Self::Approve => "approved",
            Self::RequestChanges => "sent back for changes",
            Self::Publish => "published",
            Self::Schedule => "scheduled",
            Self::Unpublish => "unpublished",
            Self::Archive => "archived",
            Self::Restore => "restored",
        }
    }
}

impl ContentStatus {
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::Review, Self::Approved, Self::Scheduled, Self::Published, Self::Archived];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::Review => "REVIEW",
            Self::Approved => "APPROVED",
            Self::Scheduled => "SCHEDULED",
            Self::Published => "PUBLISHED",
            Self::Archived => "ARCHIVED",
        }
    }

    /// Where a move leads from here, if it may be made.
    pub fn target(self, step: Move) -> Option<Self> {
        use ContentStatus::{Approved, Archived, Draft, Published, Review, Scheduled};
        match (step, self) {
            (Move::Submit, Draft) => Some(Review),
            (Move::Approve, Review) => Some(Approved),
            (Move::RequestChanges, Review | Approved) => Some(Draft),
            (Move::Publish, Draft | Review | Approved | Scheduled) => Some(Published),
            (Move::Schedule, Draft | Review | Approved | Scheduled) => Some(Scheduled),
            (Move::Unpublish, Published | Scheduled) => Some(Draft),
            (Move::Archive, Published) => Some(Archived),
            (Move::Restore, Archived) => Some(Draft),
            _ => None,
        }
    }

    /// The status after a move, or a conflict that names the moves that are allowed.
    pub fn after(self, step: Move) -> Result<Self> {
        self.target(step).ok_or_else(|| {
            let allowed: Vec<&str> =
                Move::ALL.into_iter().filter(|step| self.target(*step).is_some()).map(Move::as_str).collect();
            Error::Conflict(format!(
                "This item is {self} and cannot be {} from there. Allowed: {}.",
                step.participle(),
                allowed.join(", ")
            ))
        })
    }
}

impl fmt::Display for ContentStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for ContentStatus {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or_else(|| {
            Error::invalid("status", "unknown_value", "There is no such status. Choose one of the list.")
        })
    }
}

/// A tag as an item carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TagOfItem {
    pub id: String,
    pub name: String,
    pub slug: String,
}

/// The category an item stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CategoryOfItem {
    pub id: String,
    pub name: String,
    pub slug: String,
    /// Whether the site shows it.
    #[serde(skip)]
    pub is_active: bool,
}

/// Who wrote an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Author {
    pub id: String,
    pub name: String,
}

/// A content item with its author, category and tags.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Item {
    pub id: String,
    pub title: String,
    pub slug: String,
    pub excerpt: Option<String>,
    /// Sanitized HTML. Left out of lists unless asked for with `include=content`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    pub r#type: ContentType,
    pub status: ContentStatus,
    /// BCP 47 tag of the text's language.
    pub language: String,
    pub meta_title: Option<String>,
    pub meta_description: Option<String>,
    pub keywords: Vec<String>,
    pub canonical_url: Option<String>,
    pub featured_image: Option<String>,
    pub gallery: Vec<String>,
    pub video_url: Option<String>,
    pub audio_url: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub published_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub scheduled_for: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    pub featured: bool,
    pub comments_enabled: bool,
    pub word_count: i32,
    pub view_count: i32,
    pub share_count: i32,
    pub like_count: i32,
    pub comment_count: i32,
    pub author_id: String,
    pub author: Author,
    pub category_id: Option<String>,
    pub category: Option<CategoryOfItem>,
    pub tags: Vec<TagOfItem>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    pub version: i32,
}

impl Item {
    /// Reads a row of [`store::columns`](super::store::columns).
    pub fn from_row(row: &Row) -> Result<Self> {
        let mut item = Self::without_names(row)?;
        item.author.name = row.get("author_name");
        let category_name: Option<String> = row.get("category_name");
        item.category = item.category_id.clone().zip(category_name).map(|(id, name)| CategoryOfItem {
            id,
            name,
            slug: row.get::<_, Option<String>>("category_slug").unwrap_or_default(),
            is_active: row.get("category_is_active"),
        });
        item.tags = serde_json::from_value(row.get("tags"))?;
        Ok(item)
    }

    /// Reads the columns of the item's own table, in their order: its author has no name, and it has neither category nor tags.
    pub(super) fn without_names(row: &Row) -> Result<Self> {
        let row = Reading::of(row);
        let mut item = Self {
            content: row.get("content"),
            id: row.get("id"),
            title: row.get("title"),
            slug: row.get("slug"),
            excerpt: row.get("excerpt"),
            r#type: row.get::<&str>("type").parse()?,
            status: row.get::<&str>("status").parse()?,
            language: row.get("language"),
            meta_title: row.get("meta_title"),
            meta_description: row.get("meta_description"),
            keywords: row.get("keywords"),
            canonical_url: row.get("canonical_url"),
            featured_image: row.get("featured_image"),
            gallery: row.get("gallery"),
            video_url: row.get("video_url"),
            audio_url: row.get("audio_url"),
            published_at: row.get("published_at"),
            scheduled_for: row.get("scheduled_for"),
            expires_at: row.get("expires_at"),
            featured: row.get("featured"),
            comments_enabled: row.get("comments_enabled"),
            word_count: row.get("word_count"),
            view_count: row.get("view_count"),
            share_count: row.get("share_count"),
            like_count: row.get("like_count"),
            comment_count: row.get("comment_count"),
            author_id: row.get("author_id"),
            author: Author { id: String::new(), name: String::new() },
            category_id: row.get("category_id"),
            category: None,
            tags: Vec::new(),
            created_at: row.get("created_at"),
            updated_at: row.get("updated_at"),
            version: row.get("version"),
        };
        item.author.id.clone_from(&item.author_id);
        Ok(item)
    }

    /// The category, where the site has a page of it.
    pub fn public_category(&self) -> Option<&CategoryOfItem> {
        self.category.as_ref().filter(|category| category.is_active)
    }

    /// The body; empty where it was left out.
    pub fn body(&self) -> &str {
        self.content.as_deref().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_moves_of_the_workflow_are_allowed() {
        use ContentStatus::{Approved, Archived, Draft, Published, Review, Scheduled};
        let allowed = [
            (Draft, Move::Submit, Review),
            (Review, Move::Approve, Approved),
            (Review, Move::RequestChanges, Draft),
            (Approved, Move::RequestChanges, Draft),
            (Draft, Move::Publish, Published),
            (Review, Move::Publish, Published),
            (Approved, Move::Publish, Published),
            (Scheduled, Move::Publish, Published),
            (Draft, Move::Schedule, Scheduled),
            (Review, Move::Schedule, Scheduled),
            (Approved, Move::Schedule, Scheduled),
            (Scheduled, Move::Schedule, Scheduled),
            (Published, Move::Unpublish, Draft),
            (Scheduled, Move::Unpublish, Draft),
            (Published, Move::Archive, Archived),
            (Archived, Move::Restore, Draft),
        ];
        for status in ContentStatus::ALL {
            for step in Move::ALL {
                let expected = allowed.iter().find(|(from, by, _)| *from == status && *by == step).map(|row| row.2);
                assert_eq!(status.target(step), expected, "{status} {step:?}");
            }
        }
        let words = Archived.after(Move::Publish).unwrap_err().to_string();
        assert!(words.contains("restore") && words.contains("ARCHIVED"), "{words}");
    }

    #[test]
    fn names_come_back() {
        for kind in ContentType::ALL {
            assert_eq!(kind.as_str().parse::<ContentType>().unwrap(), kind);
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        for status in ContentStatus::ALL {
            assert_eq!(status.as_str().parse::<ContentStatus>().unwrap(), status);
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }
}
