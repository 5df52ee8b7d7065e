//! Statements about content items.

use std::sync::LazyLock;

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Row, Statements, Tenant};

use super::draft::{Draft, SlugWish};
use super::model::{ContentStatus, ContentType, Item};
use super::names::Unnamed;

/// The columns of an item's own table that [`Item::without_names`] reads, but the body.
const OWN_COLUMNS: &str = "i.id, i.title, i.slug, i.excerpt, i.type::text AS type, i.status::text AS status, i.language, \
    i.meta_title, i.meta_description, i.keywords, i.canonical_url, i.featured_image, i.gallery, i.video_url, i.audio_url, \
    i.published_at, i.scheduled_for, i.expires_at, i.featured, i.comments_enabled, i.word_count, i.view_count, i.share_count, \
    i.like_count, i.comment_count, i.author_id, i.category_id, i.created_at, i.updated_at, i.version";

/// What [`Item::from_row`] reads beside them.
const NAMES: &str = "coalesce(u.name, '') AS author_name, c.name AS category_name, c.slug AS category_slug, \
    coalesce(c.is_active, false) AS category_is_active, \
    coalesce((SELECT jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name, 'slug', t.slug) ORDER BY l.position, t.name COLLATE \"C\") \
              FROM app.content_item_tags l JOIN content_tags t ON t.organization_id = l.organization_id AND t.id = l.tag_id \
              WHERE l.organization_id = i.organization_id AND l.content_id = i.id), '[]') AS tags";

/// What the columns are read from.
pub const TABLES: &str = "content_items i JOIN users u ON u.id = i.author_id \
    LEFT JOIN content_categories c ON c.organization_id = i.organization_id AND c.id = i.category_id";

/// What a card shows of an item; all else that [`Item::from_row`] reads is left empty, for to look it up costs more than the rest.
const COLUMNS_OF_CARD: &str = "NULL::text AS content, i.id, i.title, i.slug, i.excerpt, i.type::text AS type, i.status::text AS status, \
    i.language, NULL::text AS meta_title, NULL::text AS meta_description, '{}'::text[] AS keywords, NULL::text AS canonical_url, \
    i.featured_image, '{}'::text[] AS gallery, NULL::text AS video_url, NULL::text AS audio_url, i.published_at, \
    NULL::timestamptz AS scheduled_for, NULL::timestamptz AS expires_at, i.featured, false AS comments_enabled, i.word_count, \
    0 AS view_count, 0 AS share_count, 0 AS like_count, 0 AS comment_count, i.author_id, coalesce(u.name, '') AS author_name, \
    i.category_id, c.name AS category_name, c.slug AS category_slug, coalesce(c.is_active, false) AS category_is_active, \
    i.created_at, i.updated_at, i.version, '[]'::jsonb AS tags";

/// Which columns of an item a list reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Columns {
    All,
    WithoutBody,
    OfCard,
}

/// The columns of an item as a `SELECT` lists them, for [`Item::from_row`].
pub fn columns(wanted: Columns) -> String {
    match wanted {
        Columns::All => format!("i.content, {OWN_COLUMNS}, {NAMES}"),
        Columns::WithoutBody => format!("NULL::text AS content, {OWN_COLUMNS}, {NAMES}"),
        Columns::OfCard => COLUMNS_OF_CARD.to_owned(),
    }
}

fn select(condition: &str) -> String {
    format!("SELECT {} FROM {TABLES} WHERE {condition}", columns(Columns::All))
}

/// The item of this id.
pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Item>> {
    tx.row(&select("i.id = $1"), &[&id]).await?.as_ref().map(Item::from_row).transpose()
}

/// The item of this id, kept from changing until the transaction ends.
pub async fn lock(tx: &Tenant, id: &str) -> Result<Option<Item>> {
    tx.row(&format!("{} FOR NO KEY UPDATE OF i", select("i.id = $1")), &[&id])
        .await?
        .as_ref()
        .map(Item::from_row)
        .transpose()
}

/// The published item at an address, with its tags and what `links` says of its variants.
fn published(links: &str) -> String {
    format!(
        "SELECT i.content, {OWN_COLUMNS},
           ARRAY(SELECT l.position || ' ' || l.tag_id FROM app.content_item_tags l
                 WHERE l.organization_id = i.organization_id AND l.content_id = i.id) AS tag_places, {links}
         FROM content_items i WHERE i.slug = $1 AND i.status = 'PUBLISHED'"
    )
}

