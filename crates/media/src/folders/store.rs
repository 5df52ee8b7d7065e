//! Statements about folders.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};

use super::Folder;

const COLUMNS: &str = "f.id, f.name, f.path, f.parent_id, f.created_by, f.created_at, f.updated_at, f.version,
    (SELECT count(*) FROM media_assets a WHERE a.organization_id = f.organization_id AND a.folder_id = f.id AND a.deleted_at IS NULL) AS asset_count";

/// Keeps others from changing the organization's tree until the transaction ends.
pub async fn lock_tree(tx: &Tenant) -> Result<()> {
    let sql = "SELECT pg_advisory_xact_lock(hashtextextended('media_folders:' || $1, 0))";
    tx.execute(sql, &[&tx.organization().as_str()]).await?;
    Ok(())
}

/// The folder of this id.
pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Folder>> {
    let sql = format!("SELECT {COLUMNS} FROM media_folders f WHERE f.id = $1");
    Ok(tx.row(&sql, &[&id]).await?.as_ref().map(Folder::from_row))
}

/// The folder of this name below a parent, or at the top. People take “Trip” and “trip” for the same, and so do some systems that
/// folders come from.
pub async fn named(tx: &Tenant, parent_id: Option<&str>, name: &str) -> Result<Option<Folder>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM media_folders f WHERE f.organization_id = $1 AND f.parent_id IS NOT DISTINCT FROM $2
           AND lower(f.name) = lower($3) ORDER BY f.name = $3 DESC, f.id LIMIT 1"
    );
    Ok(tx.row(&sql, &[&tx.organization().as_str(), &parent_id, &name]).await?.as_ref().map(Folder::from_row))
}

/// Folders in the order of their paths, from after a path; of those directly below a parent where one is given.
pub async fn list(tx: &Tenant, parent_id: Option<&str>, after: Option<&str>, limit: i64) -> Result<Vec<Folder>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM media_folders f WHERE f.organization_id = $1 AND ($2::text IS NULL OR f.parent_id = $2)
           AND ($3::text IS NULL OR f.path > $3) ORDER BY f.path LIMIT $4"
    );
    let rows = tx.rows(&sql, &[&tx.organization().as_str(), &parent_id, &after, &limit]).await?;
    Ok(rows.iter().map(Folder::from_row).collect())
}

/// Folders that the tree shows at most.
const SHOWN_MOST: i64 = 2000;

/// The tree as it is seen from a folder: those at the top, and those below each folder on the way down to it, each
/// before what lies in it.
pub async fn around(tx: &Tenant, path: &str) -> Result<Vec<Folder>> {
    let on_the_way: Vec<&str> = path.match_indices('/').skip(1).map(|(at, _)| &path[..at]).chain([path]).collect();
    let sql = format!(
        "SELECT {COLUMNS} FROM media_folders f WHERE f.organization_id = $1 AND (f.parent_id IS NULL OR f.parent_id IN (
           SELECT id FROM media_folders WHERE organization_id = $1 AND path = ANY ($2))) ORDER BY f.path LIMIT $3"
    );
    let rows = tx.rows(&sql, &[&tx.organization().as_str(), &on_the_way, &SHOWN_MOST]).await?;
    let mut folders: Vec<Folder> = rows.iter().map(Folder::from_row).collect();
    folders.sort_by(|one, other| one.path.split('/').cmp(other.path.split('/')));
    Ok(folders)
}

/// How many folders lie directly in one, or how many there are.
pub async fn count(tx: &Tenant, parent_id: Option<&str>) -> Result<i64> {
    let sql = "SELECT count(*) AS count FROM media_folders WHERE organization_id = $1 AND ($2::text IS NULL OR parent_id = $2)";
    Ok(tx.one(sql, &[&tx.organization().as_str(), &parent_id]).await?.get("count"))
}

/// A folder that is to be made.
#[derive(Debug)]
pub struct NewFolder<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub path: &'a str,
    pub parent_id: Option<&'a str>,
}

