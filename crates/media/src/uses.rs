//! Where assets are used. Whoever saves a text tells which addresses stand in it, in the transaction that saves it.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Row, Statements, Tenant};
use memchr::memmem;
use serde::Serialize;
use utoipa::ToSchema;

/// How many uses of one asset are told at most.
pub const TOLD_MOST: i64 = 100;

/// What can use an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum User {
    Content,
    Email,
    SocialPost,
    Campaign,
    /// The settings of the site, for its logo.
    Site,
}

impl User {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Email => "email",
            Self::SocialPost => "social_post",
            Self::Campaign => "campaign",
            Self::Site => "site",
        }
    }

    /// As in “3 items”.
    pub fn noun(kind: &str) -> &'static str {
        match kind {
            "email" => "email",
            "social_post" => "social post",
            "campaign" => "campaign",
            "site" => "site",
            _ => "item",
        }
    }
}

/// One use of an asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Use {
    /// `content`, `email`, `social_post`, `campaign`, or `site` for its logo.
    pub kind: String,
    /// The id of the item, email, post or campaign; `logo` of the site.
    pub id: String,
    /// What it is called.
    pub title: String,
}

impl Use {
    fn from_row(row: &Row) -> Self {
        Self { kind: row.get("kind"), id: row.get("entity_id"), title: row.get("title") }
    }
}

/// The tokens of this organization's assets whose addresses stand in a text: HTML, a list of addresses, JSON.
///
/// An address is `/media/{organization}/{token}/…`, on whichever host.
pub fn tokens_in(text: &str, organization: &str) -> Vec<String> {
    let beginning = format!("/media/{organization}/");
    let mut tokens: Vec<String> = memmem::find_iter(text.as_bytes(), &beginning)
        .map(|at| {
            let rest = &text[at + beginning.len()..];
            let end = rest.bytes().position(|byte| !(byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
            rest[..end.unwrap_or(rest.len())].to_owned()
        })
        .filter(|token| kernel::id::is_well_formed(token))
        .collect();
    tokens.sort_unstable();
    tokens.dedup();
    tokens
}

/// How many files that visitors do not see have an address in these texts: private ones, and such as lie in the bin.
pub async fn hidden_in(tx: &Tenant, texts: &[&str]) -> Result<usize> {
    let organization = tx.organization().as_str();
    let tokens: Vec<String> = texts.iter().flat_map(|text| tokens_in(text, organization)).collect();
    if tokens.is_empty() {
        return Ok(0);
    }
    let sql =
        "SELECT count(*) AS count FROM media_assets WHERE token = ANY ($1) AND (is_private OR deleted_at IS NOT NULL)";
    Ok(usize::try_from(tx.one(sql, &[&tokens]).await?.get::<_, i64>("count")).unwrap_or_default())
}

/// Notes that a thing uses exactly the assets whose addresses stand in these texts.
pub async fn set(tx: &Tenant, user: (User, &str), texts: &[&str], now: Timestamp) -> Result<()> {
    let organization = tx.organization().as_str();
    let mut tokens: Vec<String> = texts.iter().flat_map(|text| tokens_in(text, organization)).collect();
    tokens.sort_unstable();
    tokens.dedup();
    let (kind, id) = (user.0.as_str(), user.1);
    // Locked in one order, so that two who save texts with the same pictures do not wait for each other for ever.
    let sql = "SELECT a.id, (a.token = ANY ($4)) AS is_used, (u.asset_id IS NOT NULL) AS was_used
               FROM media_assets a LEFT JOIN app.media_uses u
                 ON u.organization_id = a.organization_id AND u.asset_id = a.id AND u.kind = $2 AND u.entity_id = $3
               WHERE a.organization_id = $1 AND (u.asset_id IS NOT NULL) <> (coalesce(a.token, '') = ANY ($4))
                 AND (a.token = ANY ($4) OR a.id IN (
                   SELECT asset_id FROM app.media_uses WHERE organization_id = $1 AND kind = $2 AND entity_id = $3))
               ORDER BY a.id FOR NO KEY UPDATE OF a";
    let rows = tx.rows(sql, &[&organization, &kind, &id, &tokens]).await?;
    let with = |is_used: bool| -> Vec<String> {
        let wanted = rows.iter().filter(|row| row.get::<_, Option<bool>>("is_used").unwrap_or(false) == is_used);
        wanted.map(|row| row.get("id")).collect()
    };
    let (begun, ended) = (with(true), with(false));
    if !ended.is_empty() {
        let sql = "DELETE FROM app.media_uses WHERE organization_id = $1 AND kind = $2 AND entity_id = $3 AND asset_id = ANY ($4)";
        tx.execute(sql, &[&organization, &kind, &id, &ended]).await?;
    }
    if !begun.is_empty() {
        let sql = "INSERT INTO app.media_uses (organization_id, asset_id, kind, entity_id, created_at)
                   SELECT $1, asset_id, $2, $3, $5 FROM unnest($4::text[]) AS n (asset_id) ON CONFLICT DO NOTHING";
        tx.execute(sql, &[&organization, &kind, &id, &begun, &now]).await?;
    }
    Ok(())
}

/// What uses an asset, the newest use first, [`TOLD_MOST`] at most.
pub async fn of_asset(tx: &Tenant, asset_id: &str) -> Result<Vec<Use>> {
    let uses = of_assets(tx, &[asset_id.to_owned()], TOLD_MOST).await?;
    Ok(uses.into_iter().map(|(_, one)| one).collect())
}

/// What uses these assets, with the id of each, the newest uses of an asset first and at most so many.
pub async fn of_assets(tx: &Tenant, asset_ids: &[String], most: i64) -> Result<Vec<(String, Use)>> {
    let sql = "SELECT n.asset_id, u.kind, u.entity_id, coalesce(
                 CASE u.kind
                   WHEN 'content' THEN (SELECT title FROM content_items i WHERE i.organization_id = u.organization_id AND i.id = u.entity_id)
                   WHEN 'email' THEN (SELECT subject FROM email_campaigns e WHERE e.organization_id = u.organization_id AND e.id = u.entity_id)
                   WHEN 'social_post' THEN (SELECT left(content, 60) FROM social_media_posts p WHERE p.organization_id = u.organization_id AND p.id = u.entity_id)
                   WHEN 'site' THEN 'Logo'
                   ELSE (SELECT name FROM campaigns c WHERE c.organization_id = u.organization_id AND c.id = u.entity_id)
                 END, '') AS title
               FROM unnest($2::text[]) WITH ORDINALITY AS n (asset_id, place) CROSS JOIN LATERAL (
                 SELECT * FROM app.media_uses o WHERE o.organization_id = $1 AND o.asset_id = n.asset_id
                 ORDER BY o.created_at DESC, o.kind, o.entity_id LIMIT $3) AS u
               ORDER BY n.place, u.created_at DESC, u.kind, u.entity_id";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &asset_ids, &most]).await?;
    Ok(rows.iter().map(|row| (row.get("asset_id"), Use::from_row(row))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_on_any_host_and_of_the_own_organization_alone() {
        let html = r#"<img src="/media/org-a/tokenone/x.jpg?v=2" srcset="https://x.org/media/org-a/tokentwo/w480.webp 480w">
                      <a href="/media/org-b/tokenthree/x.pdf">x</a> /media/org-a/"#;
        assert_eq!(tokens_in(html, "org-a"), ["tokenone", "tokentwo"]);
        assert_eq!(tokens_in("/media/org-a/only", "org-a"), ["only"]);
    }
}