// Whether the site has any is looked up in order, so that the index alone can answer, whatever other organizations have.
static PUBLISHED: LazyLock<String> = LazyLock::new(|| {
    published(
        "EXISTS (SELECT FROM app.content_translations m
                 WHERE m.organization_id = i.organization_id AND m.content_id = i.id) AS has_variants,
         (SELECT m.content_id FROM app.content_translations m ORDER BY m.organization_id, m.content_id LIMIT 1) IS NOT NULL
           AS has_site_variants",
    )
});

static PUBLISHED_WITHOUT_VARIANTS: LazyLock<String> =
    LazyLock::new(|| published("false AS has_variants, false AS has_site_variants"));

/// The published item at this address of the site, to be given its names.
///
/// A page is made of one item, and what its tags, category and author are called is the same for many: to look that up in
/// each page's statement takes longer than all the rest of it. Variants are not looked for at all where it is known that
/// nothing of the site has any (`may_have_variants`).
pub async fn published_by_slug(tx: &Tenant, slug: &str, may_have_variants: bool) -> Result<Option<Unnamed>> {
    let sql = if may_have_variants { &PUBLISHED } else { &PUBLISHED_WITHOUT_VARIANTS };
    tx.row_alone(sql, &[&slug]).await?.as_ref().map(Unnamed::from_row).transpose()
}

/// The types that stand in the site's stream, as a list in SQL.
pub fn stream_types() -> String {
    let types = ContentType::ALL.into_iter().filter(|kind| kind.is_in_stream());
    types.map(|kind| format!("'{}'", kind.as_str())).collect::<Vec<_>>().join(", ")
}

/// The newest featured item of the site's stream, as a card shows it.
pub async fn newest_featured(tx: &Tenant) -> Result<Option<Item>> {
    let sql = format!(
        "SELECT {COLUMNS_OF_CARD} FROM {TABLES}
         WHERE i.featured AND i.status = 'PUBLISHED' AND i.type IN ({})
         ORDER BY i.published_at DESC, i.id DESC LIMIT 1",
        stream_types()
    );
    tx.row(&sql, &[]).await?.as_ref().map(Item::from_row).transpose()
}

/// The present address of the published item that once had this one.
pub async fn moved_to(tx: &Tenant, old_slug: &str) -> Result<Option<String>> {
    let sql = "SELECT i.slug FROM app.content_slug_history h
               JOIN content_items i ON i.organization_id = h.organization_id AND i.id = h.content_id
               WHERE h.slug = $1 AND i.status = 'PUBLISHED'";
    Ok(tx.row(sql, &[&old_slug]).await?.map(|row| row.get("slug")))
}

