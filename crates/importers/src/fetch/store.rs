//! Statements about files to be fetched and the items that refer to them.

use std::collections::HashMap;

use kernel::Result;
use kernel::db::{Row, Statements, Tenant};

/// A file on the old site.
#[derive(Debug, Clone)]
pub struct Attachment {
    pub source: String,
    pub url: String,
    pub alt: Option<String>,
    pub caption: Option<String>,
    pub title: Option<String>,
    pub asset_id: Option<String>,
}

impl Attachment {
    fn from_row(row: &Row) -> Self {
        Self {
            source: row.get("source"),
            url: row.get("url"),
            alt: row.get("alt"),
            caption: row.get("caption"),
            title: row.get("title"),
            asset_id: row.get("asset_id"),
        }
    }
}

/// The ids of files of a source that the library does not have, behind this one.
pub async fn missing(tx: &Tenant, (source, after): (&str, &str), most: i64) -> Result<Vec<String>> {
    let sql = "SELECT id FROM app.import_attachments WHERE organization_id = $1 AND source = $2 AND asset_id IS NULL AND id > $3
                 AND url LIKE 'http%' ORDER BY id LIMIT $4";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &source, &after, &most]).await?;
    Ok(rows.iter().map(|row| row.get("id")).collect())
}

pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Attachment>> {
    let sql = "SELECT source, url, alt, caption, title, asset_id FROM app.import_attachments WHERE id = $1";
    Ok(tx.row(sql, &[&id]).await?.as_ref().map(Attachment::from_row))
}

/// Notes what became of a file: an asset, or a reason why not.
pub async fn settle(tx: &Tenant, id: &str, outcome: std::result::Result<&str, &str>) -> Result<()> {
    let (asset_id, failure) = (outcome.ok(), outcome.err());
    let sql = "UPDATE app.import_attachments SET asset_id = $2, failure = $3 WHERE id = $1";
    tx.execute(sql, &[&id, &asset_id, &failure]).await?;
    Ok(())
}

/// What was imported of a source, as `(kind, id in the source, id here)`, behind this id.
pub async fn items(tx: &Tenant, (source, after): (&str, &str), most: i64) -> Result<Vec<(String, String, String)>> {
    let sql = "SELECT r.kind, r.source_id, r.target_id FROM app.import_records r
               JOIN content_items i ON i.organization_id = r.organization_id AND i.id = r.target_id
               WHERE r.organization_id = $1 AND r.source = $2 AND r.kind IN ('post', 'markdown') AND r.source_id > $3
               ORDER BY r.source_id LIMIT $4";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &source, &after, &most]).await?;
    Ok(rows.iter().map(|row| (row.get("kind"), row.get("source_id"), row.get("target_id"))).collect())
}

/// Where in the library the files of these addresses are served.
pub async fn addresses(tx: &Tenant, source: &str, urls: &[String]) -> Result<HashMap<String, String>> {
    if urls.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = "SELECT t.url, a.file_url FROM app.import_attachments t
               JOIN media_assets a ON a.organization_id = t.organization_id AND a.id = t.asset_id AND a.deleted_at IS NULL
               WHERE t.organization_id = $1 AND t.source = $2 AND t.url = ANY ($3)";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &source, &urls]).await?;
    Ok(rows.iter().map(|row| (row.get("url"), row.get("file_url"))).collect())
}
