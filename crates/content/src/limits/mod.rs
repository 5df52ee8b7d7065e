//! What an organization's plan allows in content.

pub mod api;

use jiff::Timestamp;
use kernel::db::{Statements, Tenant};
use kernel::{Error, Result};
use media::limits::Plan;
use serde::Serialize;
use utoipa::ToSchema;

/// What an organization has in content, and what it may have. The bin is not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ContentUsage {
    /// Items of every type and status.
    pub items: i64,
    /// Null when there is no limit.
    pub items_limit: Option<i64>,
}

impl ContentUsage {
    /// “12 of 100 items in your plan”.
    pub fn in_words(&self) -> Option<String> {
        self.items_limit.map(|limit| format!("{} of {limit} items in your plan", self.items))
    }

    /// How much of the plan is used, in hundredths; none without a limit.
    pub fn percent(&self) -> Option<i64> {
        self.items_limit.map(|limit| if limit == 0 { 100 } else { self.items.saturating_mul(100) / limit })
    }
}

/// How many items a plan allows where the operator sets nothing else; none is no limit.
pub fn of_plan(plan: Plan) -> Option<i64> {
    match plan {
        Plan::Free | Plan::Starter => Some(0),
        Plan::Growth => Some(100),
        Plan::Elite | Plan::Enterprise | Plan::Custom => None,
    }
}

/// Sets how many items the organization may have: a matter of the operator's, so no role of the organization's may.
pub async fn set_limit(tx: &Tenant, limit: Option<i64>, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO app.plan_limits (organization_id, content_items, updated_at) VALUES ($1, $2, $3)
               ON CONFLICT (organization_id) DO UPDATE
               SET content_items = excluded.content_items, updated_at = excluded.updated_at";
    tx.execute(sql, &[&tx.organization().as_str(), &limit, &now]).await?;
    Ok(())
}

/// What the organization has and may have.
pub async fn usage(tx: &Tenant) -> Result<ContentUsage> {
    let sql = "SELECT count(*) AS items,
                      (SELECT content_items FROM app.plan_limits WHERE organization_id = $1) AS items_limit
               FROM content_items WHERE organization_id = $1";
    let row = tx.one(sql, &[&tx.organization().as_str()]).await?;
    Ok(ContentUsage { items: row.get("items"), items_limit: row.get("items_limit") })
}

/// The organization's limit, where it has one, with what it has: counting is left out where it decides nothing.
pub async fn usage_where_limited(tx: &Tenant) -> Result<Option<ContentUsage>> {
    let sql = "SELECT content_items, (SELECT count(*) FROM content_items AS i WHERE i.organization_id = $1) AS items
               FROM app.plan_limits WHERE organization_id = $1 AND content_items IS NOT NULL";
    let row = tx.row(sql, &[&tx.organization().as_str()]).await?;
    Ok(row.map(|row| ContentUsage { items: row.get("items"), items_limit: row.get("content_items") }))
}

/// Refuses unless `more` items are still within the plan: [`Error::PlanLimit`].
///
/// Locks the plan's row until the transaction ends, so that two who add at once are counted one after the other.
pub async fn must_have_room(tx: &Tenant, more: i64) -> Result<()> {
    let sql = "SELECT FROM app.plan_limits WHERE organization_id = $1 AND content_items IS NOT NULL FOR NO KEY UPDATE";
    if tx.row(sql, &[&tx.organization().as_str()]).await?.is_none() {
        return Ok(());
    }
    let usage = usage(tx).await?;
    match usage.items_limit.filter(|limit| usage.items + more > *limit) {
        Some(limit) => Err(Error::PlanLimit(words(limit, &usage, more))),
        None => Ok(()),
    }
}

fn words(limit: i64, usage: &ContentUsage, more: i64) -> String {
    let allowed = match limit {
        0 => return "Your plan has no room for content. Ask for a larger plan.".to_owned(),
        1 => "one item of content".to_owned(),
        limit => format!("{limit} items of content"),
    };
    let more = if more > 1 { format!(", and this would add {more}") } else { String::new() };
    format!(
        "Your plan allows {allowed}; you have {} already{more}. Delete some, or ask for a larger plan.",
        usage.items
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plans_are_those_of_the_contract() {
        let plans = [Plan::Free, Plan::Starter, Plan::Growth, Plan::Elite, Plan::Enterprise, Plan::Custom];
        assert_eq!(plans.map(of_plan), [Some(0), Some(0), Some(100), None, None, None]);
    }

    #[test]
    fn what_is_refused_is_told_with_numbers() {
        let usage = ContentUsage { items: 2, items_limit: Some(2) };
        assert_eq!(
            words(2, &usage, 1),
            "Your plan allows 2 items of content; you have 2 already. Delete some, or ask for a larger plan."
        );
        assert!(words(1, &usage, 3).contains("one item of content; you have 2 already, and this would add 3."));
    }

    #[test]
    fn usage_is_told_where_there_is_a_limit() {
        let usage = |items, items_limit| ContentUsage { items, items_limit };
        assert_eq!(usage(12, Some(100)).in_words().as_deref(), Some("12 of 100 items in your plan"));
        assert_eq!((usage(50, Some(100)).percent(), usage(0, Some(0)).percent()), (Some(50), Some(100)));
        assert_eq!((usage(12, None).in_words(), usage(12, None).percent()), (None, None));
    }
}
