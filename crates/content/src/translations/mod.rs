//! Language variants of an item, linked to each other: whoever reads one, or searches for it, finds the others.

pub mod actions;
pub mod api;
pub mod pages;
pub mod store;
mod view;

use kernel::Result;
use kernel::db::Row;
use serde::Serialize;
use utoipa::ToSchema;

use crate::items::model::ContentStatus;

/// One language variant of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Variant {
    pub id: String,
    pub title: String,
    pub slug: String,
    /// BCP 47 tag.
    pub language: String,
    pub status: ContentStatus,
}

impl Variant {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id"),
            title: row.get("title"),
            slug: row.get("slug"),
            language: row.get("language"),
            status: row.get::<_, &str>("status").parse()?,
        })
    }
}

/// A language variant that readers can reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicVariant {
    pub group_id: String,
    pub slug: String,
    pub language: String,
}
