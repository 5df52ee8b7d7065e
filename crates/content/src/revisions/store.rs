//! Statements about revisions.

use kernel::Result;
use kernel::db::{Row, Statements, Tenant};

use super::{KEPT, NewRevision, Revision};

/// Keeps a state under the item's next revision number, and drops what is older than the newest [`KEPT`].
pub async fn add(tx: &Tenant, revision: &NewRevision<'_>) -> Result<()> {
    let sql = "INSERT INTO content_revisions
                 (organization_id, id, content_id, title, content_body, excerpt, version, created_by, created_at)
               SELECT $1, $2, $3, $4, $5, $6, coalesce(max(version), 0) + 1, $7, $8
               FROM content_revisions WHERE content_id = $3
               RETURNING version";
    let row = tx
        .one(
            sql,
            &[
                &tx.organization().as_str(),
                &revision.id,
                &revision.content_id,
                &revision.title,
                &revision.body,
                &revision.excerpt,
                &revision.created_by,
                &revision.now,
            ],
        )
        .await?;
    let oldest_kept = row.get::<_, i32>("version") - KEPT;
    if oldest_kept > 0 {
        let sql = "DELETE FROM content_revisions WHERE content_id = $1 AND version <= $2";
        tx.execute(sql, &[&revision.content_id, &oldest_kept]).await?;
    }
    Ok(())
}

/// Revisions of an item, the newest first, from before the version `before`.
pub async fn of_item(tx: &Tenant, content_id: &str, before: Option<i32>, limit: i64) -> Result<Vec<Revision>> {
    let sql = "SELECT r.id, r.content_id, r.version, r.title, r.comment, r.created_by, coalesce(u.name, u.email) AS author_name, r.created_at
               FROM content_revisions r JOIN users u ON u.id = r.created_by
               WHERE r.content_id = $1 AND ($2::int IS NULL OR r.version < $2) ORDER BY r.version DESC LIMIT $3";
    Ok(tx.rows(sql, &[&content_id, &before, &limit]).await?.iter().map(from_row).collect())
}

pub async fn count(tx: &Tenant, content_id: &str) -> Result<i64> {
    let row = tx.one("SELECT count(*) AS count FROM content_revisions WHERE content_id = $1", &[&content_id]).await?;
    Ok(row.get("count"))
}

fn from_row(row: &Row) -> Revision {
    Revision {
        id: row.get("id"),
        content_id: row.get("content_id"),
        version: row.get("version"),
        title: row.get("title"),
        comment: row.get("comment"),
        created_by: row.get("created_by"),
        author_name: row.get("author_name"),
        created_at: row.get("created_at"),
    }
}
