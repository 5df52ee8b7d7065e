//! How many campaigns an organization's plan allows a month.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::db::{Statements, Tenant};
use kernel::{Error, Result};

/// How many a plan of this name allows where the operator sets nothing else; none is no limit.
pub fn of_plan(name: &str) -> Option<i64> {
    match name {
        "FREE" | "STARTER" => Some(0),
        "GROWTH" => Some(5),
        _ => None,
    }
}

/// What the operator allows the organization; none is no limit.
pub async fn limit(tx: &Tenant) -> Result<Option<i64>> {
    let sql = "SELECT campaigns_a_month FROM app.plan_limits WHERE organization_id = $1";
    Ok(tx.row(sql, &[&tx.organization().as_str()]).await?.and_then(|row| row.get("campaigns_a_month")))
}

/// Sets how many the organization is allowed: a matter of the operator's, so no role of the organization's may.
pub async fn set_limit(tx: &Tenant, limit: Option<i64>, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO app.plan_limits (organization_id, campaigns_a_month, updated_at) VALUES ($1, $2, $3)
               ON CONFLICT (organization_id) DO UPDATE
               SET campaigns_a_month = excluded.campaigns_a_month, updated_at = excluded.updated_at";
    tx.execute(sql, &[&tx.organization().as_str(), &limit, &now]).await?;
    Ok(())
}

/// Refuses unless the plan allows one more campaign this month (UTC): [`Error::PlanLimit`].
///
/// Locks the plan's row until the transaction ends, so that two who begin at once are counted one after the other.
pub async fn must_have_room(tx: &Tenant, now: Timestamp) -> Result<()> {
    let sql = "SELECT campaigns_a_month FROM app.plan_limits
               WHERE organization_id = $1 AND campaigns_a_month IS NOT NULL FOR NO KEY UPDATE";
    let Some(row) = tx.row(sql, &[&tx.organization().as_str()]).await? else { return Ok(()) };
    let limit: i64 = row.get("campaigns_a_month");
    let month = now.to_zoned(TimeZone::UTC).date().first_of_month();
    let month = month.to_zoned(TimeZone::UTC).map_err(Error::internal)?.timestamp();
    let sql = "SELECT count(*) AS count FROM campaigns WHERE organization_id = $1 AND created_at >= $2";
    let count: i64 = tx.one(sql, &[&tx.organization().as_str(), &month]).await?.get("count");
    if count < limit {
        return Ok(());
    }
    Err(Error::PlanLimit(words(limit, count)))
}

fn words(limit: i64, count: i64) -> String {
    match limit {
        0 => "Your plan has no room for campaigns. Ask for a larger plan.".to_owned(),
        1 => format!(
            "Your plan allows one campaign a month, and this month has {count} already. Wait for the next, or ask for a larger plan."
        ),
        limit => format!(
            "Your plan allows {limit} campaigns a month, and this month has {count} already. Wait for the next, or ask for a larger plan."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plans_are_those_of_the_contract() {
        let plans = ["FREE", "STARTER", "GROWTH", "ELITE", "ENTERPRISE", "CUSTOM"];
        assert_eq!(plans.map(of_plan), [Some(0), Some(0), Some(5), None, None, None]);
    }

    #[test]
    fn what_is_refused_is_told_with_numbers() {
        assert_eq!(words(0, 3), "Your plan has no room for campaigns. Ask for a larger plan.");
        assert!(words(5, 5).starts_with("Your plan allows 5 campaigns a month, and this month has 5 already."));
    }
}
