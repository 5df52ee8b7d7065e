//! Folders of the library: a tree, in which each knows its whole path.

pub mod actions;
pub mod api;
pub mod store;

use jiff::Timestamp;
use kernel::db::Row;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Folder {
    pub id: String,
    pub name: String,
    /// From the top, as `/Campaigns/Spring`.
    pub path: String,
    /// Null at the top.
    pub parent_id: Option<String>,
    /// How many files lie in it, those in folders below it aside.
    pub asset_count: i64,
    pub created_by: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    pub version: i32,
}

impl Folder {
    fn from_row(row: &Row) -> Self {
        Self {
            id: row.get("id"),
            name: row.get("name"),
            path: row.get("path"),
            parent_id: row.get("parent_id"),
            asset_count: row.get("asset_count"),
            created_by: row.get("created_by"),
            created_at: row.get("created_at"),
            updated_at: row.get("updated_at"),
            version: row.get("version"),
        }
    }
}
