//! The orders of a list.

use kernel::{Error, Result};

use super::Filter;
use crate::items::model::ContentStatus;

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortKey {
    UpdatedAt,
    CreatedAt,
    PublishedAt,
    Title,
    Status,
    Type,
    /// The author's name.
    Author,
    /// How well it matches the search.
    Rank,
}

/// What a list is sorted by, and in which direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    pub key: SortKey,
    pub descending: bool,
}

impl Sort {
    /// What matches a search best.
    pub const BEST: Self = Self { key: SortKey::Rank, descending: true };
    /// What was published last.
    pub const NEWEST: Self = Self { key: SortKey::PublishedAt, descending: true };

    /// Reads an order as the address has it. Best first where something is searched, else what changed last.
    pub(super) fn parse(text: Option<&str>, searching: bool) -> Result<Self> {
        let Some(text) = text else {
            let key = if searching { SortKey::Rank } else { SortKey::UpdatedAt };
            return Ok(Self { key, descending: true });
        };
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let key = match name {
            "updated_at" => SortKey::UpdatedAt,
            "created_at" => SortKey::CreatedAt,
            "published_at" => SortKey::PublishedAt,
            "title" => SortKey::Title,
            "status" => SortKey::Status,
            "type" => SortKey::Type,
            "author" => SortKey::Author,
            _ => {
                let words = "Sort by updated_at, created_at, published_at, title, status, type or author, \
                             with - before it for the greatest first.";
                return Err(Error::invalid("sort", "unknown_value", words));
            }
        };
        Ok(Self { key, descending })
    }

    /// The expression sorted by. Drafts have no date of publication and come last.
    pub(super) fn expression(self, filter: &Filter) -> &'static str {
        match self.key {
            SortKey::UpdatedAt => "i.updated_at",
            SortKey::CreatedAt => "i.created_at",
            SortKey::PublishedAt if filter.status == Some(ContentStatus::Published) => "i.published_at",
            SortKey::PublishedAt => "coalesce(i.published_at, '-infinity'::timestamptz)",
            SortKey::Title => "lower(i.title)",
            // By their names: people read a list sorted by them alphabetically.
            SortKey::Status => "app.name_of(i.status)",
            SortKey::Type => "app.name_of(i.type)",
            SortKey::Author => "w.author_name",
            SortKey::Rank => "s.rank",
        }
    }

    /// How a cursor writes the sort key down.
    pub(super) fn shown(self) -> &'static str {
        match self.sql_type() {
            "timestamptz" => {
                "CASE WHEN isfinite(i.sort_key) THEN (extract(epoch FROM i.sort_key) * 1000000)::bigint::text ELSE '-infinity' END"
            }
            _ => "i.sort_key::text",
        }
    }

    pub(super) fn sql_type(self) -> &'static str {
        match self.key {
            SortKey::UpdatedAt | SortKey::CreatedAt | SortKey::PublishedAt => "timestamptz",
            SortKey::Title | SortKey::Status | SortKey::Type | SortKey::Author => "text",
            SortKey::Rank => "real",
        }
    }

    /// How a cursor names this order.
    pub(super) fn name(self) -> String {
        format!("{:?}{}", self.key, if self.descending { "-" } else { "" })
    }
}
