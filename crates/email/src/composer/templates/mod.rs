//! An organization's own templates: compositions under a name, to begin emails from.

pub mod actions;
pub mod api;
pub mod pages;

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Row, Statements, Tenant};
use serde::Serialize;
use utoipa::ToSchema;

use super::blocks::Composition;

/// Templates of one organization at most.
pub const MOST: i64 = 100;

/// A template.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = EmailTemplate)]
pub struct EmailTemplate {
    pub id: String,
    pub name: String,
    pub composition: Composition,
    pub created_by: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    pub version: i32,
}

const COLUMNS: &str = "id, name, composition, created_by, created_at, updated_at, version";

fn from_row(row: &Row) -> EmailTemplate {
    EmailTemplate {
        id: row.get("id"),
        name: row.get("name"),
        // One of a newer program that cannot be read here begins empty.
        composition: serde_json::from_value(row.get("composition")).unwrap_or_default(),
        created_by: row.get("created_by"),
        created_at: row.get("created_at"),
        updated_at: row.get("updated_at"),
        version: row.get("version"),
    }
}

pub async fn find(tx: &Tenant, id: &str) -> Result<Option<EmailTemplate>> {
    let sql = format!("SELECT {COLUMNS} FROM app.email_templates WHERE id = $1");
    Ok(tx.row(&sql, &[&id]).await?.as_ref().map(from_row))
}

/// The template of this id, kept from changing until the transaction ends.
pub async fn lock(tx: &Tenant, id: &str) -> Result<Option<EmailTemplate>> {
    let sql = format!("SELECT {COLUMNS} FROM app.email_templates WHERE id = $1 FOR UPDATE");
    Ok(tx.row(&sql, &[&id]).await?.as_ref().map(from_row))
}

/// By name, from after one.
pub async fn list(tx: &Tenant, after: Option<&str>, limit: i64) -> Result<Vec<EmailTemplate>> {
    let sql =
        format!("SELECT {COLUMNS} FROM app.email_templates WHERE $1::text IS NULL OR name > $1 ORDER BY name LIMIT $2");
    Ok(tx.rows(&sql, &[&after, &limit]).await?.iter().map(from_row).collect())
}

/// Ids and names alone, by name.
pub async fn names(tx: &Tenant) -> Result<Vec<(String, String)>> {
    let sql = "SELECT id, name FROM app.email_templates ORDER BY name LIMIT $1";
    Ok(tx.rows(sql, &[&MOST]).await?.iter().map(|row| (row.get("id"), row.get("name"))).collect())
}

pub async fn count(tx: &Tenant) -> Result<i64> {
    Ok(tx.one("SELECT count(*) AS count FROM app.email_templates", &[]).await?.get("count"))
}
