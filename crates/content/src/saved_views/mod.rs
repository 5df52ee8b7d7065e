//! Saved views: lists of content that somebody gave a name, for oneself or for the whole organization.

pub mod actions;
pub mod api;
pub mod draft;
pub mod pages;
pub mod store;

use kernel::db::Row;
use serde::Serialize;
use utoipa::ToSchema;

/// Views one person may keep; the tabs above the list would be of no use with more.
pub const MOST_PER_PERSON: i64 = 50;

/// A filter of the library under a name: a tab above the list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SavedView {
    pub id: String,
    pub name: String,
    /// Search, filters and order as the library's address has them, such as `status=DRAFT&author=me`.
    pub query: String,
    /// Whether everybody in the organization has it.
    pub is_shared: bool,
    /// Whether the library begins with it, for whoever asks.
    pub is_default: bool,
    /// Whose it is.
    pub owner_id: String,
    pub owner_name: String,
    pub version: i32,
}

impl SavedView {
    fn from_row(row: &Row) -> Self {
        Self {
            id: row.get("id"),
            name: row.get("name"),
            query: row.get("query"),
            is_shared: row.get("is_shared"),
            is_default: row.get("is_default"),
            owner_id: row.get("owner_id"),
            owner_name: row.get("owner_name"),
            version: row.get("version"),
        }
    }
}
