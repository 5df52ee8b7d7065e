//! Statements about tags.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};
use serde::{Deserialize, Serialize};

use super::Tag;
use super::draft::TagDraft;

/// A tag's uses are its counter and what was noted beside it by those who would have had to wait for the counter.
const COLUMNS: &str = "id, name, slug, color, version, usage_count + coalesce((
    SELECT sum(note.amount)::int FROM app.tag_usage_notes note
    WHERE note.organization_id = content_tags.organization_id AND note.tag_id = content_tags.id), 0) AS usage_count";

/// Adds tags whose slugs are not there yet. In the order of their slugs, so that two writers never wait for each other.
pub async fn add_missing(tx: &Tenant, ids: &[String], names: &[&str], slugs: &[String], now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO content_tags (organization_id, id, name, slug, created_at, updated_at)
               SELECT $1, n.id, n.name, n.slug, $5, $5 FROM unnest($2::text[], $3::text[], $4::text[]) AS n (id, name, slug)
               ORDER BY n.slug
               ON CONFLICT (organization_id, slug) DO NOTHING";
    tx.execute(sql, &[&tx.organization().as_str(), &ids, &names.to_vec(), &slugs, &now]).await?;
    Ok(())
}

/// Takes all tags but those of these slugs from an item.
pub async fn unlink_others(tx: &Tenant, content_id: &str, slugs: &[String]) -> Result<()> {
    let organization = tx.organization().as_str();
    let sql = "DELETE FROM app.content_item_tags l USING content_tags t
               WHERE l.organization_id = $1 AND l.content_id = $2 AND t.organization_id = l.organization_id AND t.id = l.tag_id
                 AND NOT t.slug = ANY ($3::text[])";
    tx.execute(sql, &[&organization, &content_id, &slugs]).await?;
    Ok(())
}

/// Gives an item the tags of these slugs, in their order; says how many it did not have like that before.
pub async fn link(tx: &Tenant, content_id: &str, slugs: &[String]) -> Result<u64> {
    let organization = tx.organization().as_str();
    let sql = "INSERT INTO app.content_item_tags (organization_id, content_id, tag_id, position)
               SELECT $1, $2, t.id, (n.position - 1)::int FROM unnest($3::text[]) WITH ORDINALITY AS n (slug, position)
               JOIN content_tags t ON t.organization_id = $1 AND t.slug = n.slug
               ORDER BY t.id
               ON CONFLICT (organization_id, content_id, tag_id) DO UPDATE SET position = excluded.position
               WHERE content_item_tags.position <> excluded.position";
    tx.execute(sql, &[&organization, &content_id, &slugs]).await
}

/// The tag of this slug.
pub async fn by_slug(tx: &Tenant, slug: &str) -> Result<Option<Tag>> {
    let sql = format!("SELECT {COLUMNS} FROM content_tags WHERE slug = $1");
    Ok(tx.row(&sql, &[&slug]).await?.as_ref().map(Tag::from_row))
}

/// The slugs of the tags that these names mean, by the slug made of a name or else by the name itself, in their order.
pub async fn slugs_of(tx: &Tenant, names: &[String], slugs: &[String]) -> Result<Vec<Option<String>>> {
    let sql = "SELECT coalesce(t.slug, (SELECT m.slug FROM content_tags m WHERE m.organization_id = $1 AND lower(m.name) = lower(n.name)
                                        ORDER BY m.slug LIMIT 1)) AS slug
               FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS n (name, slug, position)
               LEFT JOIN content_tags t ON t.organization_id = $1 AND t.slug = n.slug
               ORDER BY n.position";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &names, &slugs]).await?;
    Ok(rows.iter().map(|row| row.get("slug")).collect())
}

pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Tag>> {
    let sql = format!("SELECT {COLUMNS} FROM content_tags WHERE id = $1");
    Ok(tx.row(&sql, &[&id]).await?.as_ref().map(Tag::from_row))
}

/// The tag of this id, kept from changing until the transaction ends.
pub async fn lock(tx: &Tenant, id: &str) -> Result<Option<Tag>> {
    let sql = format!("SELECT {COLUMNS} FROM content_tags WHERE id = $1 FOR UPDATE");
    Ok(tx.row(&sql, &[&id]).await?.as_ref().map(Tag::from_row))
}

/// Locks two tags in one order, so that two people who merge them both ways do not wait for each other for ever.
pub async fn lock_both(tx: &Tenant, one: &str, other: &str) -> Result<()> {
    let sql = "SELECT id FROM content_tags WHERE id IN ($1, $2) ORDER BY id FOR UPDATE";
    tx.rows(sql, &[&one, &other]).await?;
    Ok(())
}

