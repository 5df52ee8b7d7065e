//! Statements about what is claimed and sent.

use jiff::{SignedDuration, Timestamp};
use kernel::Result;
use kernel::db::{Row, Statements, Tenant};
use serde_json::Value;

use super::outcome::Fate;
use crate::audience::contacts::consent;
use crate::audience::suppressions::Reason;
use crate::returns::record::give_up;
use crate::returns::{Bounce, FULL};
use crate::sending::emails::actions::Doubt;
use crate::sending::emails::{Email, Status};

/// How long a claimed recipient belongs to its node, unless renewed.
pub const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// Lets workers look at an email at this moment.
pub async fn wake(tx: &Tenant, email_id: &str, at: Timestamp) -> Result<()> {
    let sql = "INSERT INTO app.sending_queue (organization_id, email_id, due_at) VALUES ($1, $2, $3)
               ON CONFLICT (organization_id, email_id) DO UPDATE SET due_at = excluded.due_at";
    tx.execute(sql, &[&tx.organization().as_str(), &email_id, &at]).await?;
    Ok(())
}

/// What a frozen email is made of, and since when.
pub struct Body {
    pub html: String,
    pub plain_text: String,
    pub frozen_at: Timestamp,
}

pub async fn body(tx: &Tenant, email_id: &str) -> Result<Option<Body>> {
    let sql = "SELECT html, plain_text, frozen_at FROM app.email_bodies WHERE organization_id = $1 AND id = $2";
    let row = tx.row(sql, &[&tx.organization().as_str(), &email_id]).await?;
    Ok(row.map(|row| Body {
        html: row.get("html"),
        plain_text: row.get("plain_text"),
        frozen_at: row.get("frozen_at"),
    }))
}

/// Where an email that is in the queue stands.
pub struct Standing {
    /// Whether it is to be sent on at this moment.
    pub is_running: bool,
    /// Whether who still waits is left out.
    pub is_cancelled: bool,
    /// When it was frozen: another time means another text.
    pub frozen_at: Option<Timestamp>,
    /// Whether the operator limits how many messages the organization sends in a minute.
    pub is_limited: bool,
}

pub async fn standing(tx: &Tenant, email_id: &str) -> Result<Option<Standing>> {
    let sql = "SELECT status = 'SENDING' AND paused_at IS NULL AND cancelled_at IS NULL AS is_running,
                 cancelled_at IS NOT NULL AS is_cancelled,
                 (SELECT body.frozen_at FROM app.email_bodies AS body
                  WHERE body.organization_id = email_campaigns.organization_id AND body.id = email_campaigns.id) AS frozen_at,
                 EXISTS (SELECT FROM app.plan_limits AS allowed WHERE allowed.organization_id = email_campaigns.organization_id
                         AND allowed.messages_a_minute IS NOT NULL) AS is_limited
               FROM email_campaigns WHERE id = $1";
    let row = tx.row(sql, &[&email_id]).await?;
    Ok(row.map(|row| Standing {
        is_running: row.get("is_running"),
        is_cancelled: row.get("is_cancelled"),
        frozen_at: row.get("frozen_at"),
        is_limited: row.get("is_limited"),
    }))
}

/// What a claim takes.
pub struct Claim<'a> {
    pub email_id: &'a str,
    /// Who holds the lease.
    pub token: &'a str,
    pub most: i64,
    pub now: Timestamp,
}

/// Takes the lease of the next recipients that are due; each row holds the person, `attempts`, and `may_be_sent_to` as of
/// now: who left the list since it was frozen is not written to, and who has a new address is written to there.
pub async fn claim(tx: &Tenant, claim: &Claim<'_>) -> Result<Vec<Row>> {
    // Whether somebody may be written to is asked otherwise than for a whole audience, which would read all suppressions each
    // time.
    let sql = "WITH next AS (
           SELECT organization_id, id, contact_id FROM app.email_recipients
           WHERE organization_id = $1 AND email_id = $2 AND state = 'queued' AND due_at <= $3
           ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED)
         UPDATE app.email_recipients AS r
         SET state = 'sending', attempts = r.attempts + 1, lease_token = $5, lease_until = $6, email = coalesce(contact.email, r.email)
         FROM next LEFT JOIN app.contacts AS contact
           ON contact.organization_id = next.organization_id AND contact.id = next.contact_id
         WHERE r.organization_id = next.organization_id AND r.id = next.id
         RETURNING r.id AS recipient_id, r.email AS recipient_email, r.attempts, r.variant, r.begins_at, contact.email_hash, contact.name,
           contact.company, contact.language, contact.fields, contact.id IS NOT NULL AND contact.status = 'subscribed'
           AND (contact.paused_until IS NULL OR contact.paused_until <= $3)
           AND NOT EXISTS (SELECT FROM app.suppressions s WHERE s.organization_id = $1 AND s.email_hash = contact.email_hash)
             AS may_be_sent_to";
    let Claim { email_id, token, most, now } = claim;
    tx.rows(sql, &[&tx.organization().as_str(), email_id, now, most, token, &(*now + LEASE)]).await
}

