//! Statements about templates of campaigns.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};
use serde::{Deserialize, Serialize};

use super::model::Template;
use crate::campaign::Campaign;

const COLUMNS: &str = "id, name, description, type::text AS type, days, timezone, budget::text AS budget, goal_type,
    goal_value::text AS goal_value, created_by, created_at, updated_at, version";

/// Where a page ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Position {
    name: String,
    id: String,
}

impl Position {
    pub fn of(template: &Template) -> Self {
        Self { name: template.name.clone(), id: template.id.clone() }
    }
}

/// Templates by name.
pub async fn list(tx: &Tenant, after: Option<&Position>, limit: i64) -> Result<Vec<Template>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM app.campaign_templates WHERE $1::text IS NULL OR (name, id) > ($1, $2) ORDER BY name, id LIMIT $3"
    );
    let (name, id) = (after.map(|after| after.name.as_str()), after.map(|after| after.id.as_str()));
    tx.rows(&sql, &[&name, &id, &limit]).await?.iter().map(Template::from_row).collect()
}

pub async fn count(tx: &Tenant) -> Result<i64> {
    Ok(tx.one("SELECT count(*) AS count FROM app.campaign_templates", &[]).await?.get("count"))
}

pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Template>> {
    let sql = format!("SELECT {COLUMNS} FROM app.campaign_templates WHERE id = $1");
    tx.row(&sql, &[&id]).await?.as_ref().map(Template::from_row).transpose()
}

/// Keeps a campaign as a template; `false` when the name is another one's.
pub async fn insert(
    tx: &Tenant,
    (id, name): (&str, &str),
    (campaign, days): (&Campaign, Option<i32>),
    (by, now): (&str, Timestamp),
) -> Result<bool> {
    let sql = "INSERT INTO app.campaign_templates (organization_id, id, name, description, type, days, timezone, budget, goal_type,
                 goal_value, created_by, created_at, updated_at)
               SELECT c.organization_id, $1, $2, c.description, c.type, $4, c.timezone, c.budget, c.goal_type, c.goal_value, $5, $6, $6
               FROM campaigns c WHERE c.id = $3
               ON CONFLICT (organization_id, name) DO NOTHING";
    Ok(tx.execute(sql, &[&id, &name, &campaign.id, &days, &by, &now]).await? == 1)
}

pub async fn delete(tx: &Tenant, id: &str) -> Result<()> {
    tx.execute("DELETE FROM app.campaign_templates WHERE id = $1", &[&id]).await?;
    Ok(())
}
