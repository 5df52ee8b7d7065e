//! Statements about campaigns.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};

use super::draft::CampaignDraft;
use super::model::Campaign;
use super::status::Status;

/// Campaigns that forms of other features offer at most.
const CHOICES_MOST: i64 = 200;

/// Everything of a campaign, as [`Campaign::from_row`] reads it.
pub const COLUMNS: &str = "c.id, c.name, c.description, c.type::text AS type, c.status::text AS status, c.start_date, c.end_date,
    c.timezone, c.budget::text AS budget, c.goal_type, c.goal_value::text AS goal_value, c.impressions, c.clicks, c.conversions,
    c.spend::text AS spend, c.revenue::text AS revenue, held.content_count, held.published_count, c.created_by,
    coalesce(nullif(u.name, ''), u.email) AS created_by_name, c.created_at, c.updated_at, c.version";

/// Where [`COLUMNS`] come from, behind a table or subquery named `c`.
pub const BESIDE: &str = "JOIN users u ON u.id = c.created_by
    CROSS JOIN LATERAL (
        SELECT count(*) AS content_count, count(*) FILTER (WHERE i.status = 'PUBLISHED') AS published_count
        FROM campaign_content m
        JOIN content_items i ON i.organization_id = m.organization_id AND i.id = m.content_id
        WHERE m.organization_id = c.organization_id AND m.campaign_id = c.id) AS held";

pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Campaign>> {
    let sql = format!("SELECT {COLUMNS} FROM campaigns c {BESIDE} WHERE c.id = $1");
    tx.row(&sql, &[&id]).await?.as_ref().map(Campaign::from_row).transpose()
}

/// The campaign of this id, kept from changing until the transaction ends.
pub async fn lock(tx: &Tenant, id: &str) -> Result<Option<Campaign>> {
    let sql = format!("SELECT {COLUMNS} FROM campaigns c {BESIDE} WHERE c.id = $1 FOR NO KEY UPDATE OF c");
    tx.row(&sql, &[&id]).await?.as_ref().map(Campaign::from_row).transpose()
}

pub async fn insert(tx: &Tenant, id: &str, draft: &CampaignDraft, (by, now): (&str, Timestamp)) -> Result<()> {
    let sql = r#"INSERT INTO campaigns (organization_id, id, name, description, type, start_date, end_date, timezone, budget,
                   goal_type, goal_value, created_by, created_at, updated_at)
                 VALUES ($1, $2, $3, $4, $5::text::"CampaignType", $6, $7, $8, $9::text::numeric, $10, $11::text::numeric,
                   $12, $13, $13)"#;
    let CampaignDraft { name, description, r#type, start_date, end_date, timezone, budget, goal_type, goal_value } =
        draft;
    let (budget, goal_value) = (budget.map(|amount| amount.as_text()), goal_value.map(|amount| amount.as_text()));
    let organization = tx.organization().as_str();
    let kind = r#type.as_str();
    tx.execute(
        sql,
        &[
            &organization,
            &id,
            name,
            description,
            &kind,
            start_date,
            end_date,
            timezone,
            &budget,
            goal_type,
            &goal_value,
            &by,
            &now,
        ],
    )
    .await?;
    Ok(())
}

/// Writes everything editable of a campaign and counts its version up.
pub async fn update(tx: &Tenant, id: &str, draft: &CampaignDraft) -> Result<()> {
    let sql = r#"UPDATE campaigns SET name = $2, description = $3, type = $4::text::"CampaignType", start_date = $5, end_date = $6,
                   timezone = $7, budget = $8::text::numeric, goal_type = $9, goal_value = $10::text::numeric, version = version + 1
                 WHERE id = $1"#;
    let CampaignDraft { name, description, r#type, start_date, end_date, timezone, budget, goal_type, goal_value } =
        draft;
    let (budget, goal_value) = (budget.map(|amount| amount.as_text()), goal_value.map(|amount| amount.as_text()));
    let kind = r#type.as_str();
    tx.execute(sql, &[&id, name, description, &kind, start_date, end_date, timezone, &budget, goal_type, &goal_value])
        .await?;
    Ok(())
}

pub async fn set_status(tx: &Tenant, id: &str, status: Status) -> Result<()> {
    let sql = r#"UPDATE campaigns SET status = $2::text::"CampaignStatus", version = version + 1 WHERE id = $1"#;
    tx.execute(sql, &[&id, &status.as_str()]).await?;
    Ok(())
}

/// Lets go of the emails and posts of a campaign. To be done before the campaign is locked, see the migration.
pub async fn leave(tx: &Tenant, id: &str) -> Result<()> {
    tx.execute("SELECT app.leave_campaign($1)", &[&id]).await?;
    Ok(())
}

pub async fn delete(tx: &Tenant, id: &str) -> Result<()> {
    tx.execute("DELETE FROM campaigns WHERE id = $1", &[&id]).await?;
    Ok(())
}

/// Campaigns that something may belong to: id and name, those that are still to come or run, and the one it belongs to now.
pub async fn choices(tx: &Tenant, now: Option<&str>) -> Result<Vec<(String, String)>> {
    let sql = "SELECT id, name FROM campaigns
               WHERE status IN ('DRAFT', 'PLANNING', 'ACTIVE', 'PAUSED') OR id = $1
               ORDER BY id = $1 DESC NULLS LAST, updated_at DESC, id LIMIT $2";
    Ok(tx.rows(sql, &[&now, &CHOICES_MOST]).await?.iter().map(|row| (row.get("id"), row.get("name"))).collect())
}

/// Campaigns that run, those that end first at the top.
pub async fn running(tx: &Tenant, most: i64) -> Result<Vec<Campaign>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM campaigns c {BESIDE} WHERE c.status = 'ACTIVE'
         ORDER BY c.end_date NULLS LAST, c.name, c.id LIMIT $1"
    );
    tx.rows(&sql, &[&most]).await?.iter().map(Campaign::from_row).collect()
}
