//! The bin: deleted items with everything that belonged to them, until they are brought back or their time is over.

pub mod actions;
pub mod api;
pub mod jobs;
pub mod pages;
pub mod store;

use jiff::{SignedDuration, Timestamp};
use kernel::db::Row;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long what was deleted can be brought back.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A deleted item as lists show it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Deleted {
    pub id: String,
    pub title: String,
    pub slug: String,
    /// Who deleted it.
    pub deleted_by: String,
    #[schema(value_type = String, format = DateTime)]
    pub deleted_at: Timestamp,
    /// When it is gone for good.
    #[schema(value_type = String, format = DateTime)]
    pub purged_at: Timestamp,
}

impl Deleted {
    fn from_row(row: &Row) -> Self {
        let deleted_at: Timestamp = row.get("deleted_at");
        Self {
            id: row.get("id"),
            title: row.get("title"),
            slug: row.get("slug"),
            deleted_by: row.get("deleted_by_name"),
            deleted_at,
            purged_at: deleted_at + KEPT_FOR,
        }
    }
}

/// Where a page of the bin ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Position {
    deleted_at: Timestamp,
    id: String,
}

impl Position {
    /// Behind this item, which was the last of its page.
    pub fn of(deleted: &Deleted) -> Self {
        Self { deleted_at: deleted.deleted_at, id: deleted.id.clone() }
    }
}
