//! Statements about files that stood under an address before, and the one that stands there now.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Row, Statements, Tenant};

use crate::assets::Asset;

/// The file of an asset, and all that depends on it.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// Its key in the store.
    pub file_name: String,
    pub mime_type: String,
    pub file_size: i64,
    pub size: Option<(i32, i32)>,
    pub duration: Option<i32>,
    pub is_animated: bool,
    pub sha256: Option<Vec<u8>>,
    pub focal_point: Option<(f32, f32)>,
}

impl File {
    fn from_row(row: &Row) -> Self {
        let pair = |one: Option<f32>, other: Option<f32>| one.zip(other);
        Self {
            file_name: row.get("file_name"),
            mime_type: row.get("mime_type"),
            file_size: row.get("file_size"),
            size: row.get::<_, Option<i32>>("width").zip(row.get("height")),
            duration: row.get("duration"),
            is_animated: row.get("is_animated"),
            sha256: row.get("sha256"),
            focal_point: pair(row.get("focal_x"), row.get("focal_y")),
        }
    }
}

/// Keeps the file that an asset has now among its former ones.
pub async fn keep(tx: &Tenant, asset: &Asset, change: &str, (user_id, now): (&str, Timestamp)) -> Result<()> {
    let sql = "INSERT INTO app.media_former_files (organization_id, asset_id, revision, file_name, mime_type, file_size, width,
                 height, duration, is_animated, sha256, focal_x, focal_y, change, created_by, created_at)
               SELECT organization_id, id, revision, file_name, mime_type, file_size, width, height, duration, is_animated, sha256,
                 focal_x, focal_y, $2, $3, $4 FROM media_assets WHERE id = $1";
    tx.execute(sql, &[&asset.id, &change, &user_id, &now]).await?;
    Ok(())
}

/// Puts a file under an asset's address, which counts its revision up.
pub async fn put(tx: &Tenant, id: &str, file: &File) -> Result<()> {
    let sql = "UPDATE media_assets SET file_name = $2, mime_type = $3, file_size = $4, width = $5, height = $6, duration = $7,
                 is_animated = $8, sha256 = $9, focal_x = $10, focal_y = $11, placeholder = NULL, likeness = NULL, has_poster = false, pages = NULL,
                 revision = revision + 1, version = version + 1,
                 file_url = split_part(file_url, '?', 1) || '?v=' || (revision + 1)
               WHERE id = $1";
    let File { file_name, mime_type, file_size, size, duration, is_animated, sha256, focal_point } = file;
    let ((width, height), (x, y)) = (size.unzip(), focal_point.unzip());
    tx.execute(sql, &[&id, file_name, mime_type, file_size, &width, &height, duration, is_animated, sha256, &x, &y])
        .await?;
    Ok(())
}

/// Takes the file that stood there last out of the former ones.
pub async fn take_last(tx: &Tenant, asset_id: &str) -> Result<Option<File>> {
    let sql = "DELETE FROM app.media_former_files WHERE organization_id = $1 AND asset_id = $2 AND revision =
                 (SELECT max(revision) FROM app.media_former_files WHERE organization_id = $1 AND asset_id = $2)
               RETURNING file_name, mime_type, file_size, width, height, duration, is_animated, sha256, focal_x, focal_y";
    Ok(tx.row(sql, &[&tx.organization().as_str(), &asset_id]).await?.as_ref().map(File::from_row))
}

/// Forgets all former files but the newest ones; gives the keys of those.
pub async fn forget_oldest(tx: &Tenant, asset_id: &str, kept: i64) -> Result<Vec<String>> {
    let sql = "DELETE FROM app.media_former_files WHERE organization_id = $1 AND asset_id = $2 AND revision IN (
                 SELECT revision FROM app.media_former_files WHERE organization_id = $1 AND asset_id = $2
                 ORDER BY revision DESC OFFSET $3)
               RETURNING file_name";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &asset_id, &kept]).await?;
    Ok(rows.iter().map(|row| row.get("file_name")).collect())
}

/// Whether a file of an asset, the present one or a former one, lies in this folder.
pub async fn is_named(tx: &Tenant, asset_id: &str, folder: &str) -> Result<bool> {
    let sql = "SELECT FROM media_assets WHERE organization_id = $1 AND id = $2 AND starts_with(file_name, $3 || '/')
               UNION ALL SELECT FROM app.media_former_files
               WHERE organization_id = $1 AND asset_id = $2 AND starts_with(file_name, $3 || '/')";
    Ok(!tx.rows(sql, &[&tx.organization().as_str(), &asset_id, &folder]).await?.is_empty())
}

/// What was done last to an asset's file, when it can be taken back.
pub async fn last_change(tx: &Tenant, asset_id: &str) -> Result<Option<String>> {
    let sql = "SELECT change FROM app.media_former_files WHERE organization_id = $1 AND asset_id = $2
               ORDER BY revision DESC LIMIT 1";
    Ok(tx.row(sql, &[&tx.organization().as_str(), &asset_id]).await?.map(|row| row.get("change")))
}
