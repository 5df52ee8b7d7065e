//! The rows of deliveries and their attempts.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Row, Statements, Tenant};

use super::model::{Attempt, Delivery};

const COLUMNS: &str =
    "d.id, d.endpoint_id, d.message_id, m.kind, d.status, d.attempts, d.next_attempt_at, d.created_at,
                       a.response_status, a.failure";
const FROM: &str = "app.webhook_deliveries d
                    JOIN app.webhook_messages m ON m.organization_id = d.organization_id AND m.id = d.message_id
                    LEFT JOIN LATERAL (
                      SELECT response_status, failure FROM app.webhook_attempts
                      WHERE organization_id = d.organization_id AND delivery_id = d.id ORDER BY id DESC LIMIT 1
                    ) a ON true";

fn from_row(row: &Row) -> Delivery {
    Delivery {
        id: row.get("id"),
        endpoint_id: row.get("endpoint_id"),
        message_id: row.get("message_id"),
        event: row.get("kind"),
        status: row.get("status"),
        attempts: row.get("attempts"),
        next_attempt_at: row.get("next_attempt_at"),
        created_at: row.get("created_at"),
        response_status: row.get("response_status"),
        failure: row.get("failure"),
    }
}

/// An endpoint's deliveries, the newest first, from before the one with the id `before`.
pub async fn list(tx: &Tenant, endpoint: &str, before: Option<&str>, limit: i64) -> Result<Vec<Delivery>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {FROM} WHERE d.organization_id = $1 AND d.endpoint_id = $2
           AND ($3::text IS NULL OR d.id < $3) ORDER BY d.id DESC LIMIT $4"
    );
    Ok(tx.rows(&sql, &[&tx.organization().as_str(), &endpoint, &before, &limit]).await?.iter().map(from_row).collect())
}

pub async fn count(tx: &Tenant, endpoint: &str) -> Result<i64> {
    let sql = "SELECT count(*) AS total FROM app.webhook_deliveries WHERE organization_id = $1 AND endpoint_id = $2";
    Ok(tx.one(sql, &[&tx.organization().as_str(), &endpoint]).await?.get("total"))
}

/// A delivery and the payload of its message.
pub async fn find(tx: &Tenant, id: &str) -> Result<Option<(Delivery, String)>> {
    let sql = format!("SELECT {COLUMNS}, m.payload FROM {FROM} WHERE d.organization_id = $1 AND d.id = $2");
    let row = tx.row(&sql, &[&tx.organization().as_str(), &id]).await?;
    Ok(row.as_ref().map(|row| (from_row(row), row.get("payload"))))
}

/// A delivery's newest attempts, the newest first.
pub async fn attempts(tx: &Tenant, delivery: &str) -> Result<Vec<Attempt>> {
    let sql =
        "SELECT at, duration_ms, request_headers, response_status, response_body, failure FROM app.webhook_attempts
               WHERE organization_id = $1 AND delivery_id = $2 ORDER BY id DESC LIMIT 50";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &delivery]).await?;
    let attempt = |row: &Row| Attempt {
        at: row.get("at"),
        duration_ms: row.get("duration_ms"),
        request_headers: row.get("request_headers"),
        response_status: row.get("response_status"),
        response_body: row.get("response_body"),
        failure: row.get("failure"),
    };
    Ok(rows.iter().map(attempt).collect())
}

/// Begins a new round of attempts, unless one is being sent right now.
pub async fn begin_again(tx: &Tenant, id: &str, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE app.webhook_deliveries
               SET status = 'pending', attempts = 0, next_attempt_at = $3, finished_at = NULL, lease_until = NULL
               WHERE organization_id = $1 AND id = $2 AND (lease_until IS NULL OR lease_until < $3)";
    Ok(tx.execute(sql, &[&tx.organization().as_str(), &id, &now]).await? > 0)
}

/// Forgets messages from before then, with all that belongs to them; at most `most` at once.
pub async fn forget(tx: &Tenant, before: Timestamp, most: i64) -> Result<()> {
    let sql = "DELETE FROM app.webhook_messages WHERE organization_id = $1 AND id IN (
                 SELECT id FROM app.webhook_messages WHERE organization_id = $1 AND created_at < $2 LIMIT $3)";
    tx.execute(sql, &[&tx.organization().as_str(), &before, &most]).await?;
    Ok(())
}