/// Adds an item under a slug; `false` when the slug is taken. One that was made from a text is taken as well while it leads
/// to another item that once had it; one that somebody typed is not, and leads there until the new item is public.
pub async fn insert(tx: &Tenant, id: &str, slug: &str, draft: &Draft, now: Timestamp) -> Result<bool> {
    let is_typed = matches!(draft.slug, SlugWish::Typed(_));
    let sql = r#"INSERT INTO content_items (organization_id, id, title, slug, excerpt, content, type, status, language,
            meta_title, meta_description, keywords, canonical_url, featured_image, gallery, video_url, audio_url, expires_at,
            featured, comments_enabled, word_count, category_id, author_id, created_at, updated_at)
        SELECT $1, $2, $3, $4, $5, $6, $7::"ContentType", 'DRAFT', $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
            $18, $19, $20, $21, $22, $23, $23
        WHERE $24 OR NOT EXISTS (SELECT FROM app.content_slug_history WHERE slug = $4)
        ON CONFLICT (organization_id, slug) DO NOTHING"#;
    let inserted = tx
        .execute(
            sql,
            &[
                &tx.organization().as_str(),
                &id,
                &draft.title,
                &slug,
                &draft.excerpt,
                &draft.content.as_str(),
                &draft.content_type.as_str(),
                &draft.language,
                &draft.meta_title,
                &draft.meta_description,
                &draft.keywords,
                &draft.canonical_url,
                &draft.featured_image,
                &draft.gallery,
                &draft.video_url,
                &draft.audio_url,
                &draft.expires_at,
                &draft.featured,
                &draft.comments_enabled,
                &draft.word_count,
                &draft.category_id,
                &draft.author_id,
                &now,
                &is_typed,
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// Writes everything editable of an item and counts its version up.
pub async fn update(tx: &Tenant, id: &str, slug: &str, draft: &Draft) -> Result<()> {
    let sql = r#"UPDATE content_items SET title = $2, slug = $3, excerpt = $4, content = $5, type = $6::"ContentType",
            language = $7, meta_title = $8, meta_description = $9, keywords = $10, canonical_url = $11, featured_image = $12,
            gallery = $13, video_url = $14, audio_url = $15, expires_at = $16, featured = $17, comments_enabled = $18,
            word_count = $19, category_id = $20, author_id = $21, version = version + 1
        WHERE id = $1"#;
    tx.execute(
        sql,
        &[
            &id,
            &draft.title,
            &slug,
            &draft.excerpt,
            &draft.content.as_str(),
            &draft.content_type.as_str(),
            &draft.language,
            &draft.meta_title,
            &draft.meta_description,
            &draft.keywords,
            &draft.canonical_url,
            &draft.featured_image,
            &draft.gallery,
            &draft.video_url,
            &draft.audio_url,
            &draft.expires_at,
            &draft.featured,
            &draft.comments_enabled,
            &draft.word_count,
            &draft.category_id,
            &draft.author_id,
        ],
    )
    .await?;
    Ok(())
}

/// The dates that go with a status.
pub struct Dates {
    pub published_at: Option<Timestamp>,
    pub scheduled_for: Option<Timestamp>,
}

/// Writes a status with its dates and counts the version up.
pub async fn set_status(tx: &Tenant, id: &str, status: ContentStatus, dates: &Dates) -> Result<()> {
    let sql = r#"UPDATE content_items SET status = $2::"ContentStatus", published_at = $3, scheduled_for = $4, version = version + 1
                 WHERE id = $1"#;
    tx.execute(sql, &[&id, &status.as_str(), &dates.published_at, &dates.scheduled_for]).await?;
    Ok(())
}

/// Writes where an imported item stands and when things happened to it elsewhere; it counts as no edit.
pub async fn set_history(
    tx: &Tenant,
    id: &str,
    status: ContentStatus,
    dates: &Dates,
    (created_at, updated_at): (Timestamp, Timestamp),
) -> Result<()> {
    let sql = r#"UPDATE content_items
                 SET status = $2::"ContentStatus", published_at = $3, scheduled_for = $4, created_at = $5, updated_at = $6
                 WHERE id = $1"#;
    let Dates { published_at, scheduled_for } = dates;
    tx.execute(sql, &[&id, &status.as_str(), published_at, scheduled_for, &created_at, &updated_at]).await?;
    Ok(())
}

/// The number behind `base` that no other item's slug has or had: one more than the greatest in use.
pub async fn next_slug_number(tx: &Tenant, base: &str, id: &str) -> Result<i64> {
    let sql = "SELECT coalesce(max(substring(slug FROM length($1) + 2)::bigint), 1) + 1 AS number
               FROM (SELECT slug FROM content_items WHERE starts_with(slug, $1 || '-') AND id <> $2
                     UNION ALL
                     SELECT slug FROM app.content_slug_history WHERE starts_with(slug, $1 || '-') AND content_id <> $2) AS used
               WHERE substring(slug FROM length($1) + 2) ~ '^[0-9]{1,9}$'";
    Ok(tx.one(sql, &[&base, &id]).await?.get("number"))
}

/// What an item is called; none when it is gone.
pub async fn title_of(tx: &Tenant, id: &str) -> Result<Option<String>> {
    Ok(tx.row("SELECT title FROM content_items WHERE id = $1", &[&id]).await?.map(|row| row.get("title")))
}

/// Whether another item than `id` has this slug.
pub async fn is_slug_taken(tx: &Tenant, slug: &str, id: &str) -> Result<bool> {
    Ok(tx.row("SELECT 1 FROM content_items WHERE slug = $1 AND id <> $2", &[&slug, &id]).await?.is_some())
}

/// Whether another item than `id` has this slug, or once had it and is reached by it still.
pub async fn is_slug_known(tx: &Tenant, slug: &str, id: &str) -> Result<bool> {
    let sql = "SELECT WHERE EXISTS (SELECT FROM content_items WHERE slug = $1 AND id <> $2)
                 OR EXISTS (SELECT FROM app.content_slug_history WHERE slug = $1 AND content_id <> $2)";
    Ok(tx.row(sql, &[&slug, &id]).await?.is_some())
}

/// Remembers where an item was, so that its old address leads to it; one that leads to another item goes on doing so.
pub async fn remember_slug(tx: &Tenant, id: &str, old_slug: &str, now: Timestamp) -> Result<()> {
    let sql =
        "INSERT INTO app.content_slug_history (organization_id, slug, content_id, created_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (organization_id, slug) DO NOTHING";
    tx.execute(sql, &[&tx.organization().as_str(), &old_slug, &id, &now]).await?;
    Ok(())
}

/// Takes an address out of the memory of old ones: a public item has it now.
pub async fn forget_slug(tx: &Tenant, slug: &str) -> Result<()> {
    tx.execute("DELETE FROM app.content_slug_history WHERE slug = $1", &[&slug]).await?;
    Ok(())
}

/// Takes an address out of an item's own old ones: it has it again.
pub async fn forget_own_slug(tx: &Tenant, id: &str, slug: &str) -> Result<()> {
    tx.execute("DELETE FROM app.content_slug_history WHERE slug = $1 AND content_id = $2", &[&slug, &id]).await?;
    Ok(())
}

/// Whether a user is a member of the organization, and so may be an author.
pub async fn is_member(tx: &Tenant, user_id: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM organization_members WHERE organization_id = $1 AND user_id = $2";
    Ok(tx.row(sql, &[&tx.organization().as_str(), &user_id]).await?.is_some())
}

/// Whether the organization has this category.
pub async fn is_category(tx: &Tenant, category_id: &str) -> Result<bool> {
    Ok(tx.row("SELECT 1 FROM content_categories WHERE id = $1", &[&category_id]).await?.is_some())
}

/// Brings the search index up to date with an item.
pub async fn index(tx: &Tenant, id: &str) -> Result<()> {
    tx.execute("SELECT app.index_content($1)", &[&id]).await?;
    Ok(())
}

/// How many items stand in each status.
pub async fn status_counts(tx: &Tenant) -> Result<Vec<(ContentStatus, i64)>> {
    let rows =
        tx.rows("SELECT status::text AS status, count(*) AS count FROM content_items GROUP BY status", &[]).await?;
    rows.iter().map(|row: &Row| Ok((row.get::<_, &str>("status").parse()?, row.get("count")))).collect()
}

/// A published item as a sitemap lists it.
pub struct PublicAddress {
    pub slug: String,
    pub featured_image: Option<String>,
    pub updated_at: Timestamp,
}

/// Published items with pages of their own and their home here, in the order of their publication, `limit` of them from `offset` on.
pub async fn public_addresses(tx: &Tenant, offset: i64, limit: i64) -> Result<Vec<PublicAddress>> {
    let sql = "SELECT slug, featured_image, updated_at FROM content_items
               WHERE status = 'PUBLISHED' AND type NOT IN ('TEMPLATE', 'EMAIL_TEMPLATE', 'SOCIAL_POST')
                 AND canonical_url IS NULL
               ORDER BY published_at DESC, id LIMIT $1 OFFSET $2";
    let rows = tx.rows(sql, &[&limit, &offset]).await?;
    let address = |row: &Row| PublicAddress {
        slug: row.get("slug"),
        featured_image: row.get("featured_image"),
        updated_at: row.get("updated_at"),
    };
    Ok(rows.iter().map(address).collect())
}

/// How many items [`public_addresses`] gives in all.
pub async fn count_public(tx: &Tenant) -> Result<i64> {
    let sql = "SELECT count(*) AS count FROM content_items
               WHERE status = 'PUBLISHED' AND type NOT IN ('TEMPLATE', 'EMAIL_TEMPLATE', 'SOCIAL_POST')
                 AND canonical_url IS NULL";
    Ok(tx.one(sql, &[]).await?.get("count"))
}

/// The name of an author who has something published.
pub async fn published_author(tx: &Tenant, user_id: &str) -> Result<Option<String>> {
    let sql = "SELECT coalesce(u.name, '') AS name FROM users u
               WHERE u.id = $1 AND EXISTS (SELECT FROM content_items i WHERE i.author_id = u.id AND i.status = 'PUBLISHED')";
    Ok(tx.row(sql, &[&user_id]).await?.map(|row| row.get("name")))
}
