use axum::extract::RawQuery;
use axum::response::Response;
use kernel::Result;
use kernel::api::{Id, Patch};
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use serde_json::Value;
use ui::Flash;

use crate::items::bulk::{self, AT_ONCE_MOST, BulkAction, BulkOutcome, RawBulk};
use crate::releases;

/// Refusals told one by one; more are counted.
const REFUSALS_TOLD: usize = 3;
const CHANGED: (&str, &str) = ("was changed", "were changed");

/// Reads the library's form: the chosen items, what to do, and what it takes.
fn read(fields: Vec<(String, String)>) -> (RawBulk, String) {
    let (mut raw, mut back) = (RawBulk::default(), String::new());
    for (name, value) in fields {
        match name.as_str() {
            "id" if kernel::id::is_well_formed(&value) => raw.ids.push(value),
            "do" => raw.action = serde_json::from_value(Value::String(value)).ok(),
            "category_id" => raw.category_id = if value.is_empty() { Patch::Clear } else { Patch::Set(value) },
            "tags" => {
                raw.tags = value.split(',').map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()).collect()
            }
            "back" => back = value,
            _ => {}
        }
    }
    raw.ids.truncate(AT_ONCE_MOST);
    (raw, back)
}

/// The list as it was looked at: `back` is the part of its address behind the question mark.
fn list(page: &PageCaller, back: &str) -> String {
    let base = format!("/admin/{}/content", page.caller.organization.slug);
    if back.is_empty() { base } else { format!("{base}?{back}") }
}

pub async fn change(page: PageCaller, Form(fields): Form<Vec<(String, String)>>) -> Result<Response> {
    let release = fields.iter().find(|(name, _)| name == "release_id").map(|(_, value)| value.clone());
    let is_release = fields.iter().any(|(name, value)| name == "do" && value == "release");
    let (raw, back) = read(fields);
    let back = list(&page, &back);
    page.caller.must(kernel::access::Permission::ContentEdit)?;
    if raw.ids.is_empty() {
        return Ok(Flash::error("Nothing is chosen. Tick some items, then say what to do with them.").redirect(&back));
    }
    if is_release {
        return into_release(page, &raw.ids, &release.unwrap_or_default(), &back).await;
    }
    if raw.action.is_none() {
        return Ok(Flash::error("Choose what to do with the items.").redirect(&back));
    }
    let outcome = match bulk::change(&page.caller, &raw, Problems::new()).await {
        Ok(outcome) => outcome,
        Err(kernel::Error::Invalid(errors)) => {
            let words: Vec<_> = errors.iter().map(|error| error.message.as_str()).collect();
            return Ok(Flash::error(words.join(" ")).redirect(&back));
        }
        Err(error) => return Err(error),
    };
    let undo = outcome.undo.as_ref();
    // Taking it back leads to the list as it was looked at, too.
    let query = back.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
    let undo = undo.map(|id| format!("/admin/{}/content/bulk/{id}/undo{query}", page.caller.organization.slug));
    page.caller.commit().await?;
    let done = if raw.action == Some(BulkAction::Delete) { ("is in the bin", "are in the bin") } else { CHANGED };
    let words = told(&outcome, done);
    let flash = if outcome.changed.is_empty() { Flash::error(words) } else { Flash::success(words) };
    Ok(flash.with_undo(undo).redirect(&back))
}

/// Puts the chosen items into a release, all of them or none.
async fn into_release(page: PageCaller, ids: &[String], release: &str, back: &str) -> Result<Response> {
    page.caller.must(kernel::access::Permission::ContentPublish)?;
    if !kernel::id::is_well_formed(release) {
        return Ok(Flash::error("Choose a release, or make one first under Releases.").redirect(back));
    }
    match releases::actions::add(&page.caller, release, ids, Problems::new()).await {
        Ok(release) => {
            let address = format!("/admin/{}/releases/{}", page.caller.organization.slug, release.id);
            page.caller.commit().await?;
            Ok(Flash::success("They are in the release.").redirect(&address))
        }
        Err(kernel::Error::Invalid(errors)) => {
            let words: Vec<_> = errors.iter().map(|error| error.message.as_str()).collect();
            Ok(Flash::error(format!("Nothing was put into the release. {}", words.join(" "))).redirect(back))
        }
        Err(kernel::Error::Conflict(words)) => Ok(Flash::error(words).redirect(back)),
        Err(error) => Err(error),
    }
}

pub async fn undo(page: PageCaller, Id(id): Id, RawQuery(query): RawQuery) -> Result<Response> {
    let outcome = bulk::undo(&page.caller, &id).await?;
    let back = list(&page, query.as_deref().unwrap_or_default());
    page.caller.commit().await?;
    let words = told(&outcome, ("is as it was before", "are as they were before"));
    let flash = if outcome.changed.is_empty() { Flash::error(words) } else { Flash::success(words) };
    Ok(flash.redirect(&back))
}

/// What became of the items, in the words for one and for many.
fn told(outcome: &BulkOutcome, (of_one, of_many): (&str, &str)) -> String {
    let count = outcome.changed.len();
    let mut words = match count {
        0 => "Nothing was changed.".to_owned(),
        1 => format!("One item {of_one}."),
        count => format!("{count} items {of_many}."),
    };
    for refused in outcome.refused.iter().take(REFUSALS_TOLD) {
        let title = if refused.title.is_empty() { "One that is gone" } else { &refused.title };
        words.push_str(&format!(" “{title}”: {}", refused.message));
    }
    if outcome.refused.len() > REFUSALS_TOLD {
        words.push_str(&format!(" {} more stayed as they were.", outcome.refused.len() - REFUSALS_TOLD));
    }
    words
}
