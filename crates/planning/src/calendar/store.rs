//! Reading the calendar: one statement, whatever it shows.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};

use super::model::{Entry, Kind};

/// Entries that are read at once at most.
pub const ENTRIES_MOST: i64 = 1000;

/// Which entries.
pub struct Wanted {
    pub from: Timestamp,
    pub to: Timestamp,
    pub kind: Option<Kind>,
    /// Emails, posts and campaigns are for those who may manage campaigns.
    pub with_campaigns: bool,
}

/// What happens between two moments, in order: at most [`ENTRIES_MOST`] and one more, which tells that there are more.
pub async fn entries(tx: &Tenant, wanted: &Wanted) -> Result<Vec<Entry>> {
    let sql = "SELECT kind, event, id, title, status, at FROM (
          SELECT 'content' AS kind, 'scheduled' AS event, id, title, status::text AS status, scheduled_for AS at
            FROM content_items WHERE status = 'SCHEDULED' AND scheduled_for >= $1 AND scheduled_for < $2
          UNION ALL SELECT 'content', 'published', id, title, status::text, published_at
            FROM content_items WHERE status = 'PUBLISHED' AND published_at >= $1 AND published_at < $2
          UNION ALL SELECT 'content', 'expires', id, title, status::text, expires_at
            FROM content_items WHERE expires_at >= $1 AND expires_at < $2 AND status IN ('SCHEDULED', 'PUBLISHED')
          UNION ALL SELECT 'content', 'changes', c.content_id, i.title, c.status, c.scheduled_for
            FROM app.content_changes c
            JOIN content_items i ON i.organization_id = c.organization_id AND i.id = c.content_id
            WHERE c.status = 'SCHEDULED' AND c.scheduled_for >= $1 AND c.scheduled_for < $2
          UNION ALL SELECT 'release', 'scheduled', id, name, status, scheduled_for
            FROM app.releases WHERE status = 'SCHEDULED' AND scheduled_for >= $1 AND scheduled_for < $2
          UNION ALL SELECT 'release', 'published', id, name, status, published_at
            FROM app.releases WHERE status = 'PUBLISHED' AND published_at >= $1 AND published_at < $2
          UNION ALL SELECT 'email', 'scheduled', id, subject, status::text, scheduled_for
            FROM email_campaigns WHERE $3 AND status = 'SCHEDULED' AND scheduled_for >= $1 AND scheduled_for < $2
          UNION ALL SELECT 'email', 'published', id, subject, status::text, sent_at
            FROM email_campaigns WHERE $3 AND sent_at >= $1 AND sent_at < $2
          UNION ALL SELECT 'post', 'scheduled', id, left(content, 100), status::text, scheduled_for
            FROM social_media_posts WHERE $3 AND status = 'SCHEDULED' AND scheduled_for >= $1 AND scheduled_for < $2
          UNION ALL SELECT 'post', 'published', id, left(content, 100), status::text, published_at
            FROM social_media_posts WHERE $3 AND published_at >= $1 AND published_at < $2
          UNION ALL SELECT 'campaign', CASE WHEN status IN ('DRAFT', 'PLANNING') THEN 'scheduled' ELSE 'published' END, id, name,
                 status::text, start_date
            FROM campaigns WHERE $3 AND status <> 'CANCELLED' AND start_date >= $1 AND start_date < $2
          UNION ALL SELECT 'campaign', 'expires', id, name, status::text, end_date
            FROM campaigns WHERE $3 AND status NOT IN ('COMPLETED', 'CANCELLED') AND end_date >= $1 AND end_date < $2
        ) AS entries WHERE $4::text IS NULL OR kind = $4 ORDER BY at, kind, event, id LIMIT $5";
    let kind = wanted.kind.map(Kind::as_str);
    let most = ENTRIES_MOST + 1;
    let rows = tx.rows(sql, &[&wanted.from, &wanted.to, &wanted.with_campaigns, &kind, &most]).await?;
    rows.iter().map(Entry::from_row).collect()
}
