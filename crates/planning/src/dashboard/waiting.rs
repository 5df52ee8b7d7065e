//! What waits for whoever looks, and what changed last: lists of the dashboard.

use jiff::Timestamp;
use kernel::Result;
use kernel::access::Caller;
use kernel::db::{Row, Statements, Tenant};

/// Rows of each list.
pub const ROWS: i64 = 6;

/// An item that waits for somebody.
pub struct Waiting {
    pub id: String,
    pub title: String,
    /// Who asked.
    pub by: String,
    pub since: Timestamp,
}

fn waiting(row: &Row) -> Waiting {
    Waiting { id: row.get("id"), title: row.get("title"), by: row.get("name"), since: row.get("since") }
}

/// Reviews that are asked of this person, or of everybody who may approve where nobody is named: oldest first.
pub async fn reviews(caller: &Caller) -> Result<Vec<Waiting>> {
    let sql = format!(
        "SELECT i.id, i.title, coalesce(nullif(u.name, ''), u.email) AS name, r.created_at AS since
         FROM app.content_reviews r
         JOIN content_items i ON i.organization_id = r.organization_id AND i.id = r.content_id
         JOIN users u ON u.id = r.author_id
         WHERE r.is_open AND {} ORDER BY r.created_at, i.id LIMIT $2",
        content::reviews::store::asked_of("$1")
    );
    let rows = caller.tx.rows(&sql, &[&caller.actor.user_id, &ROWS]).await?;
    Ok(rows.iter().map(waiting).collect())
}

/// Drafts of this person to which changes were asked for last: oldest first.
pub async fn changes_asked(caller: &Caller) -> Result<Vec<Waiting>> {
    let sql = "SELECT i.id, i.title, coalesce(nullif(u.name, ''), u.email) AS name, last.created_at AS since
               FROM content_items i
               JOIN LATERAL (SELECT r.kind, r.author_id, r.created_at FROM app.content_reviews r
                             WHERE r.organization_id = i.organization_id AND r.content_id = i.id
                             ORDER BY r.created_at DESC, r.id DESC LIMIT 1) AS last ON last.kind = 'changes_requested'
               JOIN users u ON u.id = last.author_id
               WHERE i.author_id = $1 AND i.status = 'DRAFT' AND last.author_id <> $1
               ORDER BY last.created_at, i.id LIMIT $2";
    let rows = caller.tx.rows(sql, &[&caller.actor.user_id, &ROWS]).await?;
    Ok(rows.iter().map(waiting).collect())
}

/// An item that changed lately.
pub struct Recent {
    pub id: String,
    pub title: String,
    pub status: String,
    pub author: String,
    pub updated_at: Timestamp,
}

/// What was changed last.
pub async fn recent(tx: &Tenant) -> Result<Vec<Recent>> {
    let sql =
        "SELECT i.id, i.title, i.status::text AS status, coalesce(nullif(u.name, ''), u.email) AS author, i.updated_at
               FROM content_items i JOIN users u ON u.id = i.author_id ORDER BY i.updated_at DESC, i.id DESC LIMIT $1";
    let recent = |row: &Row| Recent {
        id: row.get("id"),
        title: row.get("title"),
        status: row.get("status"),
        author: row.get("author"),
        updated_at: row.get("updated_at"),
    };
    Ok(tx.rows(sql, &[&ROWS]).await?.iter().map(recent).collect())
}
