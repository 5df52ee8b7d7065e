//! How many emails an organization's plan allows.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::db::{Statements, Tenant};
use kernel::{Error, Result};

/// Refuses unless the plan allows one more email this month (UTC).
///
/// Locks the plan's row until the transaction ends, so that two who add at once are counted one after the other.
pub async fn must_have_room(tx: &Tenant, now: Timestamp) -> Result<()> {
    let sql = "SELECT emails_a_month FROM app.plan_limits
               WHERE organization_id = $1 AND emails_a_month IS NOT NULL FOR UPDATE";
    let Some(row) = tx.row(sql, &[&tx.organization().as_str()]).await? else { return Ok(()) };
    let limit: i64 = row.get("emails_a_month");
    let month = now.to_zoned(TimeZone::UTC).date().first_of_month();
    let month = month.to_zoned(TimeZone::UTC).map_err(Error::internal)?.timestamp();
    let sql = "SELECT count(*) AS count FROM email_campaigns WHERE organization_id = $1 AND created_at >= $2";
    let count: i64 = tx.one(sql, &[&tx.organization().as_str(), &month]).await?.get("count");
    if count < limit {
        return Ok(());
    }
    Err(Error::PlanLimit(format!(
        "Your plan allows {limit} emails a month, and this month has {count} already. Wait for the next, or ask for a larger plan."
    )))
}
