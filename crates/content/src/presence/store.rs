//! Statements about who is at an item.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};

use super::{PRESENT_FOR, Present};

/// People at one item who are told of.
const TOLD_AT_MOST: i64 = 20;
/// Leases that ran out and are cleared away by one renewal.
const CLEARED_AT_ONCE: i64 = 100;

/// Renews somebody's lease at an item, or begins it; `false` when there is no such item.
pub async fn renew(tx: &Tenant, content_id: &str, user_id: &str, now: Timestamp) -> Result<bool> {
    let sql = "INSERT INTO app.content_presence AS present (organization_id, content_id, user_id, since, seen_at)
               SELECT $1, i.id, $3, $4, $4 FROM content_items i WHERE i.id = $2
               ON CONFLICT (organization_id, content_id, user_id) DO UPDATE SET seen_at = excluded.seen_at,
                 since = CASE WHEN present.seen_at > $5 THEN present.since ELSE excluded.since END";
    let organization = tx.organization().as_str();
    Ok(tx.execute(sql, &[&organization, &content_id, &user_id, &now, &(now - PRESENT_FOR)]).await? > 0)
}

/// Who else is at an item, in the order in which they came.
pub async fn others(tx: &Tenant, content_id: &str, user_id: &str, now: Timestamp) -> Result<Vec<Present>> {
    let sql = "SELECT p.user_id, coalesce(nullif(u.name, ''), u.email) AS name, p.since
               FROM app.content_presence p JOIN users u ON u.id = p.user_id
               WHERE p.content_id = $1 AND p.user_id <> $2 AND p.seen_at > $3 ORDER BY p.since, p.user_id LIMIT $4";
    let rows = tx.rows(sql, &[&content_id, &user_id, &(now - PRESENT_FOR), &TOLD_AT_MOST]).await?;
    Ok(rows.iter().map(Present::from_row).collect())
}

pub async fn end(tx: &Tenant, content_id: &str, user_id: &str) -> Result<()> {
    let sql = "DELETE FROM app.content_presence WHERE content_id = $1 AND user_id = $2";
    tx.execute(sql, &[&content_id, &user_id]).await?;
    Ok(())
}

/// Clears away leases that ran out. One that somebody just renews is left to them, so nobody waits for anybody.
pub async fn clear(tx: &Tenant, now: Timestamp) -> Result<()> {
    let sql = "DELETE FROM app.content_presence WHERE (content_id, user_id) IN
                 (SELECT content_id, user_id FROM app.content_presence WHERE seen_at <= $1 LIMIT $2
                  FOR UPDATE SKIP LOCKED)";
    tx.execute(sql, &[&(now - PRESENT_FOR), &CLEARED_AT_ONCE]).await?;
    Ok(())
}
