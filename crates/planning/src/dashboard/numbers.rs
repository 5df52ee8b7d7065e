//! What the dashboard counts: one statement for content, one for people and campaigns, whatever there is.

use jiff::{SignedDuration, Timestamp};
use kernel::Result;
use kernel::db::{Statements, Tenant};

/// A trend compares this many days with as many before them.
pub const TREND_DAYS: i64 = 30;
/// A schedule that is this late will not happen by itself any more.
const LATE: SignedDuration = SignedDuration::from_mins(5);

/// How many now, and how many in the stretch before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Trend {
    pub now: i64,
    pub before: i64,
}

/// How content stands.
pub struct ContentNumbers {
    pub published: Trend,
    pub created: Trend,
    /// When the review that waits longest was asked for.
    pub oldest_review: Option<Timestamp>,
    pub next_publication: Option<Timestamp>,
    pub pending_comments: i64,
    pub late_items: i64,
    pub late_changes: i64,
    pub failed_releases: i64,
}

/// Counts them; what is new is of the [`TREND_DAYS`] days before `now`.
pub async fn content(tx: &Tenant, now: Timestamp) -> Result<ContentNumbers> {
    let stretch = SignedDuration::from_hours(TREND_DAYS * 24);
    let (recent, before) = (now - stretch, now - stretch - stretch);
    let sql = "SELECT
        (SELECT count(*) FROM content_items WHERE status = 'PUBLISHED' AND published_at >= $1 AND published_at <= $3) AS published_now,
        (SELECT count(*) FROM content_items WHERE status = 'PUBLISHED' AND published_at >= $2 AND published_at < $1) AS published_before,
        (SELECT count(*) FROM content_items WHERE created_at >= $1 AND created_at <= $3) AS created_now,
        (SELECT count(*) FROM content_items WHERE created_at >= $2 AND created_at < $1) AS created_before,
        (SELECT min(created_at) FROM app.content_reviews WHERE is_open) AS oldest_review,
        (SELECT min(scheduled_for) FROM content_items WHERE status = 'SCHEDULED') AS next_publication,
        (SELECT count(*) FROM content_comments WHERE status = 'PENDING') AS pending_comments,
        (SELECT count(*) FROM content_items WHERE status = 'SCHEDULED' AND scheduled_for < $4) AS late_items,
        (SELECT count(*) FROM app.content_changes WHERE status = 'SCHEDULED' AND scheduled_for < $4) AS late_changes,
        (SELECT count(*) FROM app.releases WHERE status = 'FAILED') AS failed_releases";
    let row = tx.one(sql, &[&recent, &before, &now, &(now - LATE)]).await?;
    Ok(ContentNumbers {
        published: Trend { now: row.get("published_now"), before: row.get("published_before") },
        created: Trend { now: row.get("created_now"), before: row.get("created_before") },
        oldest_review: row.get("oldest_review"),
        next_publication: row.get("next_publication"),
        pending_comments: row.get("pending_comments"),
        late_items: row.get("late_items"),
        late_changes: row.get("late_changes"),
        failed_releases: row.get("failed_releases"),
    })
}

/// How campaigns and their audience stand.
pub struct CampaignNumbers {
    pub subscribers: i64,
    /// Subscribers by the time at which they became contacts.
    pub new: Trend,
    pub has_contacts: bool,
    pub campaigns: i64,
    pub active_campaigns: i64,
    pub failed_emails: i64,
    pub failed_posts: i64,
}

/// Counts them, with the same stretch for what is new.
pub async fn campaigns(tx: &Tenant, now: Timestamp) -> Result<CampaignNumbers> {
    let stretch = SignedDuration::from_hours(TREND_DAYS * 24);
    let (recent, before) = (now - stretch, now - stretch - stretch);
    let sql = "SELECT
        EXISTS (SELECT FROM app.contacts) AS has_contacts,
        (SELECT count(*) FROM app.contacts WHERE status = 'subscribed') AS subscribers,
        (SELECT count(*) FROM app.contacts WHERE status = 'subscribed' AND id >= $1) AS new_now,
        (SELECT count(*) FROM app.contacts WHERE status = 'subscribed' AND id >= $2 AND id < $1) AS new_before,
        (SELECT count(*) FROM campaigns) AS campaigns,
        (SELECT count(*) FROM campaigns WHERE status = 'ACTIVE') AS active_campaigns,
        (SELECT count(*) FROM email_campaigns WHERE status = 'FAILED') AS failed_emails,
        (SELECT count(*) FROM social_media_posts WHERE status = 'FAILED') AS failed_posts";
    let row = tx.one(sql, &[&first_id_of(recent), &first_id_of(before)]).await?;
    Ok(CampaignNumbers {
        subscribers: row.get("subscribers"),
        new: Trend { now: row.get("new_now"), before: row.get("new_before") },
        has_contacts: row.get("has_contacts"),
        campaigns: row.get("campaigns"),
        active_campaigns: row.get("active_campaigns"),
        failed_emails: row.get("failed_emails"),
        failed_posts: row.get("failed_posts"),
    })
}

/// What every id made from this moment on is greater than or equal to: ids begin with the time (UUID version 7), so an
/// index over them counts what is new among any number of contacts.
fn first_id_of(at: Timestamp) -> String {
    let milliseconds = at.as_millisecond().max(0);
    format!("{:08x}-{:04x}", milliseconds >> 16, milliseconds & 0xffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_parted_at_a_moment() {
        let at: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let bound = first_id_of(at);
        assert!(kernel::id::new(at - SignedDuration::from_millis(1)) < bound);
        assert!(kernel::id::new(at) >= bound);
    }
}
