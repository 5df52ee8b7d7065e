//! Statements about content in campaigns.

use jiff::Timestamp;
use kernel::Result;
use kernel::access::Caller;
use kernel::db::{Statements, Tenant};
use serde::{Deserialize, Serialize};

use super::model::{ATTACHED_MOST, Attached, Role};

const SELECT: &str =
    "SELECT m.campaign_id, m.content_id, m.role, m.priority, m.added_at, i.title, i.slug, i.type::text AS type,
        i.status::text AS status, i.published_at, i.scheduled_for
    FROM campaign_content m
    JOIN content_items i ON i.organization_id = m.organization_id AND i.id = m.content_id";

/// Where a page ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Position {
    priority: i32,
    at: Timestamp,
    id: String,
}

impl Position {
    pub fn of(attached: &Attached) -> Self {
        Self { priority: attached.priority, at: attached.added_at, id: attached.content_id.clone() }
    }
}

/// The items of a campaign, those of the greatest priority first, then in the order in which they came.
pub async fn list(tx: &Tenant, campaign: &str, after: Option<&Position>, limit: i64) -> Result<Vec<Attached>> {
    let sql = format!(
        "{SELECT} WHERE m.campaign_id = $1
           AND ($2::int IS NULL OR (-m.priority::bigint, m.added_at, m.content_id) > (-$2::bigint, $3, $4))
         ORDER BY m.priority DESC, m.added_at, m.content_id LIMIT $5"
    );
    let (priority, at) = (after.map(|after| after.priority), after.map(|after| after.at));
    let id = after.map(|after| after.id.as_str());
    tx.rows(&sql, &[&campaign, &priority, &at, &id, &limit]).await?.iter().map(Attached::from_row).collect()
}

/// All items of a campaign, in their order.
pub async fn all(tx: &Tenant, campaign: &str) -> Result<Vec<Attached>> {
    list(tx, campaign, None, ATTACHED_MOST).await
}

pub async fn count(tx: &Tenant, campaign: &str) -> Result<i64> {
    let sql = "SELECT count(*) AS count FROM campaign_content WHERE campaign_id = $1";
    Ok(tx.one(sql, &[&campaign]).await?.get("count"))
}

pub async fn find(tx: &Tenant, campaign: &str, content: &str) -> Result<Option<Attached>> {
    let sql = format!("{SELECT} WHERE m.campaign_id = $1 AND m.content_id = $2");
    tx.row(&sql, &[&campaign, &content]).await?.as_ref().map(Attached::from_row).transpose()
}

/// Puts an item into a campaign; `false` when it is in already.
pub async fn insert(
    tx: &Tenant,
    id: &str,
    (campaign, content): (&str, &str),
    (role, priority): (Role, i32),
    now: Timestamp,
) -> Result<bool> {
    let sql = "INSERT INTO campaign_content
                 (organization_id, id, campaign_id, content_id, role, priority, added_at, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7)
               ON CONFLICT (organization_id, campaign_id, content_id) DO NOTHING";
    let organization = tx.organization().as_str();
    let added = tx.execute(sql, &[&organization, &id, &campaign, &content, &role.as_str(), &priority, &now]).await?;
    Ok(added == 1)
}

pub async fn update(tx: &Tenant, campaign: &str, content: &str, (role, priority): (Role, i32)) -> Result<()> {
    let sql = "UPDATE campaign_content SET role = $3, priority = $4, version = version + 1
               WHERE campaign_id = $1 AND content_id = $2";
    tx.execute(sql, &[&campaign, &content, &role.as_str(), &priority]).await?;
    Ok(())
}

/// Takes an item out; says whether it was in.
pub async fn remove(tx: &Tenant, campaign: &str, content: &str) -> Result<bool> {
    let sql = "DELETE FROM campaign_content WHERE campaign_id = $1 AND content_id = $2";
    Ok(tx.execute(sql, &[&campaign, &content]).await? > 0)
}

/// Gives these items priorities by which they stand in this order.
pub async fn arrange(tx: &Tenant, campaign: &str, contents: &[String]) -> Result<()> {
    let sql =
        "UPDATE campaign_content m SET priority = (cardinality($2::text[]) - n.position)::int, version = m.version + 1
               FROM unnest($2::text[]) WITH ORDINALITY AS n (content_id, position)
               WHERE m.campaign_id = $1 AND m.content_id = n.content_id
                 AND m.priority <> (cardinality($2::text[]) - n.position)::int";
    tx.execute(sql, &[&campaign, &contents]).await?;
    Ok(())
}

/// Puts everything that is in one campaign into another, in the same roles and order.
pub async fn copy(caller: &Caller, from: &str, to: &str) -> Result<()> {
    let tx = &caller.tx;
    let contents: Vec<String> = all(tx, from).await?.into_iter().map(|attached| attached.content_id).collect();
    let ids: Vec<String> = contents.iter().map(|_| caller.new_id()).collect();
    let sql = "INSERT INTO campaign_content
                 (organization_id, id, campaign_id, content_id, role, priority, added_at, created_at, updated_at)
               SELECT m.organization_id, n.id, $2, m.content_id, m.role, m.priority, m.added_at, $5, $5
               FROM unnest($3::text[], $4::text[]) AS n (id, content_id)
               JOIN campaign_content m ON m.campaign_id = $1 AND m.content_id = n.content_id";
    tx.execute(sql, &[&from, &to, &ids, &contents, &caller.now]).await?;
    Ok(())
}

/// What an item does in each of its campaigns.
pub async fn roles_of(tx: &Tenant, content: &str) -> Result<Vec<(String, Role)>> {
    let sql = "SELECT campaign_id, role FROM campaign_content WHERE content_id = $1";
    let role = |row: &kernel::db::Row| (row.get("campaign_id"), Role::parse(row.get("role")).unwrap_or_default());
    Ok(tx.rows(sql, &[&content]).await?.iter().map(role).collect())
}
