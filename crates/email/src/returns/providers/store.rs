//! Statements about providers.

use jiff::{SignedDuration, Timestamp};
use kernel::Result;
use kernel::db::{Row, Statements, Tenant};

use super::Kind;
use crate::sending::tracking::token::Mark;

/// A provider whose reports are taken.
#[derive(Debug, Clone)]
pub struct Provider {
    pub id: String,
    pub kind: Kind,
    /// Sealed.
    pub secret: Option<Vec<u8>>,
    pub topic: Option<String>,
    pub taken: i64,
    pub taken_at: Option<Timestamp>,
    pub problem: Option<String>,
    pub problem_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, provider, secret, topic, taken, taken_at, problem, problem_at";

fn from_row(row: &Row) -> Option<Provider> {
    Some(Provider {
        id: row.get("id"),
        kind: Kind::parse(row.get("provider"))?,
        secret: row.get("secret"),
        topic: row.get("topic"),
        taken: row.get("taken"),
        taken_at: row.get("taken_at"),
        problem: row.get("problem"),
        problem_at: row.get("problem_at"),
    })
}

/// Providers by their ids, which is by age, from behind one of them on.
pub async fn list(tx: &Tenant, after: Option<&str>, limit: i64) -> Result<Vec<Provider>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM app.email_providers
         WHERE organization_id = $1 AND ($2::text IS NULL OR id > $2) ORDER BY id LIMIT $3"
    );
    Ok(tx.rows(&sql, &[&tx.organization().as_str(), &after, &limit]).await?.iter().filter_map(from_row).collect())
}

/// Which providers the organization sends through.
pub async fn kinds(tx: &Tenant) -> Result<Vec<Kind>> {
    let sql = "SELECT DISTINCT provider FROM app.email_providers WHERE organization_id = $1 ORDER BY 1";
    let rows = tx.rows(sql, &[&tx.organization().as_str()]).await?;
    Ok(rows.iter().filter_map(|row| Kind::parse(row.get("provider"))).collect())
}

pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Provider>> {
    let sql = format!("SELECT {COLUMNS} FROM app.email_providers WHERE organization_id = $1 AND id = $2");
    Ok(tx.row(&sql, &[&tx.organization().as_str(), &id]).await?.as_ref().and_then(from_row))
}

pub async fn count(tx: &Tenant) -> Result<i64> {
    let sql = "SELECT count(*) AS count FROM app.email_providers WHERE organization_id = $1";
    Ok(tx.one(sql, &[&tx.organization().as_str()]).await?.get("count"))
}

pub async fn insert(
    tx: &Tenant,
    id: &str,
    (kind, secret): (Kind, Option<&[u8]>),
    (by, now): (&str, Timestamp),
) -> Result<()> {
    let sql = "INSERT INTO app.email_providers (organization_id, id, provider, secret, created_by, created_at)
               VALUES ($1, $2, $3, $4, $5, $6)";
    tx.execute(sql, &[&tx.organization().as_str(), &id, &kind.as_str(), &secret, &by, &now]).await?;
    Ok(())
}

pub async fn delete(tx: &Tenant, id: &str) -> Result<()> {
    let sql = "DELETE FROM app.email_providers WHERE organization_id = $1 AND id = $2";
    tx.execute(sql, &[&tx.organization().as_str(), &id]).await?;
    Ok(())
}

/// Holds on to the first topic that was confirmed; `false` when there is another already.
pub async fn keep_topic(tx: &Tenant, id: &str, topic: &str) -> Result<bool> {
    let sql = "UPDATE app.email_providers SET topic = coalesce(topic, $3)
               WHERE organization_id = $1 AND id = $2 AND (topic IS NULL OR topic = $3)";
    Ok(tx.execute(sql, &[&tx.organization().as_str(), &id, &topic]).await? == 1)
}

/// Uses up a token, and forgets those that are too old to be believed; `false` when it was used before.
pub async fn use_token(
    tx: &Tenant,
    id: &str,
    (token, believed_for): (&str, SignedDuration),
    now: Timestamp,
) -> Result<bool> {
    let organization = tx.organization().as_str();
    let sql = "DELETE FROM app.email_provider_tokens WHERE organization_id = $1 AND provider_id = $2 AND at < $3";
    // A signature may be as far ahead as behind.
    tx.execute(sql, &[&organization, &id, &(now - believed_for * 2)]).await?;
    let sql =
        "INSERT INTO app.email_provider_tokens (organization_id, provider_id, token_hash, at) VALUES ($1, $2, $3, $4)
               ON CONFLICT DO NOTHING";
    Ok(tx.execute(sql, &[&organization, &id, &kernel::secret::hash(token), &now]).await? == 1)
}

/// Notes what was taken, and that all is well.
pub async fn note_taken(tx: &Tenant, id: &str, (count, now): (i64, Timestamp)) -> Result<()> {
    let sql = "UPDATE app.email_providers SET taken = taken + $3, taken_at = $4, problem = NULL, problem_at = NULL
               WHERE organization_id = $1 AND id = $2";
    tx.execute(sql, &[&tx.organization().as_str(), &id, &count, &now]).await?;
    Ok(())
}

/// Notes why something was not taken, for whoever sets it up.
pub async fn note_problem(tx: &Tenant, id: &str, (problem, now): (&str, Timestamp)) -> Result<()> {
    let sql = "UPDATE app.email_providers SET problem = left($3, 300), problem_at = $4 WHERE organization_id = $1 AND id = $2";
    tx.execute(sql, &[&tx.organization().as_str(), &id, &problem, &now]).await?;
    Ok(())
}

/// The recipient's row that a mark of this organization stands for.
pub async fn recipient(tx: &Tenant, mark: &Mark) -> Result<Option<String>> {
    let (email, number) = mark.parts();
    let sql = "SELECT email_id FROM app.return_paths WHERE organization_id = $1 AND lower(email_id) = $2 LIMIT 1";
    let row = tx.row(sql, &[&tx.organization().as_str(), &email]).await?;
    Ok(row.map(|row| format!("{}-{number}", row.get::<_, String>("email_id"))))
}
