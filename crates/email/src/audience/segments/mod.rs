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

use crate::audience::rule::{self, Rule, Subjects};

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

async fn from_rows(tx: &Tenant, rows: &[Row]) -> Result<Vec<Segment>> {
    // A rule of an older form says nothing rather than something else.
    let rules: Vec<Option<Rule>> = rows.iter().map(|row| rule::parse("rule", &row.get("rule")).ok()).collect();
    let subjects = Subjects::of(tx, rules.iter().flatten()).await?;
    let words = |rule: &Option<Rule>| match rule {
        Some(rule) => subjects.named(&rule.to_string()),
        None => "a rule that cannot be read any more".to_owned(),
    };
    Ok(rows.iter().zip(&rules).map(|(row, rule)| from_row(row, words(rule))).collect())
}

fn from_row(row: &Row, words: String) -> Segment {
    Segment {
        id: row.get("id"),
        name: row.get("name"),
        rule: row.get("rule"),
        words,
        created_at: row.get("created_at"),
        updated_at: row.get("updated_at"),
        version: row.get("version"),
    }
}

pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Segment>> {
    let sql = format!("SELECT {COLUMNS} FROM app.segments WHERE id = $1");
    Ok(from_rows(tx, &tx.rows(&sql, &[&id]).await?).await?.pop())
}

/// The segment of this id, kept from changing until the transaction ends.
pub async fn lock(tx: &Tenant, id: &str) -> Result<Option<Segment>> {
    let sql = format!("SELECT {COLUMNS} FROM app.segments WHERE id = $1 FOR UPDATE");
    Ok(from_rows(tx, &tx.rows(&sql, &[&id]).await?).await?.pop())
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
    from_rows(tx, &tx.rows(&sql, &[&after, &limit]).await?).await
}

pub async fn count(tx: &Tenant) -> Result<i64> {
    Ok(tx.one("SELECT count(*) AS count FROM app.segments", &[]).await?.get("count"))
}
