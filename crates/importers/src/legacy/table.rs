//! The host platform's table, as the app role may read it.

use kernel::access::Caller;
use kernel::db::Statements;
use kernel::{Error, Result};

use super::row::LegacyContent;

/// The columns that the copy needs.
const COLUMNS: [&str; 13] = [
    "id",
    "organization_id",
    "title",
    "slug",
    "content_type",
    "content",
    "excerpt",
    "status",
    "author_id",
    "published_at",
    "seo_meta",
    "created_at",
    "updated_at",
];

/// Says in words why there is nothing to copy, if so.
pub(super) async fn check(caller: &Caller) -> Result<()> {
    let sql = "SELECT to_regclass('public.content') IS NOT NULL AS exists,
                 coalesce(has_table_privilege(to_regclass('public.content'), 'SELECT'), false) AS readable,
                 ARRAY(SELECT c FROM unnest($1::text[]) AS c WHERE NOT EXISTS (
                   SELECT FROM pg_attribute WHERE attrelid = to_regclass('public.content') AND attname = c
                     AND NOT attisdropped)) AS missing";
    let row = caller.tx.one(sql, &[&COLUMNS.as_slice().to_vec()]).await?;
    if !row.get::<_, bool>("exists") {
        let words = "This database has no legacy table named content. Run the import on the host platform's database: \
                     set DATABASE_URL to it.";
        return Err(Error::Malformed(words.into()));
    }
    let missing: Vec<String> = row.get("missing");
    if !missing.is_empty() {
        return Err(Error::Malformed(format!(
            "The table content is not the host platform's: it has no {}. Nothing was imported.",
            missing.join(", ")
        )));
    }
    if !row.get::<_, bool>("readable") {
        let words = "The table content may not be read. As its owner run: GRANT SELECT ON content TO contentpilot_app;";
        return Err(Error::Malformed(words.into()));
    }
    Ok(())
}

pub(super) async fn count(caller: &Caller) -> Result<u64> {
    let sql = "SELECT count(*) AS count FROM public.content WHERE organization_id = $1";
    let row = caller.tx.one(sql, &[&caller.organization_id()]).await?;
    Ok(u64::try_from(row.get::<_, i64>("count")).unwrap_or(0))
}

/// The organization's next rows behind an id, in the order of ids.
pub(super) async fn read(caller: &Caller, after: &str, limit: i64) -> Result<Vec<LegacyContent>> {
    // Ids are compared bytewise, so that the order is the same under every collation.
    let sql = r#"SELECT id, title, slug, content_type::text, content, excerpt, status::text, author_id, seo_meta,
                   published_at AT TIME ZONE 'UTC' AS published_at, created_at AT TIME ZONE 'UTC' AS created_at,
                   updated_at AT TIME ZONE 'UTC' AS updated_at
                 FROM public.content WHERE organization_id = $1 AND id COLLATE "C" > $2
                 ORDER BY id COLLATE "C" LIMIT $3"#;
    let rows = caller.tx.rows(sql, &[&caller.organization_id(), &after, &limit]).await?;
    Ok(rows.iter().map(LegacyContent::from_row).collect())
}
