//! Statements about releases.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Row, Statements, Tenant};
use serde::{Deserialize, Serialize};

use super::model::{ITEMS_MOST, Release, ReleaseItem, ReleaseStatus, Words};

const COLUMNS: &str = "r.id, r.name, r.note, r.status, r.scheduled_for, r.published_at, r.failure, r.created_by,
    r.created_at, r.updated_at, r.version,
    (SELECT count(*) FROM app.release_items m WHERE m.organization_id = r.organization_id AND m.release_id = r.id) AS item_count";

/// Releases to choose from where an item is put into one.
const CHOICES_MOST: i64 = 100;

/// Where a page of releases ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Position {
    updated_at: Timestamp,
    id: String,
}

impl Position {
    pub fn of(release: &Release) -> Self {
        Self { updated_at: release.updated_at, id: release.id.clone() }
    }
}

/// One page of releases, what changed last first.
pub async fn list(
    tx: &Tenant,
    status: Option<ReleaseStatus>,
    after: Option<&Position>,
    limit: i64,
) -> Result<Vec<Release>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM app.releases r
         WHERE ($1::text IS NULL OR r.status = $1) AND ($2::timestamptz IS NULL OR (r.updated_at, r.id) < ($2, $3))
         ORDER BY r.updated_at DESC, r.id DESC LIMIT $4"
    );
    let status = status.map(ReleaseStatus::as_str);
    let at = after.map(|position| position.updated_at);
    let id = after.map_or("", |position| position.id.as_str());
    tx.rows(&sql, &[&status, &at, &id, &limit]).await?.iter().map(Release::from_row).collect()
}

pub async fn count(tx: &Tenant, status: Option<ReleaseStatus>) -> Result<i64> {
    let sql = "SELECT count(*) AS count FROM app.releases WHERE $1::text IS NULL OR status = $1";
    Ok(tx.one(sql, &[&status.map(ReleaseStatus::as_str)]).await?.get("count"))
}

pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Release>> {
    let sql = format!("SELECT {COLUMNS} FROM app.releases r WHERE r.id = $1");
    tx.row(&sql, &[&id]).await?.as_ref().map(Release::from_row).transpose()
}

/// The release of this id, kept from changing until the transaction ends.
pub async fn lock(tx: &Tenant, id: &str) -> Result<Option<Release>> {
    let sql = format!("SELECT {COLUMNS} FROM app.releases r WHERE r.id = $1 FOR UPDATE OF r");
    tx.row(&sql, &[&id]).await?.as_ref().map(Release::from_row).transpose()
}

/// Its items in the order in which they were added.
pub async fn items(tx: &Tenant, id: &str) -> Result<Vec<ReleaseItem>> {
    let sql = "SELECT i.id, i.title, i.slug, i.type::text AS type, i.status::text AS status,
                 coalesce(u.name, '') AS author_name, m.added_at
               FROM app.release_items m
               JOIN content_items i ON i.organization_id = m.organization_id AND i.id = m.content_id
               JOIN users u ON u.id = i.author_id
               WHERE m.release_id = $1 ORDER BY m.added_at, i.id LIMIT $2";
    let most = i64::try_from(ITEMS_MOST).unwrap_or(i64::MAX);
    tx.rows(sql, &[&id, &most]).await?.iter().map(item_from_row).collect()
}

fn item_from_row(row: &Row) -> Result<ReleaseItem> {
    Ok(ReleaseItem {
        id: row.get("id"),
        title: row.get("title"),
        slug: row.get("slug"),
        r#type: row.get::<_, &str>("type").parse()?,
        status: row.get::<_, &str>("status").parse()?,
        author_name: row.get("author_name"),
        added_at: row.get("added_at"),
    })
}

pub async fn insert(tx: &Tenant, id: &str, words: &Words, created_by: &str, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO app.releases (organization_id, id, name, note, created_by, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $6)";
    tx.execute(sql, &[&tx.organization().as_str(), &id, &words.name, &words.note, &created_by, &now]).await?;
    Ok(())
}

pub async fn update(tx: &Tenant, id: &str, words: &Words) -> Result<()> {
    let sql = "UPDATE app.releases SET name = $2, note = $3, version = version + 1 WHERE id = $1";
    tx.execute(sql, &[&id, &words.name, &words.note]).await?;
    Ok(())
}

/// What changes with a release's status.
#[derive(Default)]
pub struct Standing {
    pub scheduled_for: Option<Timestamp>,
    pub published_at: Option<Timestamp>,
    pub failure: Option<String>,
}

pub async fn set_status(tx: &Tenant, id: &str, status: ReleaseStatus, standing: &Standing) -> Result<()> {
    let sql = "UPDATE app.releases SET status = $2, scheduled_for = $3, published_at = $4, failure = $5,
                 version = version + 1 WHERE id = $1";
    let Standing { scheduled_for, published_at, failure } = standing;
    tx.execute(sql, &[&id, &status.as_str(), scheduled_for, published_at, failure]).await?;
    Ok(())
}

/// Counts a release's version up, after its items changed.
pub async fn touch(tx: &Tenant, id: &str) -> Result<()> {
    tx.execute("UPDATE app.releases SET version = version + 1 WHERE id = $1", &[&id]).await?;
    Ok(())
}

pub async fn delete(tx: &Tenant, id: &str) -> Result<()> {
    tx.execute("DELETE FROM app.releases WHERE id = $1", &[&id]).await?;
    Ok(())
}

pub async fn add_item(tx: &Tenant, id: &str, content_id: &str, now: Timestamp) -> Result<()> {
    let sql =
        "INSERT INTO app.release_items (organization_id, release_id, content_id, added_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT DO NOTHING";
    tx.execute(sql, &[&tx.organization().as_str(), &id, &content_id, &now]).await?;
    Ok(())
}

/// Takes an item out; says whether it was in.
pub async fn remove_item(tx: &Tenant, id: &str, content_id: &str) -> Result<bool> {
    let sql = "DELETE FROM app.release_items WHERE release_id = $1 AND content_id = $2";
    Ok(tx.execute(sql, &[&id, &content_id]).await? > 0)
}

/// Keeps its items from changing until the transaction ends, in the order in which others lock many items.
pub async fn lock_items(tx: &Tenant, id: &str) -> Result<()> {
    let sql = "SELECT FROM content_items WHERE id IN (SELECT content_id FROM app.release_items WHERE release_id = $1)
               ORDER BY id COLLATE \"C\" FOR NO KEY UPDATE";
    tx.rows(sql, &[&id]).await?;
    Ok(())
}

/// The release in which an item waits to be published.
pub async fn open_release_of(tx: &Tenant, content_id: &str) -> Result<Option<Release>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM app.release_items w
         JOIN app.releases r ON r.organization_id = w.organization_id AND r.id = w.release_id
         WHERE w.content_id = $1 AND r.status <> 'PUBLISHED' ORDER BY r.created_at LIMIT 1"
    );
    tx.row(&sql, &[&content_id]).await?.as_ref().map(Release::from_row).transpose()
}

/// Releases that still take items: id and name, what changed last first.
pub async fn choices(tx: &Tenant) -> Result<Vec<(String, String)>> {
    let sql =
        "SELECT id, name FROM app.releases WHERE status <> 'PUBLISHED' ORDER BY updated_at DESC, id DESC LIMIT $1";
    Ok(tx.rows(sql, &[&CHOICES_MOST]).await?.iter().map(|row| (row.get("id"), row.get("name"))).collect())
}