/// Adds a folder; `false` when there is one of this path.
pub async fn insert(tx: &Tenant, folder: &NewFolder<'_>, created_by: &str, now: Timestamp) -> Result<bool> {
    let sql =
        "INSERT INTO media_folders (organization_id, id, name, path, parent_id, created_by, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (organization_id, path) DO NOTHING";
    let NewFolder { id, name, path, parent_id } = folder;
    Ok(tx.execute(sql, &[&tx.organization().as_str(), id, name, path, parent_id, &created_by, &now]).await? == 1)
}

/// Where a folder goes.
#[derive(Debug)]
pub struct Move<'a> {
    pub id: &'a str,
    pub from: &'a str,
    pub to: &'a str,
    pub name: &'a str,
    pub parent_id: Option<&'a str>,
}

/// Moves or renames a folder with all below it, in one statement. Assets know their folder and not its path, so however
/// many there are, none of them is written.
pub async fn move_tree(tx: &Tenant, step: &Move<'_>) -> Result<()> {
    let sql = "UPDATE media_folders SET path = $4 || substr(path, char_length($3) + 1), version = version + 1,
                 name = CASE WHEN id = $2 THEN $5 ELSE name END, parent_id = CASE WHEN id = $2 THEN $6 ELSE parent_id END
               WHERE organization_id = $1 AND (path = $3 OR starts_with(path, $3 || '/'))";
    let Move { id, from, to, name, parent_id } = step;
    tx.execute(sql, &[&tx.organization().as_str(), id, from, to, name, parent_id]).await?;
    Ok(())
}

/// How long the longest path beneath a folder is, in characters.
pub async fn longest_below(tx: &Tenant, path: &str) -> Result<i32> {
    let sql = "SELECT coalesce(max(char_length(path)), 0) AS longest FROM media_folders
               WHERE organization_id = $1 AND (path = $2 OR starts_with(path, $2 || '/'))";
    Ok(tx.one(sql, &[&tx.organization().as_str(), &path]).await?.get("longest"))
}

/// How many folders and assets a folder holds, at any depth.
pub async fn contents(tx: &Tenant, path: &str) -> Result<(i64, i64)> {
    let sql = "WITH tree AS (SELECT id, path FROM media_folders
                 WHERE organization_id = $1 AND (path = $2 OR starts_with(path, $2 || '/')))
               SELECT (SELECT count(*) FROM tree WHERE path <> $2) AS folders,
                      (SELECT count(*) FROM media_assets a JOIN tree t ON t.id = a.folder_id
                       WHERE a.organization_id = $1 AND a.deleted_at IS NULL) AS assets";
    let row = tx.one(sql, &[&tx.organization().as_str(), &path]).await?;
    Ok((row.get("folders"), row.get("assets")))
}

/// The ids and uses of the assets in a folder, at any depth.
pub async fn assets_below(tx: &Tenant, path: &str) -> Result<Vec<(String, i32)>> {
    let sql = "SELECT a.id, a.usage_count FROM media_assets a JOIN media_folders f ON f.organization_id = a.organization_id AND f.id = a.folder_id
               WHERE a.organization_id = $1 AND a.deleted_at IS NULL AND (f.path = $2 OR starts_with(f.path, $2 || '/'))
               ORDER BY a.id FOR NO KEY UPDATE OF a";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &path]).await?;
    Ok(rows.iter().map(|row| (row.get("id"), row.get("usage_count"))).collect())
}

/// The ids of the assets in a folder, at any depth, that are used.
pub async fn used_below(tx: &Tenant, path: &str) -> Result<Vec<String>> {
    let sql = "SELECT a.id FROM media_assets a JOIN media_folders f ON f.organization_id = a.organization_id AND f.id = a.folder_id
               WHERE a.organization_id = $1 AND a.deleted_at IS NULL AND a.usage_count > 0
                 AND (f.path = $2 OR starts_with(f.path, $2 || '/')) ORDER BY a.id";
    Ok(tx.rows(sql, &[&tx.organization().as_str(), &path]).await?.iter().map(|row| row.get("id")).collect())
}

/// Deletes a folder and all below it; what lay in them lies at the top, or in the bin.
pub async fn delete_tree(tx: &Tenant, path: &str) -> Result<()> {
    let sql = "DELETE FROM media_folders WHERE organization_id = $1 AND (path = $2 OR starts_with(path, $2 || '/'))";
    tx.execute(sql, &[&tx.organization().as_str(), &path]).await?;
    Ok(())
}
