//! Statements about sign-ups that wait for the click in the mail.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Row, Statements, Tenant};

/// Requests that are forgotten with each further one at most.
const FORGOTTEN_AT_ONCE: i64 = 200;

/// A request as it is kept.
#[derive(Debug, Clone)]
pub struct Request {
    pub id: String,
    pub form_id: String,
    pub email_hash: Vec<u8>,
    pub email: String,
    pub name: Option<String>,
    pub company: Option<String>,
    pub consent_wording: String,
    pub created_at: Timestamp,
    pub confirmed_at: Option<Timestamp>,
}

fn from_row(row: &Row) -> Request {
    Request {
        id: row.get("id"),
        form_id: row.get("form_id"),
        email_hash: row.get("email_hash"),
        email: row.get("email"),
        name: row.get("name"),
        company: row.get("company"),
        consent_wording: row.get("consent_wording"),
        created_at: row.get("created_at"),
        confirmed_at: row.get("confirmed_at"),
    }
}

/// Waits until no other sign-up of the organization is being decided, so that many at once do not slip through the limits.
pub async fn wait_for_turn(tx: &Tenant) -> Result<()> {
    let key = format!("sign-up {}", tx.organization());
    tx.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", &[&key]).await?;
    Ok(())
}

pub async fn insert(tx: &Tenant, request: &Request, (token_hash, network): (&[u8], Option<&str>)) -> Result<()> {
    let sql = "INSERT INTO app.subscribe_requests (organization_id, id, form_id, token_hash, email_hash, email, name, company,
                 consent_wording, network, created_at, confirmed_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let params: &[&dyn kernel::db::Param] = &[
        &tx.organization().as_str(),
        &request.id,
        &request.form_id,
        &token_hash,
        &request.email_hash,
        &request.email,
        &request.name,
        &request.company,
        &request.consent_wording,
        &network,
        &request.created_at,
        &request.confirmed_at,
    ];
    tx.execute(sql, params).await?;
    Ok(())
}

/// The request whose mail holds this token, kept from changing until the transaction ends.
pub async fn lock(tx: &Tenant, token_hash: &[u8]) -> Result<Option<Request>> {
    let sql = "SELECT id, form_id, email_hash, email, name, company, consent_wording, created_at, confirmed_at
               FROM app.subscribe_requests WHERE token_hash = $1 FOR UPDATE";
    Ok(tx.row(sql, &[&token_hash]).await?.as_ref().map(from_row))
}

pub async fn confirm(tx: &Tenant, id: &str, now: Timestamp) -> Result<()> {
    tx.execute("UPDATE app.subscribe_requests SET confirmed_at = $2 WHERE id = $1", &[&id, &now]).await?;
    Ok(())
}

/// When the requests for this address were made since a time, the newest first.
pub async fn of_address(tx: &Tenant, email_hash: &[u8], since: Timestamp) -> Result<Vec<Timestamp>> {
    let sql = "SELECT created_at FROM app.subscribe_requests WHERE email_hash = $1 AND created_at > $2 ORDER BY created_at DESC";
    Ok(tx.rows(sql, &[&email_hash, &since]).await?.iter().map(|row| row.get("created_at")).collect())
}

/// When the oldest of the last `most` requests from a network was made, if that many were made since a time.
pub async fn filled(tx: &Tenant, network: &str, (most, since): (i64, Timestamp)) -> Result<Option<Timestamp>> {
    let sql = "SELECT created_at FROM app.subscribe_requests WHERE network = $1 AND created_at > $2
               ORDER BY created_at DESC OFFSET $3 LIMIT 1";
    Ok(tx.row(sql, &[&network, &since, &(most - 1)]).await?.map(|row| row.get("created_at")))
}

/// Forgets requests that are over.
pub async fn forget(tx: &Tenant, before: Timestamp) -> Result<()> {
    let sql = "DELETE FROM app.subscribe_requests WHERE id IN (
                 SELECT id FROM app.subscribe_requests WHERE created_at < $1 ORDER BY created_at LIMIT $2)";
    tx.execute(sql, &[&before, &FORGOTTEN_AT_ONCE]).await?;
    Ok(())
}
