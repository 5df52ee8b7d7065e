//! Organizations as every feature sees them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::db::{Global, OrganizationId, Row, Statements, Tenant};

/// An organization's identity. Its settings are a tenant row and read where they are needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    pub id: OrganizationId,
    pub slug: String,
    pub name: String,
}

impl Organization {
    /// Reads the columns `organization_id`, `organization_slug` and `organization_name`.
    pub fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: OrganizationId::parse(row.get("organization_id"))?,
            slug: row.get("organization_slug"),
            name: row.get("organization_name"),
        })
    }
}

const COLUMNS: &str = "o.id AS organization_id, o.slug AS organization_slug, o.name AS organization_name";

/// The organization of this slug.
pub async fn by_slug(global: &Global, slug: &str) -> Result<Option<Organization>> {
    let sql = format!("SELECT {COLUMNS} FROM organizations o WHERE o.slug = $1");
    global.row(&sql, &[&slug]).await?.as_ref().map(Organization::from_row).transpose()
}

/// The organization whose site this domain is.
pub async fn by_domain(global: &Global, domain: &str) -> Result<Option<Organization>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM app.domains d JOIN organizations o ON o.id = d.organization_id WHERE d.domain = $1"
    );
    global.row(&sql, &[&domain]).await?.as_ref().map(Organization::from_row).transpose()
}

/// The organization of this id.
pub async fn by_id(tx: &impl Statements, id: &OrganizationId) -> Result<Option<Organization>> {
    let sql = format!("SELECT {COLUMNS} FROM organizations o WHERE o.id = $1");
    tx.row(&sql, &[&id.as_str()]).await?.as_ref().map(Organization::from_row).transpose()
}

/// The user in whose name the program writes in an organization: of those who may still sign in, the one of the highest
/// role who has been a member the longest. None when nobody may.
pub async fn steward(tx: &impl Statements, id: &OrganizationId) -> Result<Option<String>> {
    let sql = "SELECT m.user_id FROM organization_members m JOIN users u ON u.id = m.user_id
               WHERE m.organization_id = $1 AND u.is_active
               ORDER BY array_position('{OWNER,ADMIN,MEMBER,VIEWER}'::text[], m.role::text), m.joined_at, m.id LIMIT 1";
    Ok(tx.row(sql, &[&id.as_str()]).await?.map(|row| row.get("user_id")))
}

/// How long what was read about sessions, keys and organizations may be used again.
///
/// It bounds how long a revoked key or session, or a renamed organization, goes on being honoured by other nodes.
pub const REMEMBERED_FOR: std::time::Duration = std::time::Duration::from_secs(2);

/// Whether something that ends at `end` has ended.
pub fn is_over(end: Option<Timestamp>, now: Timestamp) -> bool {
    end.is_some_and(|end| end <= now)
}

/// How an organization presents itself on its site, with the defaults where nothing was set.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteSettings {
    pub title: String,
    pub description: String,
    /// BCP 47 tag of the site's language.
    pub language: String,
    /// IANA name, such as `Europe/Berlin`.
    pub time_zone: String,
    pub accent_color: Option<String>,
    pub logo_url: Option<String>,
    /// A list of `{"label", "url", "children"}`, the children of the same form but without children.
    pub navigation: serde_json::Value,
    /// Lists of `{"label", "url"}`.
    pub footer_links: serde_json::Value,
    pub social_links: serde_json::Value,
    /// Whether search engines may list the site.
    pub search_engines: bool,
    /// Whether crawlers that collect text to train models may read it.
    pub ai_crawlers: bool,
    /// Whether visitors may comment.
    pub comments_open: bool,
    /// `serif` or `sans`, for the text of articles.
    pub typeface: String,
    /// `system`, `light` or `dark`.
    pub color_scheme: String,
    /// The domain by which search engines and readers are to know the site: the first that was proven of its own.
    pub domain: Option<String>,
    /// The sign-up that the pages of the site offer.
    pub newsletter: Option<Newsletter>,
}

/// A form with which readers sign up, as the pages of a site show it. The feature that keeps forms writes it here, so that
/// a page reads nothing besides its settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newsletter {
    /// The form's part of the address: `/s/{org}/subscribe/{form}`.
    pub form: String,
    pub title: String,
    /// May be empty.
    pub intro: String,
}

impl SiteSettings {
    /// The zone in which the organization's dates are shown; UTC when its name is not known here.
    pub fn zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::get(&self.time_zone).unwrap_or(jiff::tz::TimeZone::UTC)
    }
}

/// The settings of the transaction's organization.
pub async fn site_settings(tx: &Tenant) -> Result<SiteSettings> {
    let sql = "SELECT coalesce(nullif(s.title, ''), o.name) AS title, coalesce(s.description, '') AS description,
                      coalesce(s.language, 'en') AS language, coalesce(s.timezone, 'UTC') AS timezone,
                      s.accent_color, s.logo_url, coalesce(s.navigation, '[]') AS navigation,
                      coalesce(s.footer_links, '[]') AS footer_links, coalesce(s.social_links, '[]') AS social_links,
                      coalesce(s.search_engines, true) AS search_engines, coalesce(s.ai_crawlers, true) AS ai_crawlers,
                      coalesce(s.comments_open, true) AS comments_open, coalesce(s.typeface, 'serif') AS typeface,
                      coalesce(s.color_scheme, 'system') AS color_scheme,
                      (SELECT d.domain FROM app.domains d
                       LEFT JOIN app.domain_claims c ON c.organization_id = d.organization_id AND c.domain = d.domain
                       WHERE d.organization_id = o.id ORDER BY c.proven_at, d.domain LIMIT 1) AS domain,
                      s.newsletter
               FROM organizations o LEFT JOIN app.site_settings s ON s.organization_id = o.id WHERE o.id = $1";
    let row = tx.one(sql, &[&tx.organization().as_str()]).await?;
    Ok(SiteSettings {
        title: row.get("title"),
        description: row.get("description"),
        language: row.get("language"),
        time_zone: row.get("timezone"),
        accent_color: row.get("accent_color"),
        logo_url: row.get("logo_url"),
        navigation: row.get("navigation"),
        footer_links: row.get("footer_links"),
        social_links: row.get("social_links"),
        search_engines: row.get("search_engines"),
        ai_crawlers: row.get("ai_crawlers"),
        comments_open: row.get("comments_open"),
        typeface: row.get("typeface"),
        color_scheme: row.get("color_scheme"),
        domain: row.get("domain"),
        newsletter: row
            .get::<_, Option<serde_json::Value>>("newsletter")
            .and_then(|value| serde_json::from_value(value).ok()),
    })
}

/// Says which sign-up the pages of the site offer.
pub async fn set_newsletter(tx: &Tenant, newsletter: Option<&Newsletter>) -> Result<()> {
    let value = newsletter.map(serde_json::to_value).transpose()?;
    let sql = "INSERT INTO app.site_settings (organization_id, newsletter) VALUES ($1, $2)
               ON CONFLICT (organization_id) DO UPDATE SET newsletter = excluded.newsletter";
    tx.execute(sql, &[&tx.organization().as_str(), &value]).await?;
    Ok(())
}
