use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Row, Statements, Tenant};

use super::model::{Endpoint, EndpointDraft};

const COLUMNS: &str = "id, url, description, events, is_active, disabled_reason, failing_since, previous_until,
                       created_at, updated_at, version";

fn from_row(row: &Row) -> Endpoint {
    Endpoint {
        id: row.get("id"),
        url: row.get("url"),
        description: row.get("description"),
        events: row.get("events"),
        is_active: row.get("is_active"),
        disabled_reason: row.get("disabled_reason"),
        failing_since: row.get("failing_since"),
        previous_secret_until: row.get("previous_until"),
        created_at: row.get("created_at"),
        updated_at: row.get("updated_at"),
        version: row.get("version"),
    }
}

/// The newest first, from before the one with the id `before`.
pub async fn list(tx: &Tenant, before: Option<&str>, limit: i64) -> Result<Vec<Endpoint>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM app.webhook_endpoints
         WHERE organization_id = $1 AND ($2::text IS NULL OR id < $2) ORDER BY id DESC LIMIT $3"
    );
    Ok(tx.rows(&sql, &[&tx.organization().as_str(), &before, &limit]).await?.iter().map(from_row).collect())
}

pub async fn count(tx: &Tenant) -> Result<i64> {
    let sql = "SELECT count(*) AS total FROM app.webhook_endpoints WHERE organization_id = $1";
    Ok(tx.one(sql, &[&tx.organization().as_str()]).await?.get("total"))
}

pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Endpoint>> {
    let sql = format!("SELECT {COLUMNS} FROM app.webhook_endpoints WHERE organization_id = $1 AND id = $2");
    Ok(tx.row(&sql, &[&tx.organization().as_str(), &id]).await?.as_ref().map(from_row))
}

pub async fn lock(tx: &Tenant, id: &str) -> Result<Option<Endpoint>> {
    let sql = format!("SELECT {COLUMNS} FROM app.webhook_endpoints WHERE organization_id = $1 AND id = $2 FOR UPDATE");
    Ok(tx.row(&sql, &[&tx.organization().as_str(), &id]).await?.as_ref().map(from_row))
}

pub async fn insert(
    tx: &Tenant,
    id: &str,
    draft: &EndpointDraft,
    secret: &[u8],
    (created_by, now): (Option<&str>, Timestamp),
) -> Result<()> {
    let sql = "INSERT INTO app.webhook_endpoints
                 (organization_id, id, url, description, events, is_active, secret, created_by, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)";
    let organization = tx.organization().as_str();
    let EndpointDraft { url, description, events, is_active } = draft;
    tx.execute(sql, &[&organization, &id, url, description, events, is_active, &secret, &created_by, &now]).await?;
    Ok(())
}

/// Changes an endpoint. Switched on again, it begins with a clean record.
pub async fn update(tx: &Tenant, id: &str, draft: &EndpointDraft) -> Result<()> {
    let sql = "UPDATE app.webhook_endpoints SET url = $3, description = $4, events = $5, is_active = $6,
                 disabled_reason = CASE WHEN $6 THEN NULL ELSE disabled_reason END,
                 failing_since = CASE WHEN $6 AND NOT is_active THEN NULL ELSE failing_since END, version = version + 1
               WHERE organization_id = $1 AND id = $2";
    let EndpointDraft { url, description, events, is_active } = draft;
    tx.execute(sql, &[&tx.organization().as_str(), &id, url, description, events, is_active]).await?;
    Ok(())
}

/// Puts a secret in the place of the one before, which signs on until then.
pub async fn rotate(tx: &Tenant, id: &str, secret: &[u8], until: Timestamp) -> Result<()> {
    let sql = "UPDATE app.webhook_endpoints
               SET previous_secret = secret, previous_until = $4, secret = $3, version = version + 1
               WHERE organization_id = $1 AND id = $2";
    tx.execute(sql, &[&tx.organization().as_str(), &id, &secret, &until]).await?;
    Ok(())
}

pub async fn delete(tx: &Tenant, id: &str) -> Result<()> {
    let sql = "DELETE FROM app.webhook_endpoints WHERE organization_id = $1 AND id = $2";
    tx.execute(sql, &[&tx.organization().as_str(), &id]).await?;
    Ok(())
}
