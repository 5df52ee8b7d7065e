//! Published items as others show them in few words: on cards in emails.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Row, Statements, Tenant};

use crate::html;

/// The longest summary that is made of a text, in characters.
const SUMMARY_LONGEST: usize = 240;

/// An item on a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    pub id: String,
    pub title: String,
    pub slug: String,
    /// The excerpt, else the beginning of the text.
    pub summary: String,
    pub featured_image: Option<String>,
    /// Whether readers find it on the site now.
    pub is_public: bool,
}

/// What has a page of its own on the site, as [`ContentType::has_public_page`](super::model::ContentType) says it.
const HAS_PAGE: &str = "type NOT IN ('TEMPLATE', 'EMAIL_TEMPLATE', 'SOCIAL_POST')";

fn from_row(row: &Row) -> Card {
    let excerpt: Option<String> = row.get("excerpt");
    let summary = excerpt.filter(|excerpt| !excerpt.trim().is_empty());
    let beginning: String = row.get("beginning");
    Card {
        id: row.get("id"),
        title: row.get("title"),
        slug: row.get("slug"),
        summary: summary.unwrap_or_else(|| html::shorten(&html::plain_text(&beginning), SUMMARY_LONGEST)),
        featured_image: row.get("featured_image"),
        is_public: row.get("is_public"),
    }
}

/// The cards of these items; those that are gone are left out.
pub async fn of(tx: &Tenant, ids: &[String]) -> Result<Vec<Card>> {
    let sql = format!(
        "SELECT id, title, slug, excerpt, left(content, 4000) AS beginning, featured_image,
                (status = 'PUBLISHED' AND {HAS_PAGE}) AS is_public
         FROM content_items WHERE id = ANY ($1::text[])"
    );
    Ok(tx.rows(&sql, &[&ids]).await?.iter().map(from_row).collect())
}

/// Ids and titles of what was published last and has a page of its own, the newest first.
pub async fn latest(tx: &Tenant, limit: i64) -> Result<Vec<(String, String)>> {
    let sql = format!(
        "SELECT id, title FROM content_items WHERE status = 'PUBLISHED' AND {HAS_PAGE} ORDER BY published_at DESC, id DESC LIMIT $1"
    );
    Ok(tx.rows(&sql, &[&limit]).await?.iter().map(|row| (row.get("id"), row.get("title"))).collect())
}

/// How many items with a page of their own were published between these times.
pub async fn count_published_between(tx: &Tenant, (after, until): (Timestamp, Timestamp)) -> Result<i64> {
    let sql = format!(
        "SELECT count(*) AS count FROM content_items
         WHERE status = 'PUBLISHED' AND {HAS_PAGE} AND published_at > $1 AND published_at <= $2"
    );
    Ok(tx.one(&sql, &[&after, &until]).await?.get("count"))
}

/// Ids of what was published after one moment and up to another, the newest first.
pub async fn published_between(tx: &Tenant, (after, until): (Timestamp, Timestamp), limit: i64) -> Result<Vec<String>> {
    let sql = format!(
        "SELECT id FROM content_items WHERE status = 'PUBLISHED' AND {HAS_PAGE} AND published_at > $1 AND published_at <= $2
         ORDER BY published_at DESC, id DESC LIMIT $3"
    );
    Ok(tx.rows(&sql, &[&after, &until, &limit]).await?.iter().map(|row| row.get("id")).collect())
}
