//! Statements about comments.

use jiff::Timestamp;
use kernel::Result;
use kernel::access::Caller;
use kernel::db::{Param, Statements, Tenant};

use super::Comment;
use super::actions::ImportedComment;
use super::model::{COLUMNS, CommentRecord, CommentStatus, TABLES};
use super::visitor::VisitorComment;

/// How many comments one page of an article shows.
pub const SHOWN_MOST: usize = 500;

/// One page of the approved comments of an item, in the order they were written; pages count from 1.
pub async fn approved(tx: &Tenant, content_id: &str, page: usize) -> Result<Vec<Comment>> {
    let sql = "SELECT k.id, k.parent_id, k.author_id, coalesce(nullif(k.author_name, ''), u.name, 'Anonymous') AS author_name, k.author_url, k.comment, k.created_at
               FROM content_comments k LEFT JOIN users u ON u.id = k.author_id
               WHERE k.content_id = $1 AND k.status = 'APPROVED' ORDER BY k.created_at, k.id LIMIT $2 OFFSET $3";
    let limit = i64::try_from(SHOWN_MOST).unwrap_or(i64::MAX);
    let offset = i64::try_from(page.saturating_sub(1).saturating_mul(SHOWN_MOST)).unwrap_or(i64::MAX);
    Ok(tx.rows(sql, &[&content_id, &limit, &offset]).await?.iter().map(Comment::from_row).collect())
}

/// How many comments of an item are approved.
pub async fn count_approved(tx: &Tenant, content_id: &str) -> Result<usize> {
    let sql = "SELECT count(*) AS count FROM content_comments WHERE content_id = $1 AND status = 'APPROVED'";
    Ok(usize::try_from(tx.one(sql, &[&content_id]).await?.get::<_, i64>("count")).unwrap_or(0))
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

/// The comment of this id.
pub async fn find(tx: &Tenant, id: &str) -> Result<Option<CommentRecord>> {
    let sql = format!("SELECT {COLUMNS} FROM {TABLES} WHERE k.id = $1");
    tx.row(&sql, &[&id]).await?.as_ref().map(CommentRecord::from_row).transpose()
}

/// The comment of this id, kept from changing until the transaction ends.
pub async fn lock(tx: &Tenant, id: &str) -> Result<Option<CommentRecord>> {
    let sql = format!("SELECT {COLUMNS} FROM {TABLES} WHERE k.id = $1 FOR NO KEY UPDATE OF k");
    tx.row(&sql, &[&id]).await?.as_ref().map(CommentRecord::from_row).transpose()
}

/// Those of these ids that are there, the oldest first.
pub async fn find_many(tx: &Tenant, ids: &[String]) -> Result<Vec<CommentRecord>> {
    let sql = format!("SELECT {COLUMNS} FROM {TABLES} WHERE k.id = ANY($1) ORDER BY k.created_at, k.id");
    tx.rows(&sql, &[&ids]).await?.iter().map(CommentRecord::from_row).collect()
}

/// Whether a comment is one of this item's.
pub async fn belongs_to(tx: &Tenant, content_id: &str, id: &str) -> Result<bool> {
    let sql = "SELECT FROM content_comments WHERE id = $1 AND content_id = $2";
    Ok(tx.row(sql, &[&id, &content_id]).await?.is_some())
}

/// Whether a comment is one of this item's and visitors see it.
pub async fn is_shown(tx: &Tenant, content_id: &str, id: &str) -> Result<bool> {
    let sql = "SELECT FROM content_comments WHERE id = $1 AND content_id = $2 AND status = 'APPROVED'";
    Ok(tx.row(sql, &[&id, &content_id]).await?.is_some())
}

/// How many comments answer these.
pub async fn count_answers(tx: &Tenant, ids: &[String]) -> Result<i64> {
    let sql = "SELECT count(*) AS count FROM content_comments WHERE parent_id = ANY($1) AND NOT id = ANY($1)";
    Ok(tx.one(sql, &[&ids]).await?.get("count"))
}

/// Adds a member's comment.
pub async fn insert_members(
    caller: &Caller,
    (id, content_id): (&str, &str),
    (comment, parent_id): (&str, Option<&str>),
    status: CommentStatus,
) -> Result<()> {
    let sql = r#"INSERT INTO content_comments
                   (organization_id, id, content_id, parent_id, author_id, comment, status, created_at, updated_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7::"CommentStatus", $8, $8)"#;
    let (organization, author) = (caller.organization_id(), caller.actor.user_id.as_str());
    let params: [&dyn Param; 8] =
        [&organization, &id, &content_id, &parent_id, &author, &comment, &status.as_str(), &caller.now];
    caller.tx.execute(sql, &params).await?;
    Ok(())
}

/// Writes a new text or status and counts the version up.
pub async fn change(tx: &Tenant, id: &str, text: Option<&str>, status: Option<CommentStatus>) -> Result<()> {
    let sql = r#"UPDATE content_comments SET comment = coalesce($2, comment),
                   status = coalesce($3::"CommentStatus", status), version = version + 1
                 WHERE id = $1"#;
    tx.execute(sql, &[&id, &text, &status.map(CommentStatus::as_str)]).await?;
    Ok(())
}

/// Gives comments a status; says how many had another.
pub async fn set_status_of_many(tx: &Tenant, ids: &[String], status: CommentStatus) -> Result<u64> {
    let sql = r#"UPDATE content_comments SET status = $2::"CommentStatus", version = version + 1
                 WHERE id = ANY($1) AND status <> $2::"CommentStatus""#;
    tx.execute(sql, &[&ids, &status.as_str()]).await
}

/// Deletes comments; answers to them become threads of their own.
pub async fn delete_many(tx: &Tenant, ids: &[String]) -> Result<u64> {
    tx.execute("DELETE FROM content_comments WHERE id = ANY($1)", &[&ids]).await
}

/// Waits until no other visitor's comment of the organization is being written, on any node.
pub async fn wait_for_turn(tx: &Tenant) -> Result<()> {
    let key = format!("visitor comments {}", tx.organization());
    tx.rows("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))::text", &[&key]).await?;
    Ok(())
}

/// Adds a visitor's comment.
pub async fn insert_visitors(
    tx: &Tenant,
    (id, content_id): (&str, &str),
    (comment, status): (&VisitorComment, CommentStatus),
    now: Timestamp,
) -> Result<()> {
    let sql = r#"INSERT INTO content_comments (organization_id, id, content_id, parent_id, author_name, author_email,
                   author_ip, comment, status, created_at, updated_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::"CommentStatus", $10, $10)"#;
    let organization = tx.organization().as_str();
    let VisitorComment { name, email, comment, parent_id, origin } = comment;
    let params: [&dyn Param; 10] =
        [&organization, &id, &content_id, parent_id, name, email, origin, comment, &status.as_str(), &now];
    tx.execute(sql, &params).await?;
    Ok(())
}