/// What became of one claimed recipient.
#[derive(Debug, Clone)]
pub struct Record {
    pub recipient: String,
    pub email_hash: Vec<u8>,
    pub fate: Fate,
}

/// Writes down what became of claimed recipients, as far as this node still holds them.
pub async fn record(tx: &Tenant, token: &str, records: &[Record], now: Timestamp) -> Result<()> {
    let (mut ids, mut states, mut replies, mut due) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut back: Vec<i32> = Vec::new();
    for Record { recipient, fate, .. } in records {
        let (state, reply, at, takes_back) = match fate {
            Fate::Sent(reply) => ("sent", Some(reply), None, 0),
            Fate::Bounced { reply, .. } => ("bounced", Some(reply), None, 0),
            Fate::Refused(reply) | Fate::Failed(reply) => ("failed", Some(reply), None, 0),
            Fate::Again { at, reply } => ("queued", Some(reply), Some(*at), 0),
            Fate::Uncertain(reply) => ("uncertain", Some(reply), None, 0),
            Fate::PutBack(at) => ("queued", None, Some(*at), 1),
            Fate::Skipped(reply) => ("skipped", Some(reply), None, 0),
        };
        ids.push(recipient.clone());
        states.push(state.to_owned());
        replies.push(reply.map(|reply| reply.chars().take(1000).collect::<String>()));
        due.push(at);
        back.push(takes_back);
    }
    // A lease that ran out made it uncertain; the answer that comes late after all is the truth. The ids are looked up as a list:
    // joined with one, a table that was just filled is read as a whole, for PostgreSQL knows nothing of it yet.
    let told = |values: &str| format!("({values})[array_position($2, r.id)]");
    let (state, due_at) = (told("$4::text[]"), told("$6::timestamptz[]"));
    let is_cancelled = "(SELECT email.cancelled_at IS NOT NULL FROM email_campaigns AS email
                         WHERE email.organization_id = $1 AND email.id = r.email_id)";
    let sql = format!(
        "UPDATE app.email_recipients AS r
         SET state = CASE WHEN {state} = 'queued' AND {is_cancelled} THEN 'skipped' ELSE {state} END,
             reply = coalesce({reply}, r.reply),
             due_at = CASE WHEN NOT {is_cancelled} THEN {due_at} END,
             attempts = greatest(r.attempts - {back}, 0)::smallint,
             sent_at = CASE WHEN {state} IN ('sent', 'uncertain') THEN $3 ELSE r.sent_at END,
             lease_until = NULL, lease_token = NULL
         WHERE r.organization_id = $1 AND r.id = ANY ($2) AND r.lease_token = $8 AND r.state IN ('sending', 'uncertain')",
        reply = told("$5::text[]"),
        back = told("$7::int[]"),
    );
    let organization = tx.organization().as_str();
    tx.execute(&sql, &[&organization, &ids, &now, &states, &replies, &due, &back, &token]).await?;
    for record in records {
        if let Fate::Bounced { reply, bounce } = &record.fate {
            note_bounce(tx, record, (reply, *bounce), now).await?;
        }
    }
    Ok(())
}

