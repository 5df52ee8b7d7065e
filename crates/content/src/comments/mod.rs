//! Comments, as far as the site shows them and imports bring them.

pub mod actions;
pub mod store;

use jiff::Timestamp;
use kernel::db::Row;

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
