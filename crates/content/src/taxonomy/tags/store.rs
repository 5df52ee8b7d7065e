//! Statements about tags.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};

use super::Tag;

const COLUMNS: &str = "id, name, slug, color, usage_count, version";

/// Adds tags whose slugs are not there yet. In the order of their slugs, so that two writers never wait for each other.
pub async fn add_missing(tx: &Tenant, ids: &[String], names: &[&str], slugs: &[String], now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO content_tags (organization_id, id, name, slug, created_at, updated_at)
               SELECT $1, n.id, n.name, n.slug, $5, $5 FROM unnest($2::text[], $3::text[], $4::text[]) AS n (id, name, slug)
               ORDER BY n.slug
               ON CONFLICT (organization_id, slug) DO NOTHING";
    tx.execute(sql, &[&tx.organization().as_str(), &ids, &names.to_vec(), &slugs, &now]).await?;
    Ok(())
}

/// Gives an item the tags of these slugs and takes all others from it.
pub async fn link(tx: &Tenant, content_id: &str, slugs: &[String]) -> Result<()> {
    let organization = tx.organization().as_str();
    let sql = "DELETE FROM app.content_item_tags l USING content_tags t
               WHERE l.organization_id = $1 AND l.content_id = $2 AND t.organization_id = l.organization_id AND t.id = l.tag_id
                 AND NOT t.slug = ANY ($3::text[])";
    tx.execute(sql, &[&organization, &content_id, &slugs]).await?;
    let sql = "INSERT INTO app.content_item_tags (organization_id, content_id, tag_id, position)
               SELECT $1, $2, t.id, (n.position - 1)::int FROM unnest($3::text[]) WITH ORDINALITY AS n (slug, position)
               JOIN content_tags t ON t.organization_id = $1 AND t.slug = n.slug
               ORDER BY t.id
               ON CONFLICT (organization_id, content_id, tag_id) DO UPDATE SET position = excluded.position
               WHERE content_item_tags.position <> excluded.position";
    tx.execute(sql, &[&organization, &content_id, &slugs]).await?;
    Ok(())
}

/// The tag of this slug.
pub async fn by_slug(tx: &Tenant, slug: &str) -> Result<Option<Tag>> {
    let sql = format!("SELECT {COLUMNS} FROM content_tags WHERE slug = $1");
    Ok(tx.row(&sql, &[&slug]).await?.as_ref().map(Tag::from_row))
}

/// Tags in the order of their slugs, from after `after`.
pub async fn list(tx: &Tenant, after: Option<&str>, limit: i64) -> Result<Vec<Tag>> {
    let sql = format!("SELECT {COLUMNS} FROM content_tags WHERE $1::text IS NULL OR slug > $1 ORDER BY slug LIMIT $2");
    Ok(tx.rows(&sql, &[&after, &limit]).await?.iter().map(Tag::from_row).collect())
}

pub async fn count(tx: &Tenant) -> Result<i64> {
    Ok(tx.one("SELECT count(*) AS count FROM content_tags", &[]).await?.get("count"))
}
