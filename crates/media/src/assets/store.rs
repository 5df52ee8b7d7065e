//! Statements about assets. What is in the bin is found by nobody but who looks there.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};

use super::Asset;
use super::draft::AssetDraft;
use crate::pictures::variants::Glance;
use crate::posters::jobs::Told;

/// The columns of an asset `a`, as [`Asset::from_row`] reads them.
pub const COLUMNS: &str =
    "a.id, a.name, a.original_name, a.file_name, a.file_url, a.mime_type, a.file_size, a.width, a.height, a.duration,
     a.alt, a.caption, a.folder_id, a.focal_x, a.focal_y, a.is_private, encode(a.sha256, 'hex') AS sha256, a.revision,
     a.is_animated, a.placeholder, a.pages, a.has_poster, a.usage_count, a.last_used, a.uploaded_at, a.uploaded_by,
     a.created_at, a.updated_at, a.version,
     coalesce(a.token, '') AS token, (a.deleted_at IS NOT NULL) AS is_in_bin,
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
    pub is_animated: bool,
    /// In seconds.
    pub duration: Option<i32>,
    pub sha256: Vec<u8>,
    pub alt: Option<String>,
    pub folder_id: Option<String>,
}

/// Where a file of the store is served. The revision makes it an address that caches may keep for ever.
pub fn address(key: &str, revision: i32) -> String {
    format!("/media/{key}?v={revision}")
}

/// Adds an asset; `false` when the organization has one with the same bytes.
pub async fn insert(tx: &Tenant, asset: &NewAsset, uploaded_by: &str, now: Timestamp) -> Result<bool> {
    let sql =
        "INSERT INTO media_assets (organization_id, id, name, original_name, token, file_name, file_url, mime_type,
                 file_size, width, height, sha256, alt, folder_id, uploaded_by, is_animated, duration, uploaded_at, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18, $18)
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
                &address(&asset.file_name, 1),
                &asset.mime_type,
                &asset.file_size,
                &width,
                &height,
                &asset.sha256,
                &asset.alt,
                &asset.folder_id,
                &uploaded_by,
                &asset.is_animated,
                &asset.duration,
                &now,
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// The asset of this id, unless it lies in the bin.
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

/// The asset whose files lie in the folder of this token, in the bin too.
pub async fn by_token(tx: &Tenant, token: &str) -> Result<Option<Asset>> {
    let sql = format!("SELECT {COLUMNS} FROM media_assets a WHERE a.organization_id = $1 AND a.token = $2");
    Ok(tx.row(&sql, &[&tx.organization().as_str(), &token]).await?.as_ref().map(Asset::from_row))
}

/// The asset made from these very bytes.
pub async fn by_sha256(tx: &Tenant, sha256: &[u8]) -> Result<Option<Asset>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM media_assets a WHERE a.organization_id = $1 AND a.sha256 = $2 AND a.deleted_at IS NULL"
    );
    Ok(tx.row(&sql, &[&tx.organization().as_str(), &sha256]).await?.as_ref().map(Asset::from_row))
}

/// Writes everything editable of an asset but its tags, and counts its version up.
pub async fn update(tx: &Tenant, id: &str, draft: &AssetDraft) -> Result<()> {
    // Another focal point makes other crops, which caches must not take for the old ones.
    let sql = "UPDATE media_assets SET name = $2, alt = $3, caption = $4, folder_id = $5, focal_x = $6, focal_y = $7,
                 is_private = $8, version = version + 1,
                 revision = CASE WHEN (focal_x, focal_y) IS DISTINCT FROM ($6, $7) AND mime_type LIKE 'image/%' THEN revision + 1 ELSE revision END,
                 file_url = CASE WHEN (focal_x, focal_y) IS DISTINCT FROM ($6, $7) AND mime_type LIKE 'image/%'
                   THEN split_part(file_url, '?', 1) || '?v=' || (revision + 1) ELSE file_url END
               WHERE id = $1";
    let AssetDraft { name, alt, caption, folder_id, focal_point, is_private, .. } = draft;
    let (x, y) = focal_point.unzip();
    tx.execute(sql, &[&id, name, alt, caption, folder_id, &x, &y, is_private]).await?;
    Ok(())
}

/// Notes what a picture looks like from far away, unless it was replaced meanwhile.
pub async fn set_glance(tx: &Tenant, (id, revision): (&str, i32), glance: &Glance) -> Result<()> {
    let sql = "UPDATE media_assets SET placeholder = $3, likeness = $4 WHERE id = $1 AND revision = $2";
    tx.execute(sql, &[&id, &revision, &glance.placeholder, &glance.likeness]).await?;
    Ok(())
}

/// Notes what the machine's programs told of a file, unless it was replaced meanwhile.
pub async fn set_poster(tx: &Tenant, (id, revision): (&str, i32), has_poster: bool, told: &Told) -> Result<()> {
    let sql = "UPDATE media_assets SET has_poster = $3, pages = $4, duration = coalesce(duration, $5)
               WHERE id = $1 AND revision = $2";
    tx.execute(sql, &[&id, &revision, &has_poster, &told.pages, &told.seconds]).await?;
    Ok(())
}

/// Gives an asset exactly these tags.
pub async fn set_tags(tx: &Tenant, id: &str, tags: &[String]) -> Result<()> {
    let organization = tx.organization().as_str();
    let sql = "DELETE FROM app.media_asset_tags WHERE organization_id = $1 AND asset_id = $2 AND NOT tag = ANY ($3)";
    tx.execute(sql, &[&organization, &id, &tags]).await?;
    add_tags(tx, &[id.to_owned()], tags).await
}

