//! Segments: a rule under a name. Who belongs to one is asked each time.

pub mod actions;
pub mod api;
pub mod pages;
mod views;

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Row, Statements, Tenant};
use serde::Serialize;
use utoipa::ToSchema;

use crate::audience::rule::{self, Rule};

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Segment {
    pub id: String,
    pub name: String,
    /// The rule as a tree, such as `{"and": [{"tag": "vip"}, {"email": "opened", "days": 30}]}`.
    #[schema(value_type = Object)]
    pub rule: serde_json::Value,
    /// The rule as people read it.
    pub words: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    pub version: i32,
}

const COLUMNS: &str = "id, name, rule, created_at, updated_at, version";

fn from_row(row: &Row) -> Segment {
    let rule: serde_json::Value = row.get("rule");
    // A rule of an older form says nothing rather than something else.
    let words = rule::parse("rule", &rule)
        .map_or_else(|_| "a rule that cannot be read any more".to_owned(), |rule| rule.to_string());
    Segment {
        id: row.get("id"),
        name: row.get("name"),
        rule,
        words,
        created_at: row.get("created_at"),
        updated_at: row.get("updated_at"),
        version: row.get("version"),
    }
}

pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Segment>> {
    let sql = format!("SELECT {COLUMNS} FROM app.segments WHERE id = $1");
    Ok(tx.row(&sql, &[&id]).await?.as_ref().map(from_row))
}

/// The segment of this id, kept from changing until the transaction ends.
pub async fn lock(tx: &Tenant, id: &str) -> Result<Option<Segment>> {
    let sql = format!("SELECT {COLUMNS} FROM app.segments WHERE id = $1 FOR UPDATE");
    Ok(tx.row(&sql, &[&id]).await?.as_ref().map(from_row))
}

/// Whom a segment means; none when there is no such segment.
pub async fn rule_of(tx: &Tenant, id: &str) -> Result<Option<Rule>> {
    match find(tx, id).await? {
        Some(segment) => Ok(Some(rule::parse("rule", &segment.rule)?)),
        None => Ok(None),
    }
}

/// By name, from after one.
pub async fn list(tx: &Tenant, after: Option<&str>, limit: i64) -> Result<Vec<Segment>> {
    let sql = format!("SELECT {COLUMNS} FROM app.segments WHERE $1::text IS NULL OR name > $1 ORDER BY name LIMIT $2");
    Ok(tx.rows(&sql, &[&after, &limit]).await?.iter().map(from_row).collect())
}

pub async fn count(tx: &Tenant) -> Result<i64> {
    Ok(tx.one("SELECT count(*) AS count FROM app.segments", &[]).await?.get("count"))
}
