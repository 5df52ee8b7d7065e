//! How many emails and messages an organization's plan allows.

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

/// What the operator allows; none is no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allowance {
    pub emails_a_month: Option<i64>,
    pub messages_a_minute: Option<i32>,
}

impl Allowance {
    /// What a plan of this name allows where the operator sets nothing else.
    pub fn of_plan(name: &str) -> Self {
        let emails_a_month = match name {
            "FREE" | "STARTER" => Some(0),
            "GROWTH" => Some(10),
            _ => None,
        };
        Self { emails_a_month, messages_a_minute: None }
    }
}

/// What the operator allows the organization; everything when nothing was set.
pub async fn allowance(tx: &Tenant) -> Result<Allowance> {
    let sql = "SELECT emails_a_month, messages_a_minute FROM app.plan_limits WHERE organization_id = $1";
    let row = tx.row(sql, &[&tx.organization().as_str()]).await?;
    Ok(row.map_or_else(Allowance::default, |row| Allowance {
        emails_a_month: row.get("emails_a_month"),
        messages_a_minute: row.get("messages_a_minute"),
    }))
}

/// Sets what the organization is allowed: a matter of the operator's, so no role of the organization's may.
pub async fn set_allowance(tx: &Tenant, allowance: Allowance, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO app.plan_limits (organization_id, emails_a_month, messages_a_minute, updated_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT (organization_id) DO UPDATE SET emails_a_month = excluded.emails_a_month,
                 messages_a_minute = excluded.messages_a_minute, updated_at = excluded.updated_at";
    let Allowance { emails_a_month, messages_a_minute } = allowance;
    tx.execute(sql, &[&tx.organization().as_str(), &emails_a_month, &messages_a_minute, &now]).await?;
    Ok(())
}
