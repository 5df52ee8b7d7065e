//! Statements about comments.

use kernel::Result;
use kernel::db::{Statements, Tenant};

use super::Comment;

/// How many comments an article page shows at most.
pub const SHOWN_MOST: i64 = 500;

/// Approved comments of an item in the order they were written.
pub async fn approved(tx: &Tenant, content_id: &str) -> Result<Vec<Comment>> {
    let sql = "SELECT k.id, k.parent_id, k.author_id, coalesce(nullif(k.author_name, ''), u.name, 'Anonymous') AS author_name, k.author_url, k.comment, k.created_at
               FROM content_comments k LEFT JOIN users u ON u.id = k.author_id
               WHERE k.content_id = $1 AND k.status = 'APPROVED' ORDER BY k.created_at, k.id LIMIT $2";
    Ok(tx.rows(sql, &[&content_id, &SHOWN_MOST]).await?.iter().map(Comment::from_row).collect())
}

pub async fn count(tx: &Tenant, content_id: &str) -> Result<i64> {
    let row = tx.one("SELECT count(*) AS count FROM content_comments WHERE content_id = $1", &[&content_id]).await?;
    Ok(row.get("count"))
}
