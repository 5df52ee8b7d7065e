//! Scanners that call themselves a browser are told by their haste: they follow many links of one message at once.

use jiff::{SignedDuration, Timestamp};
use kernel::Result;
use kernel::db::{Statements, Tenant};

/// So many links of one message within so short a time are not followed by a person.
const LINKS: i64 = 3;
const WITHIN: SignedDuration = SignedDuration::from_secs(3);
/// How that is called among the verdicts.
const VERDICT: &str = "many links at once";

/// Looks at what these recipients have just clicked, and takes back for whom it was a program: its clicks stay as a program's,
/// and the person's first opening and click are made anew of what is left.
pub async fn take_back(tx: &Tenant, recipients: &[String], now: Timestamp) -> Result<()> {
    let sql = "WITH burst AS (
                 SELECT recipient_id, min(at) AS since FROM app.email_events
                 WHERE organization_id = $1 AND recipient_id = ANY ($2) AND kind = 'click' AND at > $3
                 GROUP BY recipient_id HAVING count(DISTINCT link_id) >= $4),
               marked AS (
                 UPDATE app.email_events AS e SET is_machine = true, verdict = $5 FROM burst
                 WHERE e.organization_id = $1 AND e.recipient_id = burst.recipient_id AND e.kind = 'click'
                   AND e.at >= burst.since AND NOT e.is_machine
                 RETURNING e.id),
               remaining AS (
                 SELECT recipient_id, min(at) AS opened, min(at) FILTER (WHERE kind = 'click') AS clicked FROM app.email_events
                 WHERE organization_id = $1 AND recipient_id IN (SELECT recipient_id FROM burst) AND kind IN ('open', 'click')
                   AND NOT is_machine AND id NOT IN (SELECT id FROM marked)
                 GROUP BY recipient_id)
               UPDATE app.email_recipients AS r SET opened_at = remaining.opened, clicked_at = remaining.clicked
               FROM burst LEFT JOIN remaining ON remaining.recipient_id = burst.recipient_id
               WHERE r.organization_id = $1 AND r.id = burst.recipient_id
                 AND (r.opened_at, r.clicked_at) IS DISTINCT FROM (remaining.opened, remaining.clicked)";
    let organization = tx.organization().as_str();
    tx.execute(sql, &[&organization, &recipients, &(now - WITHIN), &LINKS, &VERDICT]).await?;
    Ok(())
}
