//! Statements about suppressions.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Row, Statements, Tenant};
use serde::{Deserialize, Serialize};

use super::{Reason, Suppression};

const COLUMNS: &str = "encode(email_hash, 'hex') AS id, email, reason, details, created_at";

fn from_row(row: &Row) -> Suppression {
    Suppression {
        id: row.get("id"),
        email: row.get("email"),
        reason: Reason::parse(row.get("reason")).unwrap_or(Reason::Manual),
        details: row.get("details"),
        created_at: row.get("created_at"),
    }
}

/// The id of a suppression: the hash in hexadecimal digits.
pub fn id_of(email_hash: &[u8]) -> String {
    email_hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn hash_of(id: &str) -> Option<Vec<u8>> {
    let is_hex = id.len().is_multiple_of(2) && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let pairs = (0..id.len()).step_by(2).map(|place| u8::from_str_radix(id.get(place..place + 2)?, 16).ok());
    is_hex.then(|| pairs.collect::<Option<Vec<u8>>>()).flatten()
}

/// Adds an address, unless it is there. A complaint outweighs every other reason, and a decision of the organization's own
/// what the person or a server said, for that can be taken back by them.
pub async fn add(
    tx: &Tenant,
    email_hash: &[u8],
    (email, reason, details): (Option<&str>, Reason, &str),
    now: Timestamp,
) -> Result<()> {
    let sql = "INSERT INTO app.suppressions (organization_id, email_hash, email, reason, details, created_at)
               VALUES ($1, $2, $3, $4, nullif(left($5, 1000), ''), $6)
               ON CONFLICT (organization_id, email_hash) DO UPDATE SET reason = excluded.reason, details = excluded.details
               WHERE excluded.reason = 'complaint' AND suppressions.reason <> 'erased'
                  OR excluded.reason = 'manual' AND suppressions.reason NOT IN ('complaint', 'erased')";
    tx.execute(sql, &[&tx.organization().as_str(), &email_hash, &email, &reason.as_str(), &details, &now]).await?;
    Ok(())
}

/// Keeps the hash alone, for this reason.
pub async fn replace(tx: &Tenant, email_hash: &[u8], reason: Reason, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO app.suppressions (organization_id, email_hash, reason, created_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (organization_id, email_hash)
               DO UPDATE SET reason = excluded.reason, email = NULL, details = NULL";
    tx.execute(sql, &[&tx.organization().as_str(), &email_hash, &reason.as_str(), &now]).await?;
    Ok(())
}

pub async fn find(tx: &Tenant, email_hash: &[u8]) -> Result<Option<Suppression>> {
    let sql = format!("SELECT {COLUMNS} FROM app.suppressions WHERE email_hash = $1");
    Ok(tx.row(&sql, &[&email_hash]).await?.as_ref().map(from_row))
}

pub async fn remove(tx: &Tenant, email_hash: &[u8]) -> Result<bool> {
    Ok(tx.execute("DELETE FROM app.suppressions WHERE email_hash = $1", &[&email_hash]).await? == 1)
}

/// Where a page ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Position {
    created_at: Timestamp,
    id: String,
}

impl Position {
    pub fn of(suppression: &Suppression) -> Self {
        Self { created_at: suppression.created_at, id: suppression.id.clone() }
    }
}

/// The newest first; with a hash, that address alone.
pub async fn list(tx: &Tenant, of: Option<&[u8]>, after: Option<&Position>, limit: i64) -> Result<Vec<Suppression>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM app.suppressions
         WHERE ($1::bytea IS NULL OR email_hash = $1)
           AND ($2::timestamptz IS NULL OR created_at < $2 OR created_at = $2 AND encode(email_hash, 'hex') > $3)
         ORDER BY created_at DESC, encode(email_hash, 'hex') LIMIT $4"
    );
    let (time, id) = after.map_or((None, None), |after| (Some(after.created_at), Some(after.id.as_str())));
    Ok(tx.rows(&sql, &[&of, &time, &id, &limit]).await?.iter().map(from_row).collect())
}

pub async fn count(tx: &Tenant, of: Option<&[u8]>) -> Result<i64> {
    let sql = "SELECT count(*) AS count FROM app.suppressions WHERE $1::bytea IS NULL OR email_hash = $1";
    Ok(tx.one(sql, &[&of]).await?.get("count"))
}
