use kernel::access::{Caller, Permission};
use kernel::validate::Problems;
use kernel::{Error, Result, audit};
use serde_json::json;

use super::model::{Changes, Settings};
use super::store;
use crate::members;

/// Changes the organization's name and settings, if they still are at the version that the caller saw.
///
/// The caller of this forgets what the program remembers of organizations once it has committed.
pub async fn change(
    caller: &Caller,
    changes: Changes,
    mut problems: Problems,
    required_version: Option<i32>,
) -> Result<Settings> {
    caller.must(Permission::SettingsManage)?;
    members::store::lock(&caller.tx).await?;
    let before = store::find(&caller.tx).await?;
    if required_version.is_some_and(|version| version != before.version) {
        let words = "Somebody else changed the settings meanwhile. Reload the page and make your change again.";
        return Err(Error::StaleVersion(words.into()));
    }
    let changed = changes.apply(&mut problems, before.clone());
    let mut after = problems.finish(changed)?;
    if after == before && before.version > 0 {
        return Ok(after);
    }
    after.version += 1;
    after.updated_at = caller.now;
    if after.name != before.name {
        store::rename(&caller.tx, &after.name, caller.now).await?;
    }
    store::save(&caller.tx, &after).await?;
    let details = json!({ "fields": changed_fields(&before, &after) });
    audit::record(caller, "organization.change", ("organization", caller.organization_id()), details).await?;
    Ok(after)
}

fn changed_fields(before: &Settings, after: &Settings) -> Vec<&'static str> {
    let fields = [
        ("name", before.name != after.name),
        ("title", before.title != after.title),
        ("description", before.description != after.description),
        ("language", before.language != after.language),
        ("timezone", before.timezone != after.timezone),
        ("accent_color", before.accent_color != after.accent_color),
        ("logo_url", before.logo_url != after.logo_url),
        ("navigation", before.navigation != after.navigation),
        ("footer_links", before.footer_links != after.footer_links),
        ("social_links", before.social_links != after.social_links),
        ("search_engines", before.search_engines != after.search_engines),
        ("ai_crawlers", before.ai_crawlers != after.ai_crawlers),
        ("comments_open", before.comments_open != after.comments_open),
        ("typeface", before.typeface != after.typeface),
        ("color_scheme", before.color_scheme != after.color_scheme),
        ("revisions_kept", before.revisions_kept != after.revisions_kept),
    ];
    fields.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect()
}

/// Deletes the organization with everything in it. The slug, typed, says that it is meant.
///
/// Its audit log goes with it, so the program's own log is what remembers.
pub async fn delete(caller: &Caller, typed_slug: &str) -> Result<()> {
    caller.must(Permission::OrganizationOwn)?;
    if typed_slug.trim() != caller.organization.slug {
        let words = format!("Type {} to confirm. Nothing was deleted.", caller.organization.slug);
        return Err(Error::invalid("slug", "not_confirmed", words));
    }
    store::delete(&caller.tx).await?;
    let (organization, user) = (&caller.organization.slug, &caller.actor.id);
    tracing::info!(organization, user, "an organization was deleted");
    Ok(())
}
