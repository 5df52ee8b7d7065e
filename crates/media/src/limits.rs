//! What an organization's plan allows in its library.

use jiff::Timestamp;
use kernel::db::{Statements, Tenant};
use kernel::{Error, Result};
use serde::Serialize;
use utoipa::ToSchema;

use crate::uploads;

/// What an organization has in its library, and what it may have. The bin is not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Usage {
    pub assets: i64,
    /// Of all files as they were stored, with the former ones that a change can still be taken back to.
    pub bytes: i64,
    /// Null when there is no limit.
    pub assets_limit: Option<i64>,
    pub bytes_limit: Option<i64>,
}

/// An organization's plan (`"SubscriptionTier"` in the database).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    Free,
    Starter,
    Growth,
    Elite,
    Enterprise,
    Custom,
}

impl Plan {
    const ALL: [Self; 6] = [Self::Free, Self::Starter, Self::Growth, Self::Elite, Self::Enterprise, Self::Custom];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Free => "FREE",
            Self::Starter => "STARTER",
            Self::Growth => "GROWTH",
            Self::Elite => "ELITE",
            Self::Enterprise => "ENTERPRISE",
            Self::Custom => "CUSTOM",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plan| plan.as_str() == name)
    }

    /// What the plan allows where the operator sets nothing else.
    pub fn allowance(self) -> Allowance {
        let (assets, bytes) = match self {
            Self::Free | Self::Starter => (Some(0), Some(0)),
            Self::Growth => (Some(500), Some(5 * GIGABYTE)),
            Self::Elite => (None, Some(50 * GIGABYTE)),
            Self::Enterprise | Self::Custom => (None, None),
        };
        Allowance { plan: self, assets, bytes }
    }
}

const GIGABYTE: i64 = 1024 * 1024 * 1024;

/// What an organization may have in its library; none is no limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    pub plan: Plan,
    pub assets: Option<i64>,
    pub bytes: Option<i64>,
}

/// What the operator allows the organization; everything when nothing was set.
pub async fn allowance(tx: &Tenant) -> Result<Allowance> {
    let sql = "SELECT plan::text AS plan, media_assets, media_bytes FROM app.plan_limits WHERE organization_id = $1";
    let Some(row) = tx.row(sql, &[&tx.organization().as_str()]).await? else { return Ok(Plan::Custom.allowance()) };
    let plan = Plan::named(row.get("plan")).unwrap_or(Plan::Custom);
    Ok(Allowance { plan, assets: row.get("media_assets"), bytes: row.get("media_bytes") })
}

/// Sets what the organization is allowed: a matter of the operator's, so no role of the organization's may.
pub async fn set_allowance(tx: &Tenant, allowance: &Allowance, now: Timestamp) -> Result<()> {
    let sql = r#"INSERT INTO app.plan_limits (organization_id, plan, media_assets, media_bytes, updated_at)
                 VALUES ($1, $2::"SubscriptionTier", $3, $4, $5)
                 ON CONFLICT (organization_id) DO UPDATE SET plan = excluded.plan, media_assets = excluded.media_assets,
                   media_bytes = excluded.media_bytes, updated_at = excluded.updated_at"#;
    let Allowance { plan, assets, bytes } = allowance;
    tx.execute(sql, &[&tx.organization().as_str(), &plan.as_str(), assets, bytes, &now]).await?;
    Ok(())
}

/// What the organization has and may have.
pub async fn usage(tx: &Tenant) -> Result<Usage> {
    let sql = "SELECT count(*) AS assets, (coalesce(sum(a.file_size), 0) + coalesce((
                        SELECT sum(f.file_size) FROM app.media_former_files f
                        JOIN media_assets o ON o.organization_id = f.organization_id AND o.id = f.asset_id
                        WHERE f.organization_id = $1 AND o.deleted_at IS NULL), 0))::bigint AS bytes,
                      (SELECT media_assets FROM app.plan_limits WHERE organization_id = $1) AS assets_limit,
                      (SELECT media_bytes FROM app.plan_limits WHERE organization_id = $1) AS bytes_limit
               FROM media_assets a WHERE a.organization_id = $1 AND a.deleted_at IS NULL";
    let row = tx.one(sql, &[&tx.organization().as_str()]).await?;
    Ok(Usage {
        assets: row.get("assets"),
        bytes: row.get("bytes"),
        assets_limit: row.get("assets_limit"),
        bytes_limit: row.get("bytes_limit"),
    })
}

/// Refuses unless `assets` more with `bytes` together are still within the plan, beside the uploads under way.
///
/// Locks the plan's row until the transaction ends, so that two who add at once are counted one after the other.
pub async fn must_have_room(tx: &Tenant, assets: i64, bytes: i64) -> Result<()> {
    must_have_room_beside(tx, (assets, bytes), None).await
}

/// The same for the end of an upload, which is not counted twice.
pub async fn must_have_room_beside(tx: &Tenant, (assets, bytes): (i64, i64), own_upload: Option<&str>) -> Result<()> {
    let sql = "SELECT FROM app.plan_limits WHERE organization_id = $1
               AND (media_assets IS NOT NULL OR media_bytes IS NOT NULL) FOR UPDATE";
    if tx.row(sql, &[&tx.organization().as_str()]).await?.is_none() {
        return Ok(());
    }
    let usage = usage(tx).await?;
    let (coming, coming_bytes) = uploads::store::under_way(tx, own_upload).await?;
    let beside = if coming > 0 { format!(", and {coming} on their way") } else { String::new() };
    // Who is above a limit already may still do what adds nothing.
    let is_over = |limit: &i64, adds: i64, total: i64| adds > 0 && total > *limit;
    if let Some(limit) = usage.assets_limit.filter(|limit| is_over(limit, assets, usage.assets + coming + assets)) {
        let words = format!(
            "Your plan allows {limit} files, and there are {} already{beside}. Delete some, or ask for a larger plan.",
            usage.assets
        );
        return Err(Error::PlanLimit(words));
    }
    if let Some(limit) = usage.bytes_limit.filter(|limit| is_over(limit, bytes, usage.bytes + coming_bytes + bytes)) {
        let words = format!(
            "Your plan allows {} of files; there are {} already{beside}, and this would add {}. Delete some, or ask for a larger plan.",
            size_in_words(limit),
            size_in_words(usage.bytes),
            size_in_words(bytes)
        );
        return Err(Error::PlanLimit(words));
    }
    Ok(())
}

/// A size for people: `812 KB`, `4.2 MB`.
pub fn size_in_words(bytes: i64) -> String {
    let mut size = bytes.max(0) as f64;
    let mut unit = "bytes";
    for next in ["KB", "MB", "GB", "TB"] {
        if size < 1024.0 {
            break;
        }
        size /= 1024.0;
        unit = next;
    }
    let is_round = unit == "bytes" || size >= 100.0 || (size - size.round()).abs() < 0.05;
    if is_round { format!("{size:.0} {unit}") } else { format!("{size:.1} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_as_people_say_them() {
        assert_eq!(size_in_words(0), "0 bytes");
        assert_eq!(size_in_words(1024), "1 KB");
        assert_eq!(size_in_words(4_404_019), "4.2 MB");
        assert_eq!(size_in_words(5 * 1024 * 1024 * 1024), "5 GB");
    }
}
