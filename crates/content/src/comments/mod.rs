//! Comments: left by visitors and members, moderated, shown in threads below their article.

pub mod actions;
pub mod api;
pub mod blocklist;
pub mod jobs;
pub mod list;
pub mod model;
pub mod pages;
pub mod spam;
pub mod stamp;
pub mod store;
pub mod visitor;

use jiff::{SignedDuration, Timestamp};
use kernel::db::Row;

/// From where visitors wrote is forgotten after this.
pub const ADDRESSES_KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// An approved comment.
#[derive(Debug, Clone)]
pub struct Comment {
    pub id: String,
    pub parent_id: Option<String>,
    /// The member who wrote it; none for a visitor.
    pub author_id: Option<String>,
    pub author_name: String,
    pub author_url: Option<String>,
    pub comment: String,
    pub created_at: Timestamp,
}

impl Comment {
    fn from_row(row: &Row) -> Self {
        Self {
            id: row.get("id"),
            parent_id: row.get("parent_id"),
            author_id: row.get("author_id"),
            author_name: row.get("author_name"),
            author_url: row.get("author_url"),
            comment: row.get("comment"),
            created_at: row.get("created_at"),
        }
    }
}