/// The same comment of the same visitor on the same item, sent since then.
pub async fn sent_before(
    tx: &Tenant,
    content_id: &str,
    comment: &VisitorComment,
    since: Timestamp,
) -> Result<Option<(String, CommentStatus)>> {
    let sql = "SELECT id, status::text AS status FROM content_comments
               WHERE content_id = $1 AND author_email = $2 AND comment = $3 AND created_at > $4
               ORDER BY created_at DESC LIMIT 1";
    let row = tx.row(sql, &[&content_id, &comment.email, &comment.comment, &since]).await?;
    row.map(|row| Ok((row.get("id"), row.get::<_, &str>("status").parse()?))).transpose()
}

/// Whether a visitor sent the same text since then, apart from its case and spaces.
pub async fn is_repeated(tx: &Tenant, comment: &str, since: Timestamp) -> Result<bool> {
    let sql = r"SELECT FROM content_comments WHERE created_at > $2 AND author_id IS NULL
                  AND lower(regexp_replace(comment, '\s+', ' ', 'g')) = lower(regexp_replace($1, '\s+', ' ', 'g'))
                LIMIT 1";
    Ok(tx.row(sql, &[&comment, &since]).await?.is_some())
}

/// Whether a comment of this mail address was approved before.
pub async fn was_approved(tx: &Tenant, email: &str) -> Result<bool> {
    let sql = "SELECT FROM content_comments
               WHERE author_email = $1 AND author_id IS NULL AND status = 'APPROVED' LIMIT 1";
    Ok(tx.row(sql, &[&email]).await?.is_some())
}

/// Forgets from where visitors wrote before this moment.
pub async fn forget_addresses(tx: &Tenant, before: Timestamp) -> Result<()> {
    let sql = "UPDATE content_comments SET author_ip = NULL WHERE author_ip IS NOT NULL AND created_at < $1";
    tx.execute(sql, &[&before]).await?;
    Ok(())
}

/// When the oldest of the comments came that fill an origin's limit since then, if it is filled.
pub async fn filled_by_origin(tx: &Tenant, origin: &str, (most, since): (i64, Timestamp)) -> Result<Option<Timestamp>> {
    let sql = "SELECT created_at FROM content_comments WHERE author_ip = $1 AND created_at > $2
               ORDER BY created_at DESC OFFSET $3 LIMIT 1";
    Ok(tx.row(sql, &[&origin, &since, &(most - 1)]).await?.map(|row| row.get("created_at")))
}

/// When the oldest of the visitors' comments came that fill an item's limit since then, if it is filled.
pub async fn filled_by_item(tx: &Tenant, item: &str, (most, since): (i64, Timestamp)) -> Result<Option<Timestamp>> {
    let sql = "SELECT created_at FROM content_comments
               WHERE content_id = $1 AND created_at > $2 AND author_id IS NULL AND author_ip IS NOT NULL
               ORDER BY created_at DESC OFFSET $3 LIMIT 1";
    Ok(tx.row(sql, &[&item, &since, &(most - 1)]).await?.map(|row| row.get("created_at")))
}
