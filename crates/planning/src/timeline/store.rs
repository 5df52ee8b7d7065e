//! Reading a campaign's timeline: one statement, whatever it holds.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Row, Statements, Tenant};

use crate::calendar::model::Kind;

/// Things that are read at most.
const MOST: i64 = 500;

/// Something of a campaign, with its time if it has one.
pub struct Thing {
    pub kind: Kind,
    pub id: String,
    pub title: String,
    pub status: String,
    pub at: Option<Timestamp>,
}

/// Everything of a campaign in the order of its time, and what has none behind.
pub async fn things(tx: &Tenant, campaign: &str) -> Result<Vec<Thing>> {
    let sql = "SELECT kind, id, title, status, at FROM (
          SELECT 'content' AS kind, i.id, i.title, i.status::text AS status,
                 CASE i.status WHEN 'PUBLISHED' THEN i.published_at WHEN 'SCHEDULED' THEN i.scheduled_for END AS at
            FROM campaign_content m
            JOIN content_items i ON i.organization_id = m.organization_id AND i.id = m.content_id
            WHERE m.campaign_id = $1
          UNION ALL SELECT 'email', id, subject, status::text, coalesce(sent_at, scheduled_for)
            FROM email_campaigns WHERE campaign_id = $1
          UNION ALL SELECT 'post', id, left(content, 100), status::text, coalesce(published_at, scheduled_for)
            FROM social_media_posts WHERE campaign_id = $1
        ) AS things ORDER BY at NULLS LAST, kind, title, id LIMIT $2";
    let thing = |row: &Row| Thing {
        kind: Kind::parse(row.get("kind")).unwrap_or(Kind::Content),
        id: row.get("id"),
        title: row.get("title"),
        status: row.get("status"),
        at: row.get("at"),
    };
    Ok(tx.rows(sql, &[&campaign, &MOST]).await?.iter().map(thing).collect())
}
