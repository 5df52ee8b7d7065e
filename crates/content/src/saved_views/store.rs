//! Statements about saved views.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};

use super::SavedView;
use super::draft::ViewDraft;

const SELECT: &str = "SELECT view.id, view.name, view.query, view.is_shared, view.owner_id, view.version,
           coalesce(nullif(owner.name, ''), owner.email) AS owner_name,
           EXISTS (SELECT FROM app.content_default_views AS chosen WHERE chosen.organization_id = view.organization_id
                   AND chosen.view_id = view.id AND chosen.user_id = $1) AS is_default
    FROM app.content_views AS view JOIN users AS owner ON owner.id = view.owner_id";

/// Views that anybody is shown at most.
const SHOWN_MOST: i64 = 500;

/// What somebody has: their own and the shared ones, by name.
pub async fn visible(tx: &Tenant, user_id: &str) -> Result<Vec<SavedView>> {
    let sql =
        format!("{SELECT} WHERE view.owner_id = $1 OR view.is_shared ORDER BY lower(view.name), view.id LIMIT $2");
    Ok(tx.rows(&sql, &[&user_id, &SHOWN_MOST]).await?.iter().map(SavedView::from_row).collect())
}

/// One that somebody has.
pub async fn find(tx: &Tenant, user_id: &str, id: &str) -> Result<Option<SavedView>> {
    let sql = format!("{SELECT} WHERE view.id = $2 AND (view.owner_id = $1 OR view.is_shared)");
    Ok(tx.row(&sql, &[&user_id, &id]).await?.as_ref().map(SavedView::from_row))
}

/// One whoever has it, as this person sees it: for whoever has just changed it, and may not have it any more.
pub async fn read(tx: &Tenant, user_id: &str, id: &str) -> Result<Option<SavedView>> {
    let sql = format!("{SELECT} WHERE view.id = $2");
    Ok(tx.row(&sql, &[&user_id, &id]).await?.as_ref().map(SavedView::from_row))
}

/// How many are somebody's own.
pub async fn count(tx: &Tenant, user_id: &str) -> Result<i64> {
    let sql = "SELECT count(*) AS count FROM app.content_views WHERE owner_id = $1";
    Ok(tx.one(sql, &[&user_id]).await?.get("count"))
}

/// Adds a view; `false` when its owner has one of that name.
pub async fn insert(tx: &Tenant, id: &str, owner_id: &str, draft: &ViewDraft, now: Timestamp) -> Result<bool> {
    let sql =
        "INSERT INTO app.content_views (organization_id, id, owner_id, name, query, is_shared, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT ON CONSTRAINT content_views_name_key DO NOTHING";
    let organization = tx.organization().as_str();
    let values: [&dyn kernel::db::Param; 7] =
        [&organization, &id, &owner_id, &draft.name, &draft.query, &draft.is_shared, &now];
    Ok(tx.execute(sql, &values).await? == 1)
}

pub async fn update(tx: &Tenant, id: &str, draft: &ViewDraft, now: Timestamp) -> Result<()> {
    let sql =
        "UPDATE app.content_views SET name = $2, query = $3, is_shared = $4, updated_at = $5, version = version + 1
               WHERE id = $1";
    tx.execute(sql, &[&id, &draft.name, &draft.query, &draft.is_shared, &now]).await?;
    Ok(())
}

pub async fn delete(tx: &Tenant, id: &str) -> Result<()> {
    tx.execute("DELETE FROM app.content_views WHERE id = $1", &[&id]).await?;
    Ok(())
}

/// Lets somebody's library begin with this view, whatever it began with before.
pub async fn make_default(tx: &Tenant, user_id: &str, id: &str) -> Result<()> {
    let sql = "INSERT INTO app.content_default_views (organization_id, user_id, view_id) VALUES ($1, $2, $3)
               ON CONFLICT (organization_id, user_id) DO UPDATE SET view_id = excluded.view_id";
    tx.execute(sql, &[&tx.organization().as_str(), &user_id, &id]).await?;
    Ok(())
}

/// Lets somebody's library begin with everything again, if it began with this view.
pub async fn unmake_default(tx: &Tenant, user_id: &str, id: &str) -> Result<()> {
    let sql = "DELETE FROM app.content_default_views WHERE user_id = $1 AND view_id = $2";
    tx.execute(sql, &[&user_id, &id]).await?;
    Ok(())
}
