//! Statements about changes that wait.

use std::collections::HashMap;

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Row, Statements, Tenant};
use serde_json::{Map, Value};

use super::model::{self, Changes};
use crate::items::model::{Author, CategoryOfItem, ContentStatus, Item};

/// Where draft changes stand in their own workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub status: ContentStatus,
    pub scheduled_for: Option<Timestamp>,
}

/// The changes to an item, if there are any.
pub async fn find(tx: &Tenant, content_id: &str) -> Result<Option<Changes>> {
    let sql = "SELECT c.content_id, c.status, c.fields, c.base_version, c.scheduled_for, c.created_by, c.updated_by,
                 coalesce(nullif(u.name, ''), u.email) AS author_name, c.created_at, c.updated_at, c.version
               FROM app.content_changes c JOIN users u ON u.id = c.updated_by WHERE c.content_id = $1";
    tx.row(sql, &[&content_id]).await?.as_ref().map(Changes::from_row).transpose()
}

/// Where the draft changes of these items stand, of those that have some.
pub async fn standing(tx: &Tenant, content_ids: &[String]) -> Result<HashMap<String, Standing>> {
    let sql = "SELECT content_id, status, scheduled_for FROM app.content_changes WHERE content_id = ANY ($1)";
    let standing = |row: &Row| {
        let status = row.get::<_, &str>("status").parse()?;
        Ok((row.get("content_id"), Standing { status, scheduled_for: row.get("scheduled_for") }))
    };
    tx.rows(sql, &[&content_ids]).await?.iter().map(standing).collect()
}

/// An item as it will be when its changes are public, for showing it before that.
pub async fn as_it_will_be(tx: &Tenant, item: &Item, changes: &Changes) -> Result<Item> {
    let mut future = model::with(item, &changes.draft(item)?);
    if let (None, Some(id)) = (&future.category, &future.category_id) {
        let row = tx.row("SELECT id, name, slug, is_active FROM content_categories WHERE id = $1", &[id]).await?;
        future.category = row.map(|row| CategoryOfItem {
            id: row.get("id"),
            name: row.get("name"),
            slug: row.get("slug"),
            is_active: row.get("is_active"),
        });
    }
    if future.author.id != future.author_id {
        let sql =
            "SELECT u.id, coalesce(u.name, '') AS name FROM organization_members m JOIN users u ON u.id = m.user_id
                   WHERE m.organization_id = $1 AND m.user_id = $2";
        let row = tx.row(sql, &[&tx.organization().as_str(), &future.author_id]).await?;
        future.author = row.map_or(future.author, |row| Author { id: row.get("id"), name: row.get("name") });
    }
    Ok(future)
}

/// What is written of changes.
pub struct NewChanges<'a> {
    pub content_id: &'a str,
    pub fields: &'a Map<String, Value>,
    pub base_version: i32,
    pub author_id: &'a str,
    pub now: Timestamp,
}

/// Writes the changes to an item; the first ones are begun on `base_version`.
pub async fn put(tx: &Tenant, changes: &NewChanges<'_>) -> Result<()> {
    let sql = "INSERT INTO app.content_changes
                 (organization_id, content_id, fields, base_version, created_by, updated_by, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $5, $6, $6)
               ON CONFLICT (organization_id, content_id) DO UPDATE SET fields = excluded.fields,
                 updated_by = excluded.updated_by, updated_at = excluded.updated_at,
                 version = app.content_changes.version + 1";
    let NewChanges { content_id, fields, base_version, author_id, now } = changes;
    let fields = Value::Object((*fields).clone());
    let organization = tx.organization().as_str();
    tx.execute(sql, &[&organization, content_id, &fields, base_version, author_id, now]).await?;
    Ok(())
}

pub async fn set_status(
    tx: &Tenant,
    content_id: &str,
    status: ContentStatus,
    scheduled_for: Option<Timestamp>,
) -> Result<()> {
    let sql =
        "UPDATE app.content_changes SET status = $2, scheduled_for = $3, version = version + 1 WHERE content_id = $1";
    tx.execute(sql, &[&content_id, &status.as_str(), &scheduled_for]).await?;
    Ok(())
}

pub async fn remove(tx: &Tenant, content_id: &str) -> Result<()> {
    tx.execute("DELETE FROM app.content_changes WHERE content_id = $1", &[&content_id]).await?;
    Ok(())
}
