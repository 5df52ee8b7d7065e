//! Statements about assets. What is in the bin is found by nobody but who looks there.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};

use super::Asset;

/// The columns of an asset `a`, as [`Asset::from_row`] reads them.
pub const COLUMNS: &str =
    "a.id, a.name, a.original_name, a.file_name, a.file_url, a.mime_type, a.file_size, a.width, a.height, a.duration,
     a.alt, a.caption, a.folder_id, a.focal_x, a.focal_y, a.is_private, encode(a.sha256, 'hex') AS sha256, a.revision,
     a.usage_count, a.last_used, a.uploaded_at, a.uploaded_by, a.created_at, a.updated_at, a.version,
     coalesce(a.token, '') AS token,
     ARRAY(SELECT t.tag FROM app.media_asset_tags t WHERE t.organization_id = a.organization_id AND t.asset_id = a.id ORDER BY t.tag) AS tags";

/// What is written of a new asset.
#[derive(Debug, Clone)]
pub struct NewAsset {
    pub id: String,
    pub name: String,
    pub original_name: String,
    pub token: String,
    /// The key in the store.
    pub file_name: String,
    pub mime_type: &'static str,
    pub file_size: i64,
    pub size: Option<(i32, i32)>,
    pub sha256: Vec<u8>,
    pub alt: Option<String>,
    pub folder_id: Option<String>,
}

/// Where a file of the store is served.
pub fn address(key: &str) -> String {
    format!("/media/{key}")
}

/// Adds an asset; `false` when the organization has one with the same bytes.
pub async fn insert(tx: &Tenant, asset: &NewAsset, uploaded_by: &str, now: Timestamp) -> Result<bool> {
    let sql =
        "INSERT INTO media_assets (organization_id, id, name, original_name, token, file_name, file_url, mime_type,
                 file_size, width, height, sha256, alt, folder_id, uploaded_by, uploaded_at, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, $16)
               ON CONFLICT (organization_id, sha256) WHERE deleted_at IS NULL DO NOTHING";
    let (width, height) = asset.size.unzip();
    let inserted = tx
        .execute(
            sql,
            &[
                &tx.organization().as_str(),
                &asset.id,
                &asset.name,
                &asset.original_name,
                &asset.token,
                &asset.file_name,
                &address(&asset.file_name),
                &asset.mime_type,
                &asset.file_size,
                &width,
                &height,
                &asset.sha256,
                &asset.alt,
                &asset.folder_id,
                &uploaded_by,
                &now,
            ],
        )
        .await?;
    Ok(inserted == 1)
}

pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Asset>> {
    let sql = format!("SELECT {COLUMNS} FROM media_assets a WHERE a.id = $1 AND a.deleted_at IS NULL");
    Ok(tx.row(&sql, &[&id]).await?.as_ref().map(Asset::from_row))
}

/// The asset of this id, kept from changing until the transaction ends.
pub async fn lock(tx: &Tenant, id: &str) -> Result<Option<Asset>> {
    let sql =
        format!("SELECT {COLUMNS} FROM media_assets a WHERE a.id = $1 AND a.deleted_at IS NULL FOR NO KEY UPDATE");
    Ok(tx.row(&sql, &[&id]).await?.as_ref().map(Asset::from_row))
}

/// The asset whose files lie in the folder of this token.
pub async fn by_token(tx: &Tenant, token: &str) -> Result<Option<Asset>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM media_assets a WHERE a.organization_id = $1 AND a.token = $2 AND a.deleted_at IS NULL"
    );
    Ok(tx.row(&sql, &[&tx.organization().as_str(), &token]).await?.as_ref().map(Asset::from_row))
}

/// The asset made from these very bytes.
pub async fn by_sha256(tx: &Tenant, sha256: &[u8]) -> Result<Option<Asset>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM media_assets a WHERE a.organization_id = $1 AND a.sha256 = $2 AND a.deleted_at IS NULL"
    );
    Ok(tx.row(&sql, &[&tx.organization().as_str(), &sha256]).await?.as_ref().map(Asset::from_row))
}
