//! Statements about revisions.

use kernel::Result;
use kernel::db::{Row, Statements, Tenant};

use super::{AUTOSAVED_INTO_ONE_FOR, NewRevision, Revision, RevisionWithText};

const COLUMNS: &str = "r.id, r.content_id, r.version, r.title, r.comment, r.autosaved_since IS NOT NULL AS is_autosave,
    coalesce(r.of_changes, false) AS of_changes,
    r.created_by, coalesce(u.name, u.email) AS author_name, r.created_at";

/// Keeps a state under the item's next revision number, and drops what is older than the organization wants to keep.
pub async fn add(tx: &Tenant, revision: &NewRevision<'_>) -> Result<()> {
    if revision.is_autosave && go_on(tx, revision).await? {
        return Ok(());
    }
    let sql = "INSERT INTO content_revisions
                 (organization_id, id, content_id, title, content_body, excerpt, comment, version, created_by, created_at,
                  autosaved_since, of_changes)
               SELECT $1, $2, $3, $4, $5, $6, $7, coalesce(max(version), 0) + 1, $8, $9, $10, $11
               FROM content_revisions WHERE content_id = $3
               RETURNING version, coalesce(
                 (SELECT revisions_kept FROM app.site_settings WHERE organization_id = $1), 50) AS kept";
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
                &revision.comment,
                &revision.created_by,
                &revision.now,
                &revision.is_autosave.then_some(revision.now),
                &revision.of_changes,
            ],
        )
        .await?;
    let oldest_dropped = row.get::<_, i32>("version") - row.get::<_, i32>("kept");
    if oldest_dropped > 0 {
        let sql = "DELETE FROM content_revisions WHERE content_id = $1 AND version <= $2";
        tx.execute(sql, &[&revision.content_id, &oldest_dropped]).await?;
    }
    Ok(())
}

/// Writes a state that was saved by itself over the newest one, if that is the same author's and still open.
async fn go_on(tx: &Tenant, revision: &NewRevision<'_>) -> Result<bool> {
    let sql = "UPDATE content_revisions SET title = $3, content_body = $4, excerpt = $5, created_at = $6
               WHERE content_id = $1 AND created_by = $2 AND autosaved_since > $7 AND coalesce(of_changes, false) = $8
                 AND version = (SELECT max(version) FROM content_revisions WHERE content_id = $1)";
    let NewRevision { content_id, title, body, excerpt, created_by, now, of_changes, .. } = revision;
    let begun = *now - AUTOSAVED_INTO_ONE_FOR;
    Ok(tx.execute(sql, &[content_id, created_by, title, body, excerpt, now, &begun, of_changes]).await? > 0)
}

/// Makes what was saved by itself so far stand for good: the next such save begins a revision of its own.
pub async fn seal(tx: &Tenant, content_id: &str) -> Result<()> {
    let sql =
        "UPDATE content_revisions SET autosaved_since = NULL WHERE content_id = $1 AND autosaved_since IS NOT NULL";
    tx.execute(sql, &[&content_id]).await?;
    Ok(())
}

/// One revision of an item with its text.
pub async fn find(tx: &Tenant, content_id: &str, version: i32) -> Result<Option<RevisionWithText>> {
    let sql = format!(
        "SELECT {COLUMNS}, r.content_body, r.excerpt FROM content_revisions r JOIN users u ON u.id = r.created_by
         WHERE r.content_id = $1 AND r.version = $2"
    );
    let row = tx.row(&sql, &[&content_id, &version]).await?;
    Ok(row.map(|row| RevisionWithText {
        revision: from_row(&row),
        content_body: row.get("content_body"),
        excerpt: row.get("excerpt"),
    }))
}

/// Revisions of an item, the newest first, from before the version `before`.
pub async fn of_item(tx: &Tenant, content_id: &str, before: Option<i32>, limit: i64) -> Result<Vec<Revision>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM content_revisions r JOIN users u ON u.id = r.created_by
         WHERE r.content_id = $1 AND ($2::int IS NULL OR r.version < $2) ORDER BY r.version DESC LIMIT $3"
    );
    Ok(tx.rows(&sql, &[&content_id, &before, &limit]).await?.iter().map(from_row).collect())
}

/// The number of the newest version that is the item's own.
pub async fn newest_own(tx: &Tenant, content_id: &str) -> Result<i32> {
    let sql = "SELECT coalesce(max(version), 0) AS version FROM content_revisions
               WHERE content_id = $1 AND of_changes IS NOT TRUE";
    Ok(tx.one(sql, &[&content_id]).await?.get("version"))
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
        is_autosave: row.get("is_autosave"),
        of_changes: row.get("of_changes"),
        created_by: row.get("created_by"),
        author_name: row.get("author_name"),
        created_at: row.get("created_at"),
    }
}
