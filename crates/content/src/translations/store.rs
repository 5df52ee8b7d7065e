//! Statements about the language variants of items.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};

use super::{PublicVariant, Variant};

/// The variants of an item, itself included, by language; none when it is linked to no other.
pub async fn of_item(tx: &Tenant, content_id: &str) -> Result<Vec<Variant>> {
    let sql = "SELECT i.id, i.title, i.slug, i.language, i.status::text AS status
               FROM app.content_translations mine
               JOIN app.content_translations t ON t.organization_id = mine.organization_id AND t.group_id = mine.group_id
               JOIN content_items i ON i.organization_id = t.organization_id AND i.id = t.content_id
               WHERE mine.content_id = $1 ORDER BY i.language, i.id";
    tx.rows(sql, &[&content_id]).await?.iter().map(Variant::from_row).collect()
}

/// What readers can reach of the variants of the item at this address. A text whose home is elsewhere is no variant.
pub async fn public_of_slug(tx: &Tenant, slug: &str) -> Result<Vec<PublicVariant>> {
    public_of_slugs(tx, &[slug]).await
}

/// The same of the items at these addresses, group by group.
pub async fn public_of_slugs(tx: &Tenant, slugs: &[&str]) -> Result<Vec<PublicVariant>> {
    let sql = "SELECT t.group_id, i.slug, i.language
               FROM app.content_translations t
               JOIN content_items i ON i.organization_id = t.organization_id AND i.id = t.content_id
               WHERE i.status = 'PUBLISHED' AND i.canonical_url IS NULL
                 AND i.type NOT IN ('TEMPLATE', 'EMAIL_TEMPLATE', 'SOCIAL_POST')
                 AND t.group_id IN (SELECT mine.group_id FROM app.content_translations mine
                     JOIN content_items own ON own.organization_id = mine.organization_id AND own.id = mine.content_id
                     WHERE own.slug = ANY ($1::text[]))
               ORDER BY t.group_id, i.published_at, i.id";
    let rows = tx.rows(sql, &[&slugs.to_vec()]).await?;
    let variant = |row: &kernel::db::Row| PublicVariant {
        group_id: row.get("group_id"),
        slug: row.get("slug"),
        language: row.get("language"),
    };
    Ok(rows.iter().map(variant).collect())
}

/// Whether an item is linked to another one in this language.
pub async fn has_variant_in(tx: &Tenant, content_id: &str, language: &str) -> Result<bool> {
    let sql = "SELECT EXISTS (
                 SELECT FROM app.content_translations mine
                 JOIN app.content_translations t ON t.organization_id = mine.organization_id AND t.group_id = mine.group_id
                 JOIN content_items i ON i.organization_id = t.organization_id AND i.id = t.content_id
                 WHERE mine.content_id = $1 AND i.id <> $1 AND lower(i.language) = lower($2)) AS found";
    Ok(tx.one(sql, &[&content_id, &language]).await?.get("found"))
}

/// The group that an item is in.
pub async fn group_of(tx: &Tenant, content_id: &str) -> Result<Option<String>> {
    let sql = "SELECT group_id FROM app.content_translations WHERE content_id = $1 FOR UPDATE";
    Ok(tx.row(sql, &[&content_id]).await?.map(|row| row.get("group_id")))
}

/// Puts an item into a group.
pub async fn add(tx: &Tenant, content_id: &str, group_id: &str, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO app.content_translations (organization_id, content_id, group_id, created_at)
               VALUES ($1, $2, $3, $4)
               ON CONFLICT (organization_id, content_id) DO UPDATE SET group_id = excluded.group_id";
    tx.execute(sql, &[&tx.organization().as_str(), &content_id, &group_id, &now]).await?;
    Ok(())
}

/// Moves everything of one group into another.
pub async fn merge(tx: &Tenant, from: &str, into: &str) -> Result<()> {
    tx.execute("UPDATE app.content_translations SET group_id = $2 WHERE group_id = $1", &[&from, &into]).await?;
    Ok(())
}

/// Takes an item out of its group, and the last one with it: a group of one says nothing.
pub async fn remove(tx: &Tenant, content_id: &str, group_id: &str) -> Result<()> {
    tx.execute("DELETE FROM app.content_translations WHERE content_id = $1", &[&content_id]).await?;
    let sql = "DELETE FROM app.content_translations WHERE group_id = $1
               AND (SELECT count(*) FROM app.content_translations t WHERE t.group_id = $1) = 1";
    tx.execute(sql, &[&group_id]).await?;
    Ok(())
}

/// Items that could be variants, the most recently changed first: in another language and in no group yet, with these words
/// in their title.
pub async fn candidates(tx: &Tenant, (languages, words): (&[String], &str), limit: i64) -> Result<Vec<Variant>> {
    let sql = "SELECT i.id, i.title, i.slug, i.language, i.status::text AS status FROM content_items i
               WHERE NOT i.language = ANY ($1::text[])
                 AND NOT EXISTS (SELECT FROM app.content_translations t
                                 WHERE t.organization_id = i.organization_id AND t.content_id = i.id)
                 AND position(lower($3) IN lower(i.title)) > 0
               ORDER BY i.updated_at DESC, i.id LIMIT $2";
    tx.rows(sql, &[&languages.to_vec(), &limit, &words]).await?.iter().map(Variant::from_row).collect()
}
