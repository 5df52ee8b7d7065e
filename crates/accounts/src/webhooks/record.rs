//! What is due, taken with a lease, and what became of it.

use jiff::{SignedDuration, Timestamp};
use kernel::db::{Row, Statements, Tenant};
use kernel::mail::{self, Mail};
use kernel::{App, Result, events};

use super::actions::host_of;
use super::deliver::Outcome;
use super::model::next_attempt;

/// Longer than the longest attempt.
const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// An endpoint that has failed for so long, with no success in between, is switched off.
const FAILS_AT_MOST: SignedDuration = SignedDuration::from_hours(5 * 24);
/// How long an endpoint that cannot keep up is left alone when it does not say how long.
const REST: SignedDuration = SignedDuration::from_mins(1);

/// One message on its way to one endpoint.
pub struct Sending {
    pub delivery_id: String,
    pub endpoint_id: String,
    pub message_id: String,
    pub payload: String,
    pub url: String,
    secret: Vec<u8>,
    previous: Option<(Vec<u8>, Timestamp)>,
    /// This one included.
    attempts: i32,
    failing_since: Option<Timestamp>,
}

impl Sending {
    /// The sealed secrets that sign at this time, the newest first.
    pub fn secrets_at(&self, at: Timestamp) -> Vec<Vec<u8>> {
        let previous = self.previous.iter().filter(|(_, until)| at < *until).map(|(secret, _)| secret.clone());
        std::iter::once(self.secret.clone()).chain(previous).collect()
    }
}

/// What is due now.
pub enum Due {
    Sendings(Vec<Sending>),
    /// Somebody else is sending for this organization; until then the lease is theirs.
    Busy(Timestamp),
}

/// Takes the lease of what is due, the endpoints taking turns. One worker at a time sends for an organization, so that
/// slow receivers of one take no more than one place from all others.
pub async fn claim(tx: &Tenant, most: i64, now: Timestamp) -> Result<Due> {
    let organization = tx.organization().as_str();
    // Two that begin at the same moment must see each other.
    tx.rows("SELECT pg_advisory_xact_lock(hashtextextended('webhooks:' || $1, 0))::text", &[&organization]).await?;
    let sql = "SELECT max(lease_until) AS until FROM app.webhook_deliveries
               WHERE organization_id = $1 AND status = 'pending' AND lease_until >= $2";
    if let Some(until) = tx.one(sql, &[&organization, &now]).await?.get::<_, Option<Timestamp>>("until") {
        return Ok(Due::Busy(until));
    }
    let sql = "WITH due AS (
                 SELECT id, endpoint_id, next_attempt_at FROM app.webhook_deliveries
                 WHERE organization_id = $1 AND status = 'pending' AND next_attempt_at <= $2
                 ORDER BY next_attempt_at LIMIT 500
               ), turns AS (
                 SELECT id, next_attempt_at, row_number() OVER (PARTITION BY endpoint_id ORDER BY next_attempt_at, id) AS turn
                 FROM due
               ), taken AS (
                 UPDATE app.webhook_deliveries SET attempts = attempts + 1, lease_until = $3
                 WHERE organization_id = $1 AND id IN (SELECT id FROM turns ORDER BY turn, next_attempt_at, id LIMIT $4)
                 RETURNING id, endpoint_id, message_id, attempts
               )
               SELECT t.id, t.endpoint_id, t.message_id, t.attempts, m.payload, e.url, e.secret, e.previous_secret,
                      e.previous_until, e.failing_since
               FROM taken t
               JOIN app.webhook_messages m ON m.organization_id = $1 AND m.id = t.message_id
               JOIN app.webhook_endpoints e ON e.organization_id = $1 AND e.id = t.endpoint_id";
    let rows = tx.rows(sql, &[&organization, &now, &(now + LEASE), &most]).await?;
    Ok(Due::Sendings(rows.iter().map(from_row).collect()))
}

fn from_row(row: &Row) -> Sending {
    let previous: Option<Vec<u8>> = row.get("previous_secret");
    Sending {
        delivery_id: row.get("id"),
        endpoint_id: row.get("endpoint_id"),
        message_id: row.get("message_id"),
        payload: row.get("payload"),
        url: row.get("url"),
        secret: row.get("secret"),
        previous: previous.zip(row.get("previous_until")),
        attempts: row.get("attempts"),
        failing_since: row.get("failing_since"),
    }
}

/// Writes an attempt down and decides what comes next.
pub async fn settle(app: &App, tx: &Tenant, sending: &Sending, outcome: &Outcome) -> Result<()> {
    log(tx, sending, outcome).await?;
    if outcome.is_success() {
        finish(tx, sending, "delivered", outcome.at).await?;
        return set_failing(tx, sending, None).await;
    }
    let since = sending.failing_since.unwrap_or(outcome.at);
    set_failing(tx, sending, Some(since)).await?;
    if outcome.status == Some(http::StatusCode::GONE) {
        return switch_off(app, tx, sending, ("gone", outcome.at)).await;
    }
    if outcome.at.duration_since(since) >= FAILS_AT_MOST {
        return switch_off(app, tx, sending, ("failing", outcome.at)).await;
    }
    if outcome.is_overload() {
        hold_back(tx, sending, outcome.at + outcome.wish.unwrap_or(REST)).await?;
    }
    match next_attempt(sending.attempts, rand::random(), outcome.at, outcome.wish) {
        Some(at) => try_again(tx, sending, at).await,
        None => finish(tx, sending, "failed", outcome.at).await,
    }
}