/// The tag of this name, whatever its case.
pub async fn of_name(tx: &Tenant, name: &str) -> Result<Option<Tag>> {
    let sql = format!("SELECT {COLUMNS} FROM content_tags WHERE lower(name) = lower($1) ORDER BY slug LIMIT 1");
    Ok(tx.row(&sql, &[&name]).await?.as_ref().map(Tag::from_row))
}

/// Adds a tag; `false` when its slug is taken.
pub async fn insert(tx: &Tenant, id: &str, draft: &TagDraft, now: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO content_tags (organization_id, id, name, slug, color, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (organization_id, slug) DO NOTHING";
    let TagDraft { name, slug, color } = draft;
    Ok(tx.execute(sql, &[&tx.organization().as_str(), &id, name, slug, color, &now]).await? == 1)
}

pub async fn update(tx: &Tenant, id: &str, draft: &TagDraft) -> Result<()> {
    let sql = "UPDATE content_tags SET name = $2, slug = $3, color = $4, version = version + 1 WHERE id = $1";
    let TagDraft { name, slug, color } = draft;
    tx.execute(sql, &[&id, name, slug, color]).await?;
    Ok(())
}

pub async fn delete(tx: &Tenant, id: &str) -> Result<()> {
    tx.execute("DELETE FROM content_tags WHERE id = $1", &[&id]).await?;
    Ok(())
}

/// The ids of the items that carry a tag.
pub async fn items_with(tx: &Tenant, id: &str) -> Result<Vec<String>> {
    let sql = "SELECT content_id FROM app.content_item_tags WHERE tag_id = $1";
    Ok(tx.rows(sql, &[&id]).await?.iter().map(|row| row.get("content_id")).collect())
}

/// Puts the tag `into` in the place of `from` on every item that does not carry both.
pub async fn hand_over(tx: &Tenant, from: &str, into: &str) -> Result<()> {
    let sql = "UPDATE app.content_item_tags l SET tag_id = $2
               WHERE l.tag_id = $1 AND NOT EXISTS (
                 SELECT FROM app.content_item_tags o WHERE o.organization_id = l.organization_id
                   AND o.content_id = l.content_id AND o.tag_id = $2)";
    tx.execute(sql, &[&from, &into]).await?;
    Ok(())
}

/// The names of the tags used most, for completing what somebody types.
pub async fn most_used_names(tx: &Tenant, most: i64) -> Result<Vec<String>> {
    let sql = "SELECT name FROM (SELECT name, usage_count FROM content_tags ORDER BY usage_count DESC, name LIMIT $1) t ORDER BY name";
    Ok(tx.rows(sql, &[&most]).await?.iter().map(|row| row.get("name")).collect())
}

/// The order of a list of tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    BySlug,
    /// The most used first.
    ByUsage,
}

/// Where a page of tags ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    usage_count: i32,
    slug: String,
}

impl Position {
    pub fn of(tag: &Tag) -> Self {
        Self { usage_count: tag.usage_count, slug: tag.slug.clone() }
    }
}

/// Which tags a list gives: those whose slug begins so, from after a position.
#[derive(Debug, Clone, Default)]
pub struct ListQuery {
    pub beginning: String,
    pub order: Order,
    pub after: Option<Position>,
    pub limit: i64,
}

pub async fn list(tx: &Tenant, query: &ListQuery) -> Result<Vec<Tag>> {
    let (after, order) = match query.order {
        Order::BySlug => ("slug > $3", "slug"),
        Order::ByUsage => ("(usage_count < $2 OR usage_count = $2 AND slug > $3)", "usage_count DESC, slug"),
    };
    let sql = format!(
        "SELECT * FROM (SELECT {COLUMNS} FROM content_tags WHERE starts_with(slug, $1)) t
         WHERE $2::int IS NULL OR {after} ORDER BY {order} LIMIT $4"
    );
    let (usage, slug) = match &query.after {
        Some(position) => (Some(position.usage_count), Some(position.slug.as_str())),
        None => (None, None),
    };
    Ok(tx.rows(&sql, &[&query.beginning, &usage, &slug, &query.limit]).await?.iter().map(Tag::from_row).collect())
}

/// How many tags there are whose slug begins so.
pub async fn count(tx: &Tenant, beginning: &str) -> Result<i64> {
    let sql = "SELECT count(*) AS count FROM content_tags WHERE starts_with(slug, $1)";
    Ok(tx.one(sql, &[&beginning]).await?.get("count"))
}
