//! Statements about comments.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Param, Statements, Tenant};

use super::Comment;
use super::actions::ImportedComment;

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

/// Adds comments to an item. They may answer each other: references are checked when the statement ends.
pub async fn insert_many(tx: &Tenant, content_id: &str, comments: &[ImportedComment]) -> Result<()> {
    let sql = r#"INSERT INTO content_comments (organization_id, id, content_id, parent_id, author_name, author_email, author_url,
                   comment, status, created_at, updated_at)
                 SELECT $1, n.id, $2, n.parent_id, n.author_name, n.author_email, n.author_url, n.comment,
                   n.status::"CommentStatus", n.created_at, n.created_at
                 FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[])
                   AS n (id, parent_id, author_name, author_email, author_url, comment, status, created_at)"#;
    let texts = |of: fn(&ImportedComment) -> &Option<String>| comments.iter().map(of).cloned().collect::<Vec<_>>();
    let ids: Vec<&str> = comments.iter().map(|comment| comment.id.as_str()).collect();
    let words: Vec<&str> = comments.iter().map(|comment| comment.comment.as_str()).collect();
    let statuses: Vec<&str> = comments.iter().map(|comment| comment.status.as_str()).collect();
    let times: Vec<Timestamp> = comments.iter().map(|comment| comment.created_at).collect();
    tx.execute(
        sql,
        &[
            &tx.organization().as_str(),
            &content_id,
            &ids,
            &texts(|comment| &comment.parent_id),
            &texts(|comment| &comment.author_name),
            &texts(|comment| &comment.author_email),
            &texts(|comment| &comment.author_url),
            &words,
            &statuses,
            &times,
        ],
    )
    .await?;
    Ok(())
}

/// Writes a comment anew if it still is at this version; says whether it was. Where it stands in its thread stays.
pub async fn update(tx: &Tenant, comment: &ImportedComment, version: i32) -> Result<bool> {
    let sql = r#"UPDATE content_comments SET author_name = $3, author_email = $4, author_url = $5, comment = $6,
                   status = $7::"CommentStatus", created_at = $8, version = version + 1
                 WHERE id = $1 AND version = $2"#;
    let ImportedComment { id, author_name, author_email, author_url, comment, status, created_at, .. } = comment;
    let params: [&dyn Param; 8] =
        [id, &version, author_name, author_email, author_url, comment, &status.as_str(), created_at];
    Ok(tx.execute(sql, &params).await? == 1)
}
