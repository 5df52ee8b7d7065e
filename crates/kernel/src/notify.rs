//! What members are told: a row for the page of notifications, and a mail where the person wants one.

use jiff::{SignedDuration, Timestamp};

use crate::db::{Statements, Tenant};
use crate::mail::{self, Mail};
use crate::{App, Result};

/// Notifications are forgotten after this.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(90 * 24);
/// The most people who are told of one thing.
pub const TOLD_AT_MOST: i64 = 100;
/// Unread notifications are counted up to this number.
pub const COUNTED_AT_MOST: i64 = 100;

/// What somebody is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    ReviewRequested,
    Approved,
    ChangesRequested,
    CommentsWaiting,
    Published,
    PublishingFailed,
    EmailSent,
    EmailFailed,
}

impl Kind {
    pub const ALL: [Self; 8] = [
        Self::ReviewRequested,
        Self::Approved,
        Self::ChangesRequested,
        Self::CommentsWaiting,
        Self::Published,
        Self::PublishingFailed,
        Self::EmailSent,
        Self::EmailFailed,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReviewRequested => "review_requested",
            Self::Approved => "approved",
            Self::ChangesRequested => "changes_requested",
            Self::CommentsWaiting => "comments_waiting",
            Self::Published => "published",
            Self::PublishingFailed => "publishing_failed",
            Self::EmailSent => "email_sent",
            Self::EmailFailed => "email_failed",
        }
    }

    /// What a person chooses whether to have by mail.
    pub fn label(self) -> &'static str {
        match self {
            Self::ReviewRequested => "Somebody asks me for a review",
            Self::Approved => "What I wrote or submitted is approved",
            Self::ChangesRequested => "Changes are requested to what I wrote or submitted",
            Self::CommentsWaiting => "Comments wait for moderation",
            Self::Published => "Something of mine is published at its time",
            Self::PublishingFailed => "Something of mine could not be published at its time",
            Self::EmailSent => "An email of mine went out to everybody",
            Self::EmailFailed => "An email of mine could not be sent",
        }
    }
}

/// One thing to be told.
pub struct Notice<'a> {
    pub kind: Kind,
    /// A sentence; also the subject of the mail.
    pub title: &'a str,
    /// What else there is to say, such as a reviewer's note; may be empty.
    pub detail: &'a str,
    /// Where it leads, beneath the organization's pages.
    pub path: &'a str,
}

/// Tells these users, as far as they are active members, in the caller's transaction.
pub async fn tell(app: &App, tx: &Tenant, users: &[String], notice: &Notice<'_>, now: Timestamp) -> Result<()> {
    let mut users = users.to_vec();
    users.sort();
    users.dedup();
    if users.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = users.iter().map(|_| crate::id::new(now)).collect();
    let organization = tx.organization();
    let sql = "INSERT INTO app.notifications (organization_id, id, user_id, kind, title, detail, path, created_at)
               SELECT $1, told.id, told.user_id, $4, $5, $6, $7, $8 FROM unnest($2::text[], $3::text[]) AS told (id, user_id)
               WHERE EXISTS (SELECT FROM organization_members m WHERE m.organization_id = $1 AND m.user_id = told.user_id)";
    let kind = notice.kind.as_str();
    tx.execute(sql, &[&organization.as_str(), &ids, &users, &kind, &notice.title, &notice.detail, &notice.path, &now])
        .await?;
    let sql = "DELETE FROM app.notifications WHERE user_id = ANY ($1) AND created_at < $2";
    tx.execute(sql, &[&users, &(now - KEPT_FOR)]).await?;
    send_mails(app, tx, &users, notice, now).await
}

async fn send_mails(app: &App, tx: &Tenant, users: &[String], notice: &Notice<'_>, now: Timestamp) -> Result<()> {
    let sql = "SELECT u.email, o.slug FROM organization_members m
               JOIN users u ON u.id = m.user_id AND u.is_active JOIN organizations o ON o.id = m.organization_id
               WHERE m.organization_id = $1 AND m.user_id = ANY ($2)
                 AND NOT EXISTS (SELECT FROM app.silenced_mails s WHERE s.user_id = m.user_id AND s.kind = $3)
               ORDER BY m.joined_at, m.id";
    let organization = tx.organization();
    let rows = tx.rows(sql, &[&organization.as_str(), &users.to_vec(), &notice.kind.as_str()]).await?;
    for row in rows {
        let (email, slug): (String, String) = (row.get("email"), row.get("slug"));
        let base = format!("{}/admin", app.settings.public_url);
        let gap = if notice.detail.is_empty() { "" } else { "\n\n" };
        let text = format!(
            "{}{gap}Open it: {base}/{slug}/{}\n\nChoose which mails you get: {base}/account\n",
            notice.detail, notice.path
        );
        let mail = Mail { recipient: &email, subject: notice.title, text: &text };
        mail::queue(tx, Some(organization), &mail, now).await?;
    }
    Ok(())
}

/// The owners and admins of the transaction's organization.
pub async fn admins(tx: &Tenant) -> Result<Vec<String>> {
    let sql = "SELECT m.user_id FROM organization_members m JOIN users u ON u.id = m.user_id
               WHERE m.organization_id = $1 AND m.role IN ('OWNER', 'ADMIN') AND u.is_active
               ORDER BY m.joined_at, m.id LIMIT $2";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &TOLD_AT_MOST]).await?;
    Ok(rows.iter().map(|row| row.get("user_id")).collect())
}

/// How many notifications a person has not read yet, counted up to [`COUNTED_AT_MOST`].
pub async fn unread(tx: &Tenant, user_id: &str) -> Result<i64> {
    let sql = "SELECT count(*) AS count FROM
                 (SELECT FROM app.notifications WHERE user_id = $1 AND read_at IS NULL LIMIT $2) AS unread";
    Ok(tx.one(sql, &[&user_id, &COUNTED_AT_MOST]).await?.get("count"))
}
