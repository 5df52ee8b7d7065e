//! Statements about categories.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};

use super::Category;
use super::actions::NewCategory;

const COLUMNS: &str =
    "id, name, slug, description, color, is_active, sort_order, meta_title, meta_description, parent_id, version";

/// Adds a category; `false` when its slug is taken.
pub async fn insert(tx: &Tenant, category: &NewCategory, created_by: &str, now: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO content_categories (organization_id, id, name, slug, description, parent_id, created_by, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT (organization_id, slug) DO NOTHING";
    let NewCategory { id, name, slug, description, parent_id } = category;
    let organization = tx.organization().as_str();
    Ok(tx.execute(sql, &[&organization, id, name, slug, description, parent_id, &created_by, &now]).await? == 1)
}

pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Category>> {
    let sql = format!("SELECT {COLUMNS} FROM content_categories WHERE id = $1");
    Ok(tx.row(&sql, &[&id]).await?.as_ref().map(Category::from_row))
}

/// The category of this slug, shown on the site or not.
pub async fn any_by_slug(tx: &Tenant, slug: &str) -> Result<Option<Category>> {
    let sql = format!("SELECT {COLUMNS} FROM content_categories WHERE slug = $1");
    Ok(tx.row(&sql, &[&slug]).await?.as_ref().map(Category::from_row))
}

/// Renames and describes a category if it still is at this version; says whether it was.
pub async fn describe(tx: &Tenant, id: &str, texts: (&str, Option<&str>), version: i32) -> Result<bool> {
    let sql = "UPDATE content_categories SET name = $2, description = $3, version = version + 1
               WHERE id = $1 AND version = $4";
    let (name, description) = texts;
    Ok(tx.execute(sql, &[&id, &name, &description, &version]).await? == 1)
}

/// Puts a category below another, unless that is the category itself or stands below it; says whether it did.
pub async fn set_parent(tx: &Tenant, id: &str, parent_id: &str) -> Result<bool> {
    // UNION drops what was seen already, so that even a circle in the table comes to an end.
    let sql = "WITH RECURSIVE upward AS (
                 SELECT c.id, c.parent_id FROM content_categories c WHERE c.id = $2
                 UNION SELECT c.id, c.parent_id FROM content_categories c JOIN upward u ON c.id = u.parent_id)
               UPDATE content_categories SET parent_id = $2
               WHERE id = $1 AND EXISTS (SELECT FROM upward) AND NOT EXISTS (SELECT FROM upward u WHERE u.id = $1)";
    Ok(tx.execute(sql, &[&id, &parent_id]).await? == 1)
}

pub async fn by_slug(tx: &Tenant, slug: &str) -> Result<Option<Category>> {
    let sql = format!("SELECT {COLUMNS} FROM content_categories WHERE slug = $1 AND is_active");
    Ok(tx.row(&sql, &[&slug]).await?.as_ref().map(Category::from_row))
}

/// Categories below another one, or at the top.
pub async fn below(tx: &Tenant, parent_id: Option<&str>) -> Result<Vec<Category>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM content_categories WHERE parent_id IS NOT DISTINCT FROM $1 AND is_active ORDER BY sort_order, name, id"
    );
    Ok(tx.rows(&sql, &[&parent_id]).await?.iter().map(Category::from_row).collect())
}

/// Categories in the order of their slugs, from after `after`.
pub async fn list(tx: &Tenant, after: Option<&str>, limit: i64) -> Result<Vec<Category>> {
    let sql =
        format!("SELECT {COLUMNS} FROM content_categories WHERE $1::text IS NULL OR slug > $1 ORDER BY slug LIMIT $2");
    Ok(tx.rows(&sql, &[&after, &limit]).await?.iter().map(Category::from_row).collect())
}

pub async fn count(tx: &Tenant) -> Result<i64> {
    Ok(tx.one("SELECT count(*) AS count FROM content_categories", &[]).await?.get("count"))
}

/// How many published items stand in each of these categories.
pub async fn published_counts(tx: &Tenant, ids: &[String]) -> Result<std::collections::HashMap<String, i64>> {
    let sql = "SELECT category_id, count(*) AS count FROM content_items
               WHERE category_id = ANY ($1) AND status = 'PUBLISHED' GROUP BY category_id";
    Ok(tx.rows(sql, &[&ids]).await?.iter().map(|row| (row.get("category_id"), row.get("count"))).collect())
}
