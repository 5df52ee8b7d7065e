use jiff::Timestamp;
use kernel::db::{Statements, Tenant};
use kernel::{Error, Result};

use super::model::Settings;

/// The organization of the transaction with its settings, or their defaults while there are none.
pub async fn find(tx: &Tenant) -> Result<Settings> {
    let sql = "SELECT o.id, o.slug, o.name, s.title, s.description, coalesce(s.language, 'en') AS language,
                      coalesce(s.timezone, 'UTC') AS timezone, s.accent_color, s.logo_url,
                      coalesce(s.navigation, '[]') AS navigation, coalesce(s.footer_links, '[]') AS footer_links,
                      coalesce(s.social_links, '[]') AS social_links, coalesce(s.search_engines, true) AS search_engines,
                      coalesce(s.ai_crawlers, true) AS ai_crawlers, coalesce(s.comments_open, true) AS comments_open,
                      coalesce(s.typeface, 'serif') AS typeface, coalesce(s.color_scheme, 'system') AS color_scheme,
                      coalesce(s.revisions_kept, 50) AS revisions_kept, coalesce(s.version, 0) AS version,
                      coalesce(s.updated_at, o.updated_at AT TIME ZONE 'UTC') AS updated_at
               FROM organizations o LEFT JOIN app.site_settings s ON s.organization_id = o.id WHERE o.id = $1";
    let row = tx.row(sql, &[&tx.organization().as_str()]).await?.ok_or(Error::NotFound)?;
    Ok(Settings {
        id: row.get("id"),
        slug: row.get("slug"),
        name: row.get("name"),
        title: row.get("title"),
        description: row.get("description"),
        language: row.get("language"),
        timezone: row.get("timezone"),
        accent_color: row.get("accent_color"),
        logo_url: row.get("logo_url"),
        // Links that something else wrote in another form are none.
        navigation: serde_json::from_value(row.get("navigation")).unwrap_or_default(),
        footer_links: serde_json::from_value(row.get("footer_links")).unwrap_or_default(),
        social_links: serde_json::from_value(row.get("social_links")).unwrap_or_default(),
        search_engines: row.get("search_engines"),
        ai_crawlers: row.get("ai_crawlers"),
        comments_open: row.get("comments_open"),
        typeface: row.get("typeface"),
        color_scheme: row.get("color_scheme"),
        revisions_kept: row.get("revisions_kept"),
        version: row.get("version"),
        updated_at: row.get("updated_at"),
    })
}

pub async fn rename(tx: &Tenant, name: &str, now: Timestamp) -> Result<()> {
    let sql = "UPDATE organizations SET name = $2, updated_at = $3::timestamptz AT TIME ZONE 'UTC' WHERE id = $1";
    tx.execute(sql, &[&tx.organization().as_str(), &name, &now]).await?;
    Ok(())
}

/// Keeps all settings but the name, as the next version; makes the row when there is none.
pub async fn save(tx: &Tenant, settings: &Settings) -> Result<()> {
    let sql = "INSERT INTO app.site_settings
                 (organization_id, title, description, language, timezone, accent_color, logo_url, navigation, revisions_kept,
                  version, updated_at, footer_links, social_links, search_engines, ai_crawlers, comments_open, typeface,
                  color_scheme)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
               ON CONFLICT (organization_id) DO UPDATE SET title = $2, description = $3, language = $4, timezone = $5,
                 accent_color = $6, logo_url = $7, navigation = $8, revisions_kept = $9,
                 version = $10, updated_at = $11, footer_links = $12, social_links = $13, search_engines = $14,
                 ai_crawlers = $15, comments_open = $16, typeface = $17, color_scheme = $18";
    let navigation = serde_json::to_value(&settings.navigation)?;
    let (footer, social) =
        (serde_json::to_value(&settings.footer_links)?, serde_json::to_value(&settings.social_links)?);
    tx.execute(
        sql,
        &[
            &tx.organization().as_str(),
            &settings.title,
            &settings.description,
            &settings.language,
            &settings.timezone,
            &settings.accent_color,
            &settings.logo_url,
            &navigation,
            &settings.revisions_kept,
            &settings.version,
            &settings.updated_at,
            &footer,
            &social,
            &settings.search_engines,
            &settings.ai_crawlers,
            &settings.comments_open,
            &settings.typeface,
            &settings.color_scheme,
        ],
    )
    .await?;
    Ok(())
}

/// Deletes the organization of the transaction, and with it every row that belongs to it.
pub async fn delete(tx: &Tenant) -> Result<()> {
    tx.execute("DELETE FROM organizations WHERE id = $1", &[&tx.organization().as_str()]).await?;
    Ok(())
}
