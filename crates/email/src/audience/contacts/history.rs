//! What happened to a contact, in words.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};
use serde::Serialize;
use utoipa::ToSchema;

/// Entries shown of one contact at most.
pub const SHOWN_MOST: i64 = 200;

#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ContactHistoryEntry)]
pub struct Entry {
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// `added`, `edited`, `status`, `consent`, `tagged`, `form`, `preferences`, or of emails `sent`, `open`, `click`, `bounce` …
    pub kind: String,
    pub words: String,
    pub actor: Option<String>,
}

/// Writes one entry.
pub async fn record(
    tx: &Tenant,
    contact_id: &str,
    (kind, words): (&str, &str),
    actor: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    let sql = "INSERT INTO app.contact_history (organization_id, id, contact_id, at, kind, words, actor)
               VALUES ($1, $2, $3, $4, $5, left($6, 3000), left($7, 200))";
    let id = kernel::id::new(now);
    tx.execute(sql, &[&tx.organization().as_str(), &id, &contact_id, &now, &kind, &words, &actor]).await?;
    Ok(())
}

/// The newest first: entries of the contact, emails sent to it and what became of them.
pub async fn of(tx: &Tenant, contact_id: &str) -> Result<Vec<Entry>> {
    let sql = "(SELECT at, kind, words, actor, id FROM app.contact_history WHERE contact_id = $1 ORDER BY id DESC LIMIT $2)
               UNION ALL
               (SELECT r.sent_at, 'sent', 'Was sent “' || e.subject || '”', NULL, r.id
                FROM app.email_recipients r JOIN email_campaigns e ON e.organization_id = r.organization_id AND e.id = r.email_id
                WHERE r.contact_id = $1 AND r.sent_at IS NOT NULL ORDER BY r.sent_at DESC LIMIT $2)
               UNION ALL
               (SELECT v.at, v.kind, CASE v.kind WHEN 'open' THEN 'Opened' WHEN 'click' THEN 'Clicked in' WHEN 'delivered' THEN 'Received'
                         WHEN 'unsubscribe' THEN 'Unsubscribed in' WHEN 'complaint' THEN 'Reported as spam:'
                         ELSE 'Mail came back:' END || ' “' || e.subject || '”' ||
                       CASE WHEN v.is_machine THEN ' (a program did)' ELSE '' END, NULL, v.id
                FROM app.email_events v JOIN email_campaigns e ON e.organization_id = v.organization_id AND e.id = v.email_id
                WHERE v.contact_id = $1 ORDER BY v.at DESC LIMIT $2)
               ORDER BY at DESC, id DESC LIMIT $2";
    let rows = tx.rows(sql, &[&contact_id, &SHOWN_MOST]).await?;
    let entry = |row: &kernel::db::Row| Entry {
        at: row.get("at"),
        kind: row.get("kind"),
        words: row.get("words"),
        actor: row.get("actor"),
    };
    Ok(rows.iter().map(entry).collect())
}
