//! Statements about categories.

use std::collections::HashMap;

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};

use super::Category;
use super::draft::CategoryDraft;
use crate::items::store::stream_types;

const COLUMNS: &str =
    "id, name, slug, description, color, is_active, sort_order, meta_title, meta_description, parent_id, version";

/// Keeps others from changing the organization's tree until the transaction ends.
pub async fn lock_tree(tx: &Tenant) -> Result<()> {
    let sql = "SELECT pg_advisory_xact_lock(hashtextextended('content_categories:' || $1, 0))";
    tx.execute(sql, &[&tx.organization().as_str()]).await?;
    Ok(())
}

/// Adds a category under a slug; `false` when the slug is taken.
pub async fn insert(
    tx: &Tenant,
    id: &str,
    slug: &str,
    draft: &CategoryDraft,
    (created_by, now): (&str, Timestamp),
) -> Result<bool> {
    let sql =
        "INSERT INTO content_categories (organization_id, id, name, slug, description, color, is_active, sort_order,
                 meta_title, meta_description, parent_id, created_by, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
               ON CONFLICT (organization_id, slug) DO NOTHING";
    let CategoryDraft { name, description, color, is_active, sort_order, .. } = draft;
    let CategoryDraft { meta_title, meta_description, parent_id, .. } = draft;
    let organization = tx.organization().as_str();
    let inserted = tx
        .execute(
            sql,
            &[
                &organization,
                &id,
                name,
                &slug,
                description,
                color,
                is_active,
                sort_order,
                meta_title,
                meta_description,
                parent_id,
                &created_by,
                &now,
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// Writes everything editable of a category and counts its version up.
pub async fn update(tx: &Tenant, id: &str, slug: &str, draft: &CategoryDraft) -> Result<()> {
    let sql = "UPDATE content_categories SET name = $2, slug = $3, description = $4, color = $5, is_active = $6,
                 sort_order = $7, meta_title = $8, meta_description = $9, parent_id = $10, version = version + 1
               WHERE id = $1";
    let CategoryDraft { name, description, color, is_active, sort_order, .. } = draft;
    let CategoryDraft { meta_title, meta_description, parent_id, .. } = draft;
    tx.execute(
        sql,
        &[&id, name, &slug, description, color, is_active, sort_order, meta_title, meta_description, parent_id],
    )
    .await?;
    Ok(())
}

pub async fn delete(tx: &Tenant, id: &str) -> Result<()> {
    tx.execute("DELETE FROM content_categories WHERE id = $1", &[&id]).await?;
    Ok(())
}

/// The ids of a category and of all that stand above it; none when there is no such category.
pub async fn line_of(tx: &Tenant, id: &str) -> Result<Vec<String>> {
    // UNION drops what was seen already, so that even a circle in the table comes to an end.
    let sql = "WITH RECURSIVE upward AS (
                 SELECT c.id, c.parent_id FROM content_categories c WHERE c.id = $1
                 UNION SELECT c.id, c.parent_id FROM content_categories c JOIN upward u ON c.id = u.parent_id)
               SELECT id FROM upward";
    Ok(tx.rows(sql, &[&id]).await?.iter().map(|row| row.get("id")).collect())
}

/// The ids of those directly below a category, or at the top, in their order.
pub async fn children(tx: &Tenant, parent_id: Option<&str>) -> Result<Vec<String>> {
    let sql = "SELECT id FROM content_categories WHERE parent_id IS NOT DISTINCT FROM $1 ORDER BY sort_order, name, id";
    Ok(tx.rows(sql, &[&parent_id]).await?.iter().map(|row| row.get("id")).collect())
}

/// The place behind the last of those directly below a category, or at the top.
pub async fn next_sort_order(tx: &Tenant, parent_id: Option<&str>) -> Result<i32> {
    let sql = "SELECT least(coalesce(max(sort_order::bigint), -1) + 1, 2147483647)::int AS next
               FROM content_categories WHERE parent_id IS NOT DISTINCT FROM $1";
    Ok(tx.one(sql, &[&parent_id]).await?.get("next"))
}

/// Puts these categories below a parent, or at the top, in this order.
pub async fn arrange(tx: &Tenant, parent_id: Option<&str>, ids: &[String]) -> Result<()> {
    let sql = "UPDATE content_categories c
               SET parent_id = $1, sort_order = (n.position - 1)::int, version = c.version + 1
               FROM unnest($2::text[]) WITH ORDINALITY AS n (id, position)
               WHERE c.id = n.id AND (c.parent_id, c.sort_order) IS DISTINCT FROM ($1, (n.position - 1)::int)";
    tx.execute(sql, &[&parent_id, &ids]).await?;
    Ok(())
}

/// Moves a category's items to another one, or to none; gives how many there were.
pub async fn move_items(tx: &Tenant, from: &str, to: Option<&str>) -> Result<u64> {
    // Changes that wait to be published name it as well.
    let sql = "UPDATE app.content_changes SET fields = jsonb_set(fields, '{category_id}', coalesce(to_jsonb($2::text), 'null')),
                 version = version + 1 WHERE fields ->> 'category_id' = $1";
    tx.execute(sql, &[&from, &to]).await?;
    let sql = "UPDATE content_items SET category_id = $2, version = version + 1 WHERE category_id = $1";
    tx.execute(sql, &[&from, &to]).await
}

/// Every category, siblings in their order, `most` at most.
pub async fn all(tx: &Tenant, most: i64) -> Result<Vec<Category>> {
    let sql = format!("SELECT {COLUMNS} FROM content_categories ORDER BY sort_order, name, id LIMIT $1");
    Ok(tx.rows(&sql, &[&most]).await?.iter().map(Category::from_row).collect())
}

/// How many items of any status stand in each category that has some.
pub async fn item_counts(tx: &Tenant) -> Result<HashMap<String, i64>> {
    let sql =
        "SELECT category_id, count(*) AS count FROM content_items WHERE category_id IS NOT NULL GROUP BY category_id";
    Ok(tx.rows(sql, &[]).await?.iter().map(|row| (row.get("category_id"), row.get("count"))).collect())
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

/// A category and all below it that the site shows.
pub async fn with_all_below(tx: &Tenant, id: &str) -> Result<Vec<String>> {
    let sql = "WITH RECURSIVE below (id) AS (
                   SELECT id FROM content_categories WHERE id = $1
                   UNION
                   SELECT child.id FROM below JOIN content_categories AS child ON child.parent_id = below.id
                   WHERE child.is_active)
               SELECT id FROM below";
    Ok(tx.rows(sql, &[&id]).await?.iter().map(|row| row.get("id")).collect())
}

/// How many published articles stand in each of these categories and in all below them that the site shows.
pub async fn published_counts(tx: &Tenant, ids: &[String]) -> Result<HashMap<String, i64>> {
    let sql = format!(
        "WITH RECURSIVE below (top, id) AS (
             SELECT id, id FROM content_categories WHERE id = ANY ($1)
             UNION
             SELECT below.top, child.id FROM below JOIN content_categories AS child ON child.parent_id = below.id
             WHERE child.is_active)
         SELECT below.top, count(*) AS count
         FROM below JOIN content_items AS item ON item.category_id = below.id
         WHERE item.status = 'PUBLISHED' AND item.type IN ({}) GROUP BY below.top",
        stream_types()
    );
    Ok(tx.rows(&sql, &[&ids]).await?.iter().map(|row| (row.get("top"), row.get("count"))).collect())
}
