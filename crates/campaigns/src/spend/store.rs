//! Statements about what was spent.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};
use serde::{Deserialize, Serialize};

use super::model::{Draft, Entry};

const SELECT: &str =
    "SELECT s.id, s.campaign_id, s.amount::text AS amount, s.spent_on::text AS spent_on, s.purpose, s.created_by,
        coalesce(nullif(u.name, ''), u.email) AS created_by_name, s.created_at
    FROM app.campaign_spend s JOIN users u ON u.id = s.created_by";

/// Where a page ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Position {
    day: jiff::civil::Date,
    id: String,
}

impl Position {
    pub fn of(entry: &Entry) -> Self {
        Self { day: entry.spent_on, id: entry.id.clone() }
    }
}

/// The entries of a campaign, the last day first.
pub async fn list(tx: &Tenant, campaign: &str, after: Option<&Position>, limit: i64) -> Result<Vec<Entry>> {
    let sql = format!(
        "{SELECT} WHERE s.campaign_id = $1 AND ($2::text IS NULL OR (s.spent_on, s.id) < ($2::text::date, $3))
         ORDER BY s.spent_on DESC, s.id DESC LIMIT $4"
    );
    let (day, id) = (after.map(|after| after.day.to_string()), after.map(|after| after.id.as_str()));
    tx.rows(&sql, &[&campaign, &day, &id, &limit]).await?.iter().map(Entry::from_row).collect()
}

pub async fn count(tx: &Tenant, campaign: &str) -> Result<i64> {
    let sql = "SELECT count(*) AS count FROM app.campaign_spend WHERE campaign_id = $1";
    Ok(tx.one(sql, &[&campaign]).await?.get("count"))
}

pub async fn find(tx: &Tenant, campaign: &str, id: &str) -> Result<Option<Entry>> {
    let sql = format!("{SELECT} WHERE s.campaign_id = $1 AND s.id = $2");
    tx.row(&sql, &[&campaign, &id]).await?.as_ref().map(Entry::from_row).transpose()
}

pub async fn insert(
    tx: &Tenant,
    (id, campaign): (&str, &str),
    draft: &Draft,
    (by, now): (&str, Timestamp),
) -> Result<()> {
    let sql = "INSERT INTO app.campaign_spend (organization_id, id, campaign_id, amount, spent_on, purpose, created_by, created_at)
               VALUES ($1, $2, $3, $4::text::numeric, $5::text::date, $6, $7, $8)";
    let (organization, amount, day) = (tx.organization().as_str(), draft.amount.as_text(), draft.spent_on.to_string());
    tx.execute(sql, &[&organization, &id, &campaign, &amount, &day, &draft.purpose, &by, &now]).await?;
    Ok(())
}

pub async fn delete(tx: &Tenant, id: &str) -> Result<()> {
    tx.execute("DELETE FROM app.campaign_spend WHERE id = $1", &[&id]).await?;
    Ok(())
}