async fn note_bounce(tx: &Tenant, record: &Record, (reply, bounce): (&str, Bounce), now: Timestamp) -> Result<()> {
    let is_gone = bounce == Bounce::Hard;
    let kind = if is_gone { "bounce" } else { "soft_bounce" };
    let verdict = (bounce == Bounce::FullMailbox).then_some(FULL);
    let sql =
        "INSERT INTO app.email_events (organization_id, id, email_id, recipient_id, contact_id, kind, at, details, verdict)
               SELECT organization_id, $3, email_id, id, contact_id, $4, $5, left($6, 1000), $7
               FROM app.email_recipients WHERE organization_id = $1 AND id = $2 AND state = 'bounced' RETURNING contact_id";
    let organization = tx.organization().as_str();
    let event = kernel::id::new(now);
    let added = tx.row(sql, &[&organization, &record.recipient, &event, &kind, &now, &reply, &verdict]).await?;
    if is_gone {
        return consent::suppress(tx, &record.email_hash, (Reason::HardBounce, reply), now).await;
    }
    let contact: Option<String> = added.and_then(|row| row.get("contact_id"));
    give_up(tx, contact.as_deref(), (&record.email_hash, reply), now).await
}

/// Holds on to what is on its way.
pub async fn renew(tx: &Tenant, token: &str, recipients: &[String], until: Timestamp) -> Result<()> {
    let sql = "UPDATE app.email_recipients SET lease_until = $4
               WHERE organization_id = $1 AND id = ANY ($2) AND lease_token = $3 AND state = 'sending'";
    tx.execute(sql, &[&tx.organization().as_str(), &recipients, &token, &until]).await?;
    Ok(())
}

/// Recipients whose node is gone: it may have sent the message or not, so nobody sends it again by itself.
pub async fn give_up_leases(tx: &Tenant, email_id: &str, now: Timestamp) -> Result<u64> {
    let sql = "UPDATE app.email_recipients SET state = 'uncertain', due_at = NULL, lease_until = NULL, sent_at = $3,
                 reply = 'the program ended while the message was on its way'
               WHERE organization_id = $1 AND email_id = $2 AND state = 'sending' AND due_at <= $3 AND lease_until < $3";
    tx.execute(sql, &[&tx.organization().as_str(), &email_id, &now]).await
}

/// What there is to do again for an email.
pub struct Due {
    /// None when everybody has an answer.
    pub at: Option<Timestamp>,
    /// When it is known of what is on its way that its node is gone, unless the lease is renewed.
    pub lease: Option<Timestamp>,
    /// For when it was in the queue when this was asked.
    pub queued_for: Option<Timestamp>,
}

/// When there is something to do again for an email.
///
/// What is on its way was due when it was claimed, so neither question reads the whole queue.
pub async fn next_due(tx: &Tenant, email_id: &str, now: Timestamp) -> Result<Due> {
    let sql = "SELECT (SELECT due_at FROM app.email_recipients
                  WHERE organization_id = $1 AND email_id = $2 AND state = 'queued' ORDER BY due_at LIMIT 1) AS queued,
                 (SELECT min(lease_until) FROM app.email_recipients
                  WHERE organization_id = $1 AND email_id = $2 AND state = 'sending' AND due_at <= $3) AS lease,
                 (SELECT queue.due_at FROM app.sending_queue AS queue
                  WHERE queue.organization_id = $1 AND queue.email_id = $2) AS queued_for";
    let row = tx.one(sql, &[&tx.organization().as_str(), &email_id, &now]).await?;
    let (queued, lease): (Option<Timestamp>, Option<Timestamp>) = (row.get("queued"), row.get("lease"));
    Ok(Due { at: queued.into_iter().chain(lease).min(), lease, queued_for: row.get("queued_for") })
}

/// Lets an email wait until something of it is due, or takes it out of the queue; it comes back when somebody wakes it.
///
/// Emails of automations get recipients at any time. One that was woken since it was asked what is due is left as it is, or
/// its new recipient would wait for nobody.
pub async fn rest(tx: &Tenant, email_id: &str, (due, until): (&Due, Option<Timestamp>)) -> Result<()> {
    let organization = tx.organization().as_str();
    match (due.queued_for, until) {
        (None, None) => return Ok(()),
        (None, Some(until)) => return wake(tx, email_id, until).await,
        (Some(seen), None) => {
            let sql = "DELETE FROM app.sending_queue WHERE organization_id = $1 AND email_id = $2 AND due_at = $3";
            tx.execute(sql, &[&organization, &email_id, &seen]).await?;
        }
        (Some(seen), Some(until)) => {
            let sql =
                "UPDATE app.sending_queue SET due_at = $4 WHERE organization_id = $1 AND email_id = $2 AND due_at = $3";
            tx.execute(sql, &[&organization, &email_id, &seen, &until]).await?;
        }
    }
    Ok(())
}