async fn log(tx: &Tenant, sending: &Sending, outcome: &Outcome) -> Result<()> {
    let sql = "INSERT INTO app.webhook_attempts
                 (organization_id, id, delivery_id, at, duration_ms, request_headers, response_status, response_body, failure)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let id = kernel::id::new(outcome.at);
    let status = outcome.status.map(|status| i32::from(status.as_u16()));
    let Outcome { at, duration_ms, request_headers, body, failure, .. } = outcome;
    let organization = tx.organization().as_str();
    tx.execute(
        sql,
        &[&organization, &id, &sending.delivery_id, at, duration_ms, request_headers, &status, body, failure],
    )
    .await?;
    Ok(())
}

async fn finish(tx: &Tenant, sending: &Sending, status: &str, at: Timestamp) -> Result<()> {
    let sql = "UPDATE app.webhook_deliveries
               SET status = $3, finished_at = $4, lease_until = NULL, next_attempt_at = NULL
               WHERE organization_id = $1 AND id = $2";
    tx.execute(sql, &[&tx.organization().as_str(), &sending.delivery_id, &status, &at]).await?;
    Ok(())
}

async fn try_again(tx: &Tenant, sending: &Sending, at: Timestamp) -> Result<()> {
    let sql = "UPDATE app.webhook_deliveries SET next_attempt_at = $3, lease_until = NULL
               WHERE organization_id = $1 AND id = $2";
    tx.execute(sql, &[&tx.organization().as_str(), &sending.delivery_id, &at]).await?;
    events::deliver_at(tx, at).await
}

/// Lets the endpoint's other deliveries wait as well.
async fn hold_back(tx: &Tenant, sending: &Sending, until: Timestamp) -> Result<()> {
    let sql = "UPDATE app.webhook_deliveries SET next_attempt_at = $3
               WHERE organization_id = $1 AND endpoint_id = $2 AND status = 'pending' AND next_attempt_at < $3
                 AND lease_until IS NULL";
    tx.execute(sql, &[&tx.organization().as_str(), &sending.endpoint_id, &until]).await?;
    events::deliver_at(tx, until).await
}

async fn set_failing(tx: &Tenant, sending: &Sending, since: Option<Timestamp>) -> Result<()> {
    let sql = "UPDATE app.webhook_endpoints SET failing_since = $3
               WHERE organization_id = $1 AND id = $2 AND failing_since IS DISTINCT FROM $3
                 AND ($3::timestamptz IS NULL OR failing_since IS NULL)";
    tx.execute(sql, &[&tx.organization().as_str(), &sending.endpoint_id, &since]).await?;
    Ok(())
}

/// Switches an endpoint off, gives up what waits for it, and tells the admins why.
async fn switch_off(app: &App, tx: &Tenant, sending: &Sending, (reason, at): (&str, Timestamp)) -> Result<()> {
    let sql = "UPDATE app.webhook_deliveries
               SET status = 'failed', finished_at = $3, lease_until = NULL, next_attempt_at = NULL
               WHERE organization_id = $1 AND endpoint_id = $2 AND status = 'pending'";
    let organization = tx.organization().as_str();
    tx.execute(sql, &[&organization, &sending.endpoint_id, &at]).await?;
    let sql = "UPDATE app.webhook_endpoints SET is_active = false, disabled_reason = $3, version = version + 1
               WHERE organization_id = $1 AND id = $2 AND is_active";
    if tx.execute(sql, &[&organization, &sending.endpoint_id, &reason]).await? == 0 {
        return Ok(());
    }
    let host = host_of(&sending.url);
    let why = match reason {
        "gone" => "It answered that it is gone (410).",
        _ => "It has not taken a single message for five days.",
    };
    let row = tx.one("SELECT slug FROM organizations WHERE id = $1", &[&organization]).await?;
    let (address, slug): (_, String) = (&app.settings.public_url, row.get("slug"));
    let text = format!(
        "Hello,\n\nthe webhook to {host} was switched off. {why}\nWhat happened since then was not delivered; see the log, \
         and switch it on again when the receiver works:\n\n{address}/admin/{slug}/webhooks/{}\n",
        sending.endpoint_id
    );
    for recipient in admin_addresses(tx).await? {
        let mail =
            Mail { recipient: &recipient, subject: &format!("The webhook to {host} was switched off"), text: &text };
        mail::queue(tx, Some(tx.organization()), &mail, at).await?;
    }
    Ok(())
}

/// Owners and admins hear of it by mail whatever else they chose not to hear of: what is not delivered is lost.
async fn admin_addresses(tx: &Tenant) -> Result<Vec<String>> {
    let sql = "SELECT u.email FROM organization_members m JOIN users u ON u.id = m.user_id
               WHERE m.organization_id = $1 AND m.role IN ('OWNER', 'ADMIN') AND u.is_active
               ORDER BY m.joined_at, m.id LIMIT 100";
    Ok(tx.rows(sql, &[&tx.organization().as_str()]).await?.iter().map(|row| row.get("email")).collect())
}
