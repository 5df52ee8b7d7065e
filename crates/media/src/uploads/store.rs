//! Statements about uploads under way.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Row, Statements, Tenant};

use super::intake::Named;

/// A file on its way in.
#[derive(Debug, Clone)]
pub struct Upload {
    pub id: String,
    pub token: String,
    pub file_name: String,
    pub declared_type: String,
    pub folder_id: Option<String>,
    pub alt: Option<String>,
    /// The whole length of a resumable upload, and how much of it is there.
    pub length: Option<i64>,
    pub received: i64,
    /// The names of the files that hold what is there, in their order.
    pub parts: Vec<String>,
    /// What it has become.
    pub asset_id: Option<String>,
    pub is_duplicate: bool,
    /// Why it was refused, as a problem document.
    pub refusal: Option<serde_json::Value>,
    pub created_by: String,
    pub expires_at: Timestamp,
}

const COLUMNS: &str =
    "id, token, file_name, declared_type, folder_id, alt, length, received, parts, asset_id, is_duplicate,
                       refusal, created_by, expires_at";

impl Upload {
    fn from_row(row: &Row) -> Self {
        Self {
            id: row.get("id"),
            token: row.get("token"),
            file_name: row.get("file_name"),
            declared_type: row.get("declared_type"),
            folder_id: row.get("folder_id"),
            alt: row.get("alt"),
            length: row.get("length"),
            received: row.get("received"),
            parts: row.get("parts"),
            asset_id: row.get("asset_id"),
            is_duplicate: row.get("is_duplicate"),
            refusal: row.get("refusal"),
            created_by: row.get("created_by"),
            expires_at: row.get("expires_at"),
        }
    }

    /// Where its bytes lie in the store.
    pub fn folder(&self, organization: &str) -> String {
        format!("{organization}/{}", self.token)
    }

    pub fn named(&self) -> Named {
        Named { name: self.file_name.clone(), declared_type: self.declared_type.clone() }
    }

    /// Whether all that was announced is there.
    pub fn is_whole(&self) -> bool {
        self.length == Some(self.received)
    }
}

/// Notes an upload before its first byte.
pub async fn insert(tx: &Tenant, upload: &Upload, now: Timestamp) -> Result<()> {
    let sql =
        "INSERT INTO app.media_uploads (organization_id, id, token, file_name, declared_type, folder_id, alt, length,
                 created_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let Upload { id, token, file_name, declared_type, folder_id, alt, length, created_by, expires_at, .. } = upload;
    let organization = tx.organization().as_str();
    tx.execute(
        sql,
        &[&organization, id, token, file_name, declared_type, folder_id, alt, length, created_by, &now, expires_at],
    )
    .await?;
    Ok(())
}

/// The upload of this id, also one whose time is over.
pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Upload>> {
    let sql = format!("SELECT {COLUMNS} FROM app.media_uploads WHERE id = $1");
    Ok(tx.row(&sql, &[&id]).await?.as_ref().map(Upload::from_row))
}

/// The upload of this id, kept from changing until the transaction ends.
pub async fn lock(tx: &Tenant, id: &str) -> Result<Option<Upload>> {
    let sql = format!("SELECT {COLUMNS} FROM app.media_uploads WHERE id = $1 FOR UPDATE");
    Ok(tx.row(&sql, &[&id]).await?.as_ref().map(Upload::from_row))
}

/// What arrived of a resumable upload beyond what was there.
#[derive(Debug)]
pub struct Progress<'a> {
    pub id: &'a str,
    /// What was there before.
    pub offset: i64,
    pub arrived: i64,
    pub parts: &'a [String],
    pub expires_at: Timestamp,
}