/// Ends an email whose recipients all have an answer. `None` when another node has done it.
pub async fn finish(tx: &Tenant, email_id: &str, now: Timestamp) -> Result<Option<(Status, Value)>> {
    let sql = r#"UPDATE email_campaigns
               SET status = (CASE WHEN sent + uncertain > 0 THEN 'SENT' ELSE 'FAILED' END)::"EmailStatus", finished_at = $2,
                   problem = CASE WHEN sent + uncertain > 0 THEN NULL WHEN recipients = 0 THEN 'Nobody was left to send it to.'
                                  WHEN cancelled_at IS NOT NULL THEN 'It was cancelled before anything went out.'
                                  ELSE 'No message was taken. The report says what the mail server answered.' END
               WHERE id = $1 AND status = 'SENDING' AND automation_id IS NULL
               RETURNING status::text AS status,
                 jsonb_build_object('subject', subject, 'recipients', recipients, 'sent', sent, 'delivered', delivered) AS told"#;
    let row = tx.row(sql, &[&email_id, &now]).await?;
    Ok(row.map(|row| (Status::parse(row.get("status")).unwrap_or(Status::Failed), row.get("told"))))
}

/// Decides about those of whom nobody knows.
pub async fn settle_doubt(tx: &Tenant, email: &Email, doubt: Doubt, now: Timestamp) -> Result<()> {
    let organization = tx.organization().as_str();
    if doubt == Doubt::TakeAsSent {
        let sql = "UPDATE app.email_recipients SET state = 'sent', lease_token = NULL
                   WHERE organization_id = $1 AND email_id = $2 AND state = 'uncertain'";
        tx.execute(sql, &[&organization, &email.id]).await?;
        return Ok(());
    }
    let sql = "UPDATE app.email_recipients SET state = 'queued', due_at = $3, sent_at = NULL, lease_token = NULL
               WHERE organization_id = $1 AND email_id = $2 AND state = 'uncertain'";
    tx.execute(sql, &[&organization, &email.id, &now]).await?;
    let sql = "UPDATE email_campaigns SET status = 'SENDING', finished_at = NULL, cancelled_at = NULL, version = version + 1 WHERE id = $1";
    tx.execute(sql, &[&email.id]).await?;
    wake(tx, &email.id, now).await
}

/// How many of `wanted` messages the operator's limit allows in this minute, for all nodes together.
pub async fn take_of_minute(tx: &Tenant, wanted: i64, now: Timestamp) -> Result<i64> {
    let sql = "SELECT messages_a_minute, CASE WHEN sending_minute = date_trunc('minute', $2) THEN sending_used ELSE 0 END AS used
               FROM app.plan_limits WHERE organization_id = $1 AND messages_a_minute IS NOT NULL FOR UPDATE";
    let organization = tx.organization().as_str();
    let Some(row) = tx.row(sql, &[&organization, &now]).await? else { return Ok(wanted) };
    let left = i64::from(row.get::<_, i32>("messages_a_minute") - row.get::<_, i32>("used"));
    let taken = wanted.min(left.max(0));
    let sql = "UPDATE app.plan_limits SET sending_used = CASE WHEN sending_minute = date_trunc('minute', $2) THEN sending_used ELSE 0 END + $3,
                 sending_minute = date_trunc('minute', $2) WHERE organization_id = $1";
    tx.execute(sql, &[&organization, &now, &i32::try_from(taken).unwrap_or(0)]).await?;
    Ok(taken)
}

/// Gives back what was taken of this minute and not sent.
pub async fn give_back_of_minute(tx: &Tenant, spare: i64, now: Timestamp) -> Result<()> {
    let sql = "UPDATE app.plan_limits SET sending_used = greatest(sending_used - $3, 0)
               WHERE organization_id = $1 AND sending_minute = date_trunc('minute', $2)";
    tx.execute(sql, &[&tx.organization().as_str(), &now, &i32::try_from(spare).unwrap_or(0)]).await?;
    Ok(())
}
