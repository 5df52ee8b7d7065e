use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};
use serde_json::Value;

use super::model::Export;

const COLUMNS: &str = "id, file_key, file_size, counts, failure, created_by, created_at, finished_at, expires_at";

/// The newest first, from before the one with the id `before`.
pub async fn list(tx: &Tenant, before: Option<&str>, limit: i64) -> Result<Vec<Export>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM app.exports
         WHERE organization_id = $1 AND ($2::text IS NULL OR id < $2) ORDER BY id DESC LIMIT $3"
    );
    Ok(tx.rows(&sql, &[&tx.organization().as_str(), &before, &limit]).await?.iter().map(Export::from_row).collect())
}

pub async fn count(tx: &Tenant) -> Result<i64> {
    let sql = "SELECT count(*) AS total FROM app.exports WHERE organization_id = $1";
    Ok(tx.one(sql, &[&tx.organization().as_str()]).await?.get("total"))
}

pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Export>> {
    let sql = format!("SELECT {COLUMNS} FROM app.exports WHERE organization_id = $1 AND id = $2");
    Ok(tx.row(&sql, &[&tx.organization().as_str(), &id]).await?.as_ref().map(Export::from_row))
}

/// The one that is not finished, if there is one.
pub async fn unfinished(tx: &Tenant) -> Result<Option<String>> {
    let sql = "SELECT id FROM app.exports WHERE organization_id = $1 AND finished_at IS NULL";
    Ok(tx.row(sql, &[&tx.organization().as_str()]).await?.map(|row| row.get("id")))
}

/// Adds one; `false` when another is not finished, of which there is never more than one.
pub async fn insert(tx: &Tenant, id: &str, created_by: Option<&str>, now: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO app.exports (organization_id, id, created_by, created_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (organization_id) WHERE finished_at IS NULL DO NOTHING";
    Ok(tx.execute(sql, &[&tx.organization().as_str(), &id, &created_by, &now]).await? == 1)
}

/// What an export became.
pub struct Made<'a> {
    pub file_key: &'a str,
    pub file_size: i64,
    pub counts: &'a Value,
    pub now: Timestamp,
    pub expires_at: Timestamp,
}

pub async fn finish(tx: &Tenant, id: &str, made: &Made<'_>) -> Result<bool> {
    let sql = "UPDATE app.exports SET file_key = $3, file_size = $4, counts = $5, finished_at = $6, expires_at = $7
               WHERE organization_id = $1 AND id = $2 AND finished_at IS NULL";
    let Made { file_key, file_size, counts, now, expires_at } = made;
    let organization = tx.organization().as_str();
    Ok(tx.execute(sql, &[&organization, &id, file_key, file_size, *counts, now, expires_at]).await? == 1)
}

pub async fn fail(tx: &Tenant, id: &str, words: &str, now: Timestamp) -> Result<()> {
    let sql = "UPDATE app.exports SET failure = left($3, 500), finished_at = $4
               WHERE organization_id = $1 AND id = $2 AND finished_at IS NULL";
    tx.execute(sql, &[&tx.organization().as_str(), &id, &words, &now]).await?;
    Ok(())
}

/// Notes that the file is gone.
pub async fn forget_file(tx: &Tenant, id: &str) -> Result<()> {
    let sql = "UPDATE app.exports SET file_key = NULL WHERE organization_id = $1 AND id = $2";
    tx.execute(sql, &[&tx.organization().as_str(), &id]).await?;
    Ok(())
}
