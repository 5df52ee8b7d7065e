//! Statements about preview links.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};

use super::Preview;

const SELECT: &str = "SELECT p.id, p.content_id, p.created_by, coalesce(nullif(u.name, ''), u.email) AS author_name,
    p.created_at, p.expires_at FROM app.content_previews p JOIN users u ON u.id = p.created_by";

pub async fn add(tx: &Tenant, preview: &Preview, token_hash: &[u8]) -> Result<()> {
    let sql = "INSERT INTO app.content_previews
                 (organization_id, id, content_id, token_hash, created_by, created_at, expires_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let organization = tx.organization().as_str();
    let Preview { id, content_id, created_by, created_at, expires_at, .. } = preview;
    tx.execute(sql, &[&organization, id, content_id, &token_hash, created_by, created_at, expires_at]).await?;
    Ok(())
}

/// The links of an item that work, the newest first. There are never more than [`super::AT_ONCE`].
pub async fn of_item(tx: &Tenant, content_id: &str, now: Timestamp) -> Result<Vec<Preview>> {
    let sql = format!("{SELECT} WHERE p.content_id = $1 AND p.expires_at > $2 ORDER BY p.created_at DESC, p.id DESC");
    Ok(tx.rows(&sql, &[&content_id, &now]).await?.iter().map(Preview::from_row).collect())
}

/// Links to an item that still work.
pub async fn count(tx: &Tenant, content_id: &str, now: Timestamp) -> Result<i64> {
    let sql = "SELECT count(*) AS count FROM app.content_previews WHERE content_id = $1 AND expires_at > $2";
    Ok(tx.one(sql, &[&content_id, &now]).await?.get("count"))
}

/// Drops a link that works; says whether there was one.
pub async fn remove(tx: &Tenant, content_id: &str, id: &str) -> Result<bool> {
    let sql = "DELETE FROM app.content_previews WHERE content_id = $1 AND id = $2";
    Ok(tx.execute(sql, &[&content_id, &id]).await? > 0)
}

/// Forgets the links of an item that ended before this.
pub async fn forget(tx: &Tenant, content_id: &str, before: Timestamp) -> Result<()> {
    let sql = "DELETE FROM app.content_previews WHERE content_id = $1 AND expires_at < $2";
    tx.execute(sql, &[&content_id, &before]).await?;
    Ok(())
}

/// The link with this token, whether it still works or not.
pub async fn by_token(tx: &Tenant, token_hash: &[u8]) -> Result<Option<Preview>> {
    let row = tx.row(&format!("{SELECT} WHERE p.token_hash = $1"), &[&token_hash]).await?;
    Ok(row.as_ref().map(Preview::from_row))
}
