//! Tags: made by being used.

pub mod actions;
pub mod api;
pub mod draft;
pub mod jobs;
pub mod pages;
pub mod store;

use kernel::db::Row;
use serde::Serialize;
use utoipa::ToSchema;

/// A tag, with the number of items that carry it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Tag {
    pub id: String,
    pub name: String,
    pub slug: String,
    /// `#rrggbb`.
    pub color: Option<String>,
    /// On how many items it is.
    pub usage_count: i32,
    pub version: i32,
}

impl Tag {
    pub fn from_row(row: &Row) -> Self {
        Self {
            id: row.get("id"),
            name: row.get("name"),
            slug: row.get("slug"),
            color: row.get("color"),
            usage_count: row.get("usage_count"),
            version: row.get("version"),
        }
    }
}
