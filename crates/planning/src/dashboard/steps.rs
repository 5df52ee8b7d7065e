//! The first steps of a new organization: found done or not by looking, and put away by each person for themselves.

use jiff::Timestamp;
use kernel::Result;
use kernel::access::{Caller, Permission};
use kernel::db::{Statements, Tenant};

/// The name under which a person puts the list away.
const WHAT: &str = "first_steps";

/// One step, in words, with where it is done.
pub struct Step {
    pub words: &'static str,
    pub path: &'static str,
    pub is_done: bool,
}

/// The steps that this person may take; none once all are done or the list was put away.
pub async fn open(caller: &Caller) -> Result<Vec<Step>> {
    let sql = "SELECT
        EXISTS (SELECT FROM content_items) AS has_content,
        EXISTS (SELECT FROM content_items WHERE status = 'PUBLISHED') AS has_published,
        EXISTS (SELECT FROM content_categories) AS has_category,
        EXISTS (SELECT FROM media_assets) AS has_media,
        EXISTS (SELECT FROM app.site_settings
                WHERE coalesce(title, '') <> '' OR coalesce(description, '') <> '' OR coalesce(logo_url, '') <> '') AS has_site,
        (SELECT count(*) FROM organization_members WHERE organization_id = $1) > 1
          OR EXISTS (SELECT FROM app.invitations WHERE organization_id = $1) AS has_people,
        EXISTS (SELECT FROM app.dismissals WHERE user_id = $2 AND what = $3) AS is_dismissed";
    let row = caller.tx.one(sql, &[&caller.organization_id(), &caller.actor.user_id, &WHAT]).await?;
    if row.get("is_dismissed") {
        return Ok(Vec::new());
    }
    let steps: Vec<Step> = [
        (Permission::ContentEdit, "Write a first draft", "content/new", "has_content"),
        (Permission::ContentPublish, "Publish something", "content", "has_published"),
        (Permission::SettingsManage, "Say what your site is called and about", "settings", "has_site"),
        (Permission::TaxonomyManage, "Make a category", "categories", "has_category"),
        (Permission::ContentEdit, "Bring a picture into the library", "media", "has_media"),
        (Permission::MembersManage, "Invite somebody to work with you", "members", "has_people"),
    ]
    .into_iter()
    .filter(|(permission, ..)| caller.may(*permission))
    .map(|(_, words, path, column)| Step { words, path, is_done: row.get(column) })
    .collect();
    Ok(if steps.iter().all(|step| step.is_done) { Vec::new() } else { steps })
}

/// Puts the list away for one person.
pub async fn dismiss(tx: &Tenant, user_id: &str, now: Timestamp) -> Result<()> {
    let sql = "INSERT INTO app.dismissals (organization_id, user_id, what, dismissed_at) VALUES ($1, $2, $3, $4)
               ON CONFLICT DO NOTHING";
    tx.execute(sql, &[&tx.organization().as_str(), &user_id, &WHAT, &now]).await?;
    Ok(())
}

/// Brings the list back.
pub async fn bring_back(tx: &Tenant, user_id: &str) -> Result<()> {
    tx.execute("DELETE FROM app.dismissals WHERE user_id = $1 AND what = $2", &[&user_id, &WHAT]).await?;
    Ok(())
}
