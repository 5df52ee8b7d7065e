//! Statements about reviews.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Row, Statements, Tenant};

use super::Review;

/// Steps of a conversation that are read.
pub const READ_AT_MOST: i64 = 100;
/// Reviewers to choose from.
const REVIEWERS_AT_MOST: i64 = 200;

/// A step to be written.
pub struct NewReview<'a> {
    pub content_id: &'a str,
    pub kind: &'static str,
    pub note: Option<String>,
    pub author_id: &'a str,
    pub assignee_id: Option<String>,
    pub is_open: bool,
}

pub async fn add(tx: &Tenant, review: &NewReview<'_>, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO app.content_reviews
                 (organization_id, id, content_id, kind, note, author_id, assignee_id, is_open, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let id = kernel::id::new(now);
    let NewReview { content_id, kind, note, author_id, assignee_id, is_open } = review;
    let organization = tx.organization().as_str();
    tx.execute(sql, &[&organization, &id, content_id, kind, note, author_id, assignee_id, is_open, &now]).await?;
    Ok(())
}

/// Ends the request that waits, if one does.
pub async fn close(tx: &Tenant, content_id: &str) -> Result<()> {
    tx.execute("UPDATE app.content_reviews SET is_open = false WHERE content_id = $1 AND is_open", &[&content_id])
        .await?;
    Ok(())
}

/// Lets the last request wait again, for an item whose answer was taken back.
pub async fn reopen(tx: &Tenant, content_id: &str) -> Result<()> {
    let sql = "UPDATE app.content_reviews SET is_open = true WHERE id = (
                 SELECT id FROM app.content_reviews WHERE content_id = $1 AND kind = 'submitted'
                 ORDER BY created_at DESC, id DESC LIMIT 1)";
    tx.execute(sql, &[&content_id]).await?;
    Ok(())
}

/// Who submitted an item last.
pub async fn last_submitter(tx: &Tenant, content_id: &str) -> Result<Option<String>> {
    let sql = "SELECT author_id FROM app.content_reviews WHERE content_id = $1 AND kind = 'submitted'
               ORDER BY created_at DESC, id DESC LIMIT 1";
    Ok(tx.row(sql, &[&content_id]).await?.map(|row| row.get("author_id")))
}

/// The conversation about an item, the newest step first.
pub async fn of_item(tx: &Tenant, content_id: &str) -> Result<Vec<Review>> {
    let sql = "SELECT r.id, r.kind, r.note, r.author_id, coalesce(u.name, '') AS author_name, r.assignee_id,
                 a.name AS assignee_name, r.is_open, r.created_at
               FROM app.content_reviews r JOIN users u ON u.id = r.author_id LEFT JOIN users a ON a.id = r.assignee_id
               WHERE r.content_id = $1 ORDER BY r.created_at DESC, r.id DESC LIMIT $2";
    Ok(tx.rows(sql, &[&content_id, &READ_AT_MOST]).await?.iter().map(from_row).collect())
}

/// How many steps the conversation about an item has.
pub async fn count_of_item(tx: &Tenant, content_id: &str) -> Result<i64> {
    let sql = "SELECT count(*) AS total FROM app.content_reviews WHERE content_id = $1";
    Ok(tx.one(sql, &[&content_id]).await?.get("total"))
}

fn from_row(row: &Row) -> Review {
    Review {
        id: row.get("id"),
        kind: row.get("kind"),
        note: row.get("note"),
        author_id: row.get("author_id"),
        author_name: row.get("author_name"),
        assignee_id: row.get("assignee_id"),
        assignee_name: row.get("assignee_name"),
        is_open: row.get("is_open"),
        created_at: row.get("created_at"),
    }
}

/// A member, as choices of people show them.
pub struct Person {
    pub id: String,
    pub name: String,
    pub may_approve: bool,
}

/// The members who can be an item's author or reviewer, by name.
pub async fn people(tx: &Tenant) -> Result<Vec<Person>> {
    let sql = "SELECT u.id, coalesce(nullif(u.name, ''), u.email) AS name, m.role IN ('OWNER', 'ADMIN') AS may_approve
               FROM organization_members m JOIN users u ON u.id = m.user_id
               WHERE m.organization_id = $1 AND u.is_active ORDER BY lower(coalesce(nullif(u.name, ''), u.email)), u.id LIMIT $2";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &REVIEWERS_AT_MOST]).await?;
    let person = |row: &Row| Person { id: row.get("id"), name: row.get("name"), may_approve: row.get("may_approve") };
    Ok(rows.iter().map(person).collect())
}

/// The condition that a review `r` is asked of a user: by name, or of everybody who may approve and did not ask themselves.
/// `user` is how a statement names their id.
pub fn asked_of(user: &str) -> String {
    format!(
        "(r.assignee_id = {user} OR r.assignee_id IS NULL AND r.author_id <> {user} AND EXISTS (
            SELECT FROM organization_members m
            WHERE m.organization_id = r.organization_id AND m.user_id = {user} AND m.role IN ('OWNER', 'ADMIN')))"
    )
}

/// Whether this user is an active member who may approve.
pub async fn may_approve(tx: &Tenant, user_id: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM organization_members m JOIN users u ON u.id = m.user_id
               WHERE m.organization_id = $1 AND m.user_id = $2 AND m.role IN ('OWNER', 'ADMIN') AND u.is_active";
    Ok(tx.row(sql, &[&tx.organization().as_str(), &user_id]).await?.is_some())
}
