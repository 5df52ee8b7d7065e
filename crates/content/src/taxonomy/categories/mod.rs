//! Categories: a tree in which each item has at most one place.

pub mod actions;
pub mod api;
pub mod draft;
pub mod import;
pub mod pages;
pub mod store;
pub mod tree;

use kernel::db::Row;
use serde::Serialize;
use utoipa::ToSchema;

/// How many categories people can add, and how many the tree and every choice of one show. Imports may bring more, which
/// the API pages through.
pub const CATEGORIES_MOST: i64 = 1000;

/// A category of the tree.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Category {
    pub id: String,
    pub name: String,
    pub slug: String,
    pub description: Option<String>,
    /// `#rrggbb`.
    pub color: Option<String>,
    /// Whether the site shows it.
    pub is_active: bool,
    /// Its place among those of the same parent, the least first.
    pub sort_order: i32,
    pub meta_title: Option<String>,
    pub meta_description: Option<String>,
    pub parent_id: Option<String>,
    pub version: i32,
}

impl Category {
    pub fn from_row(row: &Row) -> Self {
        Self {
            id: row.get("id"),
            name: row.get("name"),
            slug: row.get("slug"),
            description: row.get("description"),
            color: row.get("color"),
            is_active: row.get("is_active"),
            sort_order: row.get("sort_order"),
            meta_title: row.get("meta_title"),
            meta_description: row.get("meta_description"),
            parent_id: row.get("parent_id"),
            version: row.get("version"),
        }
    }
}