/// Adds tags to assets that do not have them.
pub async fn add_tags(tx: &Tenant, ids: &[String], tags: &[String]) -> Result<()> {
    let sql = "INSERT INTO app.media_asset_tags (organization_id, asset_id, tag)
               SELECT $1, id, tag FROM unnest($2::text[]) AS ids (id), unnest($3::text[]) AS tags (tag)
               ORDER BY id, tag ON CONFLICT DO NOTHING";
    tx.execute(sql, &[&tx.organization().as_str(), &ids, &tags]).await?;
    Ok(())
}

/// Takes tags from assets.
pub async fn remove_tags(tx: &Tenant, ids: &[String], tags: &[String]) -> Result<()> {
    let sql = "DELETE FROM app.media_asset_tags WHERE organization_id = $1 AND asset_id = ANY ($2) AND tag = ANY ($3)";
    tx.execute(sql, &[&tx.organization().as_str(), &ids, &tags]).await?;
    Ok(())
}

/// Which of these assets there are and how often each is used, kept from changing until the transaction ends.
pub async fn lock_all(tx: &Tenant, ids: &[String]) -> Result<Vec<(String, i32)>> {
    let sql =
        "SELECT id, usage_count FROM media_assets WHERE organization_id = $1 AND id = ANY ($2) AND deleted_at IS NULL
               ORDER BY id FOR NO KEY UPDATE";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &ids]).await?;
    Ok(rows.iter().map(|row| (row.get("id"), row.get("usage_count"))).collect())
}

/// An asset before a change to many.
#[derive(Debug, Clone)]
pub struct Before {
    pub id: String,
    pub name: String,
    pub folder_id: Option<String>,
    /// Whether it has the tag that was asked about.
    pub has_tag: bool,
}

/// Where these assets lie and which of them have a tag, for the change to be undone.
pub async fn places_and_tags(tx: &Tenant, ids: &[String], tag: &str) -> Result<Vec<Before>> {
    let sql = "SELECT a.id, a.name, a.folder_id, EXISTS (SELECT FROM app.media_asset_tags t
                 WHERE t.organization_id = a.organization_id AND t.asset_id = a.id AND t.tag = lower(btrim($3))) AS has_tag
               FROM media_assets a WHERE a.organization_id = $1 AND a.id = ANY ($2)";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &ids, &tag]).await?;
    let before = |row: &kernel::db::Row| Before {
        id: row.get("id"),
        name: row.get("name"),
        folder_id: row.get("folder_id"),
        has_tag: row.get("has_tag"),
    };
    Ok(rows.iter().map(before).collect())
}

/// Puts assets into a folder, or at the top.
pub async fn move_all(tx: &Tenant, ids: &[String], folder_id: Option<&str>) -> Result<()> {
    let sql = "UPDATE media_assets SET folder_id = $3, version = version + 1
               WHERE organization_id = $1 AND id = ANY ($2) AND folder_id IS DISTINCT FROM $3";
    tx.execute(sql, &[&tx.organization().as_str(), &ids, &folder_id]).await?;
    Ok(())
}

/// Puts assets into the bin; gives the ids of those that were not in there.
pub async fn put_into_bin(tx: &Tenant, ids: &[String], now: Timestamp) -> Result<Vec<String>> {
    let sql = "UPDATE media_assets SET deleted_at = $3, version = version + 1
               WHERE organization_id = $1 AND id = ANY ($2) AND deleted_at IS NULL RETURNING id";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &ids, &now]).await?;
    Ok(rows.iter().map(|row| row.get("id")).collect())
}

/// Keeps others from bringing assets back until the transaction ends, so that of two twins in the bin the second is seen to
/// be one.
pub async fn lock_bin(tx: &Tenant) -> Result<()> {
    let sql = "SELECT pg_advisory_xact_lock(hashtextextended('media_bin:' || $1, 0))";
    tx.execute(sql, &[&tx.organization().as_str()]).await?;
    Ok(())
}

/// The digest of an asset in the bin and its size, with its former files, which stays there until the transaction ends.
pub async fn lock_in_bin(tx: &Tenant, id: &str) -> Result<Option<(Vec<u8>, i64)>> {
    let sql = "SELECT coalesce(sha256, '') AS sha256, (file_size + coalesce((
                 SELECT sum(f.file_size) FROM app.media_former_files f
                 WHERE f.organization_id = media_assets.organization_id AND f.asset_id = media_assets.id), 0))::bigint AS file_size
               FROM media_assets WHERE id = $1 AND deleted_at IS NOT NULL FOR NO KEY UPDATE";
    Ok(tx.row(sql, &[&id]).await?.map(|row| (row.get("sha256"), row.get("file_size"))))
}

/// Brings an asset back from the bin.
pub async fn take_from_bin(tx: &Tenant, id: &str) -> Result<()> {
    tx.execute("UPDATE media_assets SET deleted_at = NULL, version = version + 1 WHERE id = $1", &[&id]).await?;
    Ok(())
}

/// Deletes assets that lie in the bin since that moment, `most` at most; gives the tokens of their files.
pub async fn purge(tx: &Tenant, deleted_at: Timestamp, most: i64) -> Result<Vec<Option<String>>> {
    let sql = "DELETE FROM media_assets WHERE organization_id = $1 AND id IN (
                 SELECT id FROM media_assets WHERE organization_id = $1 AND deleted_at = $2 ORDER BY id LIMIT $3 FOR UPDATE)
               RETURNING token";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &deleted_at, &most]).await?;
    Ok(rows.iter().map(|row| row.get("token")).collect())
}