/// Notes what arrived; `false` when the upload is elsewhere by now, or no more.
pub async fn advance(tx: &Tenant, progress: &Progress<'_>) -> Result<bool> {
    let sql = "UPDATE app.media_uploads SET received = received + $3, parts = parts || $4::text[], expires_at = $5
               WHERE id = $1 AND received = $2 AND asset_id IS NULL AND refusal IS NULL AND received + $3 <= length";
    let Progress { id, offset, arrived, parts, expires_at } = progress;
    Ok(tx.execute(sql, &[id, offset, arrived, parts, expires_at]).await? == 1)
}

/// Notes what became of an upload. Its parts are no longer needed then.
pub async fn set_asset(tx: &Tenant, id: &str, asset_id: &str, is_duplicate: bool) -> Result<()> {
    let sql = "UPDATE app.media_uploads SET asset_id = $2, is_duplicate = $3, parts = '{}' WHERE id = $1";
    tx.execute(sql, &[&id, &asset_id, &is_duplicate]).await?;
    Ok(())
}

/// Notes why an upload was refused.
pub async fn set_refusal(tx: &Tenant, id: &str, refusal: &serde_json::Value) -> Result<()> {
    let sql = "UPDATE app.media_uploads SET refusal = $2, parts = '{}' WHERE id = $1 AND asset_id IS NULL";
    tx.execute(sql, &[&id, refusal]).await?;
    Ok(())
}

/// Forgets an upload. Its bytes are gone or an asset's by then.
pub async fn delete(tx: &Tenant, id: &str) -> Result<()> {
    tx.execute("DELETE FROM app.media_uploads WHERE id = $1", &[&id]).await?;
    Ok(())
}

/// Uploads whose time is over, `most` at most.
pub async fn expired(tx: &Tenant, now: Timestamp, most: i64) -> Result<Vec<Upload>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM app.media_uploads WHERE organization_id = $1 AND expires_at <= $2 ORDER BY expires_at, id LIMIT $3"
    );
    let rows = tx.rows(&sql, &[&tx.organization().as_str(), &now, &most]).await?;
    Ok(rows.iter().map(Upload::from_row).collect())
}

/// How many resumable uploads are under way, and how many bytes they said they would bring; but for one of them.
pub async fn under_way(tx: &Tenant, but: Option<&str>) -> Result<(i64, i64)> {
    let sql = "SELECT count(*) AS count, coalesce(sum(length), 0)::bigint AS bytes FROM app.media_uploads
               WHERE organization_id = $1 AND length IS NOT NULL AND asset_id IS NULL AND refusal IS NULL AND id IS DISTINCT FROM $2";
    let row = tx.one(sql, &[&tx.organization().as_str(), &but]).await?;
    Ok((row.get("count"), row.get("bytes")))
}

/// Which of these tokens name the folder of an asset, in the bin or not, or of an upload under way. Folders of other
/// features have names, which are shorter than any token; they are known for as long as their organization is there.
pub async fn known_tokens(tx: &Tenant, tokens: &[String]) -> Result<Vec<String>> {
    let sql = "SELECT token FROM media_assets WHERE organization_id = $1 AND token = ANY ($2)
               UNION SELECT token FROM app.media_uploads WHERE organization_id = $1 AND token = ANY ($2)
               UNION SELECT name FROM unnest($2::text[]) AS name
               WHERE char_length(name) < 20 AND EXISTS (SELECT FROM organizations WHERE id = $1)";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &tokens]).await?;
    Ok(rows.iter().map(|row| row.get("token")).collect())
}

/// Whether an asset's file lies in the folder of this token.
pub async fn is_assets(tx: &Tenant, token: &str) -> Result<bool> {
    let sql = "SELECT FROM media_assets WHERE organization_id = $1 AND token = $2";
    Ok(tx.row(sql, &[&tx.organization().as_str(), &token]).await?.is_some())
}

/// Whether there is such a folder.
pub async fn has_folder(tx: &Tenant, id: &str) -> Result<bool> {
    Ok(tx.row("SELECT FROM media_folders WHERE id = $1", &[&id]).await?.is_some())
}
