//! Statements about what comes back.

use jiff::{SignedDuration, Timestamp};
use kernel::db::{OrganizationId, Row, Statements, Tenant};
use kernel::{App, Result};

use super::{Bounce, News, Told};
use crate::sending::tracking::token;

/// One message that something came back of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub organization: OrganizationId,
    /// The row of `app.email_recipients`.
    pub recipient: String,
}

/// The message that a mark stands for, or an address with one in it, if it was made here.
///
/// A mark holds no organization, for an address has room for 64 characters before its `@`. So it is looked up whose the
/// email is, and the signature tells whether it is.
pub async fn target(app: &App, text: &str) -> Result<Option<Target>> {
    let Some(mark) = token::Mark::parse(text) else { return Ok(None) };
    let (email, number) = mark.parts();
    let sql = "SELECT organization_id, email_id FROM app.return_paths WHERE lower(email_id) = $1 LIMIT 10";
    for row in app.database.global().await?.rows(sql, &[&email]).await? {
        let organization = OrganizationId::parse(row.get("organization_id"))?;
        if mark.is_of(app, &organization) {
            let recipient = format!("{}-{number}", row.get::<_, String>("email_id"));
            return Ok(Some(Target { organization, recipient }));
        }
    }
    Ok(None)
}

/// A recipient that something came back of.
pub(super) struct Recipient {
    pub email_id: String,
    pub contact_id: Option<String>,
    pub email: String,
}

impl Recipient {
    fn from_row(row: &Row) -> Self {
        Self { email_id: row.get("email_id"), contact_id: row.get("contact_id"), email: row.get("email") }
    }
}

/// Locks a recipient, as everything does that writes to one before it looks at the contact.
pub(super) async fn lock(tx: &Tenant, recipient: &str) -> Result<Option<Recipient>> {
    let sql = "SELECT email_id, contact_id, email FROM app.email_recipients WHERE organization_id = $1 AND id = $2 FOR UPDATE";
    Ok(tx.row(sql, &[&tx.organization().as_str(), &recipient]).await?.as_ref().map(Recipient::from_row))
}

/// Adds an event; `false` when it was told before.
pub(super) async fn add_event(
    tx: &Tenant,
    (id, recipient): (&str, &Recipient),
    (told, source): (&Told, &str),
    (at, now): (Timestamp, Timestamp),
) -> Result<bool> {
    let sql = "INSERT INTO app.email_events (organization_id, id, email_id, recipient_id, contact_id, kind, at, verdict, details, source_id)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, nullif(left($9, 1000), ''), left($10, 300))
               ON CONFLICT (organization_id, source_id) WHERE source_id IS NOT NULL DO NOTHING";
    let (kind, verdict) = match told.news {
        News::Delivered => ("delivered", None),
        News::Bounced(Bounce::Hard) => ("bounce", None),
        News::Bounced(Bounce::FullMailbox) => ("soft_bounce", Some(FULL)),
        News::Bounced(Bounce::Soft) => ("soft_bounce", None),
        News::Bounced(Bounce::Policy) => ("refusal", None),
        News::Complained => ("complaint", None),
        News::Unsubscribed => ("unsubscribe", None),
    };
    let organization = tx.organization().as_str();
    let Recipient { email_id, contact_id, .. } = recipient;
    let event = kernel::id::new(now);
    Ok(tx
        .execute(sql, &[&organization, &event, email_id, &id, contact_id, &kind, &at, &verdict, &told.words, &source])
        .await?
        == 1)
}

/// The verdict of a bounce for want of room.
pub const FULL: &str = "full mailbox";

/// Writes down what the news mean for a recipient. States only go forward: what bounced is delivered no more, and a complaint
/// or a goodbye leave the state as it is.
pub(super) async fn apply(tx: &Tenant, id: &str, told: &Told, at: Timestamp) -> Result<()> {
    let organization = tx.organization().as_str();
    let (from, to): (&[&str], &str) = match told.news {
        News::Delivered => (&["sent", "uncertain"], "delivered"),
        News::Bounced(Bounce::Policy) => (&["sending", "sent", "delivered", "uncertain"], "failed"),
        News::Bounced(_) => (&["sending", "sent", "delivered", "uncertain"], "bounced"),
        News::Complained | News::Unsubscribed => (&["uncertain"], "sent"),
    };
    let from: Vec<String> = from.iter().map(|state| (*state).to_owned()).collect();
    let has_words = !matches!(told.news, News::Complained | News::Unsubscribed);
    // The answer to a message on its way may be overtaken by its bounce; then the lease is over.
    let sql = "UPDATE app.email_recipients
               SET state = CASE WHEN state = ANY ($3) THEN $4 ELSE state END,
                   reply = CASE WHEN $5 AND state = ANY ($3) THEN left($6, 1000) ELSE reply END,
                   sent_at = coalesce(sent_at, $7),
                   lease_until = CASE WHEN state = 'sending' AND state = ANY ($3) THEN NULL ELSE lease_until END,
                   lease_token = CASE WHEN state = 'sending' AND state = ANY ($3) THEN NULL ELSE lease_token END,
                   complained_at = CASE WHEN $8 THEN coalesce(complained_at, $7) ELSE complained_at END,
                   unsubscribed_at = CASE WHEN $9 THEN coalesce(unsubscribed_at, $7) ELSE unsubscribed_at END
               WHERE organization_id = $1 AND id = $2";
    let (complained, left) = (told.news == News::Complained, told.news == News::Unsubscribed);
    tx.execute(sql, &[&organization, &id, &from, &to, &has_words, &told.words, &at, &complained, &left]).await?;
    Ok(())
}

/// Soft bounces in a row after which an address is given up, and over how long: those are for full mailboxes, which are
/// emptied after holidays.
const SOFT_MOST: i64 = 3;
const SOFT_EMAILS_LEAST: i64 = 2;
const SOFT_FOR: SignedDuration = SignedDuration::from_hours(72);
const FULL_FOR: SignedDuration = SignedDuration::from_hours(15 * 24);

/// Whether a contact's messages have bounced softly for so long that nothing will come of writing on: each since the last
/// that arrived, of several emails, over days.
pub(super) async fn is_given_up(tx: &Tenant, contact_id: &str) -> Result<bool> {
    let sql = "WITH arrived AS (
                 SELECT max(sent_at) AS at FROM app.email_recipients
                 WHERE organization_id = $1 AND contact_id = $2 AND state IN ('sent', 'delivered'))
               SELECT count(DISTINCT e.recipient_id) AS count, count(DISTINCT e.email_id) AS emails,
                      min(coalesce(r.sent_at, e.at)) AS first, max(e.at) AS last, bool_and(e.verdict IS NOT DISTINCT FROM $3) AS are_full
               FROM app.email_events e
               JOIN app.email_recipients r ON r.organization_id = e.organization_id AND r.id = e.recipient_id
               WHERE e.organization_id = $1 AND e.contact_id = $2 AND e.kind = 'soft_bounce'
                 AND coalesce(r.sent_at, e.at) > coalesce((SELECT at FROM arrived), '-infinity')";
    let row = tx.one(sql, &[&tx.organization().as_str(), &contact_id, &FULL]).await?;
    let (first, last): (Option<Timestamp>, Option<Timestamp>) = (row.get("first"), row.get("last"));
    let (Some(first), Some(last)) = (first, last) else { return Ok(false) };
    let longest = if row.get("are_full") { FULL_FOR } else { SOFT_FOR };
    Ok(row.get::<_, i64>("count") >= SOFT_MOST
        && row.get::<_, i64>("emails") >= SOFT_EMAILS_LEAST
        && last.duration_since(first) >= longest)
}
