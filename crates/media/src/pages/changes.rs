//! One change to many files, and its undoing.

use axum::response::Response;
use http::{HeaderMap, StatusCode};
use kernel::access::Permission;
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use ui::{FieldErrors, Flash};

use super::asset::use_row;
use super::library::{self, Told};
use super::params::LibraryParams;
use super::{refusal, words};
use crate::assets::bulk::{self, BulkAction, BulkOutcome, IN_USE, RawBulk, Refused};
use crate::assets::store;
use crate::uses;
use crate::views::{Undo, UsedFile};

/// Refusals that are told one by one at most.
const TOLD_MOST: usize = 5;
/// Files in use that are named with their uses, and uses of each.
const USED_TOLD_MOST: usize = 20;
const USES_TOLD_MOST: i64 = 3;

/// The pairs of a form in which a name may stand many times.
type Pairs = Vec<(String, String)>;

fn one<'a>(pairs: &'a Pairs, name: &str) -> &'a str {
    pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

fn all(pairs: &Pairs, name: &str) -> Vec<String> {
    pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
}

fn action(name: &str) -> Option<BulkAction> {
    match name {
        "move" => Some(BulkAction::Move),
        "tag" => Some(BulkAction::Tag),
        "untag" => Some(BulkAction::Untag),
        "delete" => Some(BulkAction::Delete),
        "restore" => Some(BulkAction::Restore),
        _ => None,
    }
}

/// `POST /admin/{org}/media/bulk`: one change to the files that are chosen.
pub async fn change(mut page: PageCaller, headers: HeaderMap, Form(pairs): Form<Pairs>) -> Result<Response> {
    let params = LibraryParams::read(one(&pairs, "back"));
    let raw = RawBulk {
        ids: all(&pairs, "ids"),
        action: action(one(&pairs, "action")),
        folder_id: Some(one(&pairs, "folder_id").to_owned()).filter(|id| !id.is_empty()),
        // One at a time, so that undoing is exact.
        tags: Some(one(&pairs, "tag").to_owned()).filter(|tag| !tag.trim().is_empty()).into_iter().collect(),
        force: one(&pairs, "force") == "true",
    };
    let before = store::places_and_tags(&page.caller.tx, &raw.ids, raw.tags.first().map_or("", String::as_str)).await?;
    match bulk::change(&page.caller, raw.clone(), Problems::new()).await {
        Ok(outcome) => {
            page.caller.commit_and_continue().await?;
            let in_use = in_use(&page, &before, &outcome).await?;
            library::answer(&page, &headers, params, Told { in_use, ..told(&raw, &before, &outcome) }).await
        }
        Err(error) => {
            let (status, errors) = refusal(error)?;
            page.caller.start_over().await?;
            let words = words(&errors);
            let errors = FieldErrors::from_iter([("", words)]);
            library::answer(&page, &headers, params, Told { status, errors, ..Told::default() }).await
        }
    }
}

/// What was to be deleted and stays because it is used, with some of its uses.
async fn in_use(page: &PageCaller, before: &[store::Before], outcome: &BulkOutcome) -> Result<Vec<UsedFile>> {
    let refused: Vec<String> =
        outcome.refused.iter().filter(|one| one.code == IN_USE).map(|one| one.id.clone()).collect();
    let told = &refused[..refused.len().min(USED_TOLD_MOST)];
    let uses = uses::of_assets(&page.caller.tx, told, USES_TOLD_MOST).await?;
    let base = format!("/admin/{}", page.caller.organization.slug);
    let of = |id: &String| uses.iter().filter(|(used, _)| used == id).map(|(_, one)| use_row(&base, one)).collect();
    let name = |id: &String| before.iter().find(|one| one.id == *id).map_or_else(String::new, |one| one.name.clone());
    Ok(refused.iter().map(|id| UsedFile { id: id.clone(), name: name(id), uses: of(id) }).collect())
}

/// What was done, what was not and why, and what undoes it.
fn told(raw: &RawBulk, before: &[store::Before], outcome: &BulkOutcome) -> Told {
    let mut errors = FieldErrors::none();
    // Those in use are asked about on their own.
    let refused: Vec<&Refused> = outcome.refused.iter().filter(|one| one.code != IN_USE).collect();
    if !refused.is_empty() {
        let name = |id: &str| before.iter().find(|one| one.id == id).map_or("A file", |one| one.name.as_str());
        let told = refused.iter().take(TOLD_MOST);
        let mut words: Vec<String> = told.map(|one| format!("“{}”: {}", name(&one.id), one.message)).collect();
        if refused.len() > TOLD_MOST {
            words.push(format!("And {} more.", refused.len() - TOLD_MOST));
        }
        errors.add("", words.join(" "));
    }
    let is_done = !outcome.changed.is_empty();
    let tag = raw.tags.first().map_or("", String::as_str);
    let done = match raw.action {
        _ if !is_done => String::new(),
        Some(BulkAction::Move) => format!("{} moved.", counted(outcome.changed.len())),
        Some(BulkAction::Tag) => format!("{} tagged “{tag}”.", counted(outcome.changed.len())),
        Some(BulkAction::Untag) => format!("The tag “{tag}” was taken from {}.", counted(outcome.changed.len())),
        Some(BulkAction::Delete) => {
            format!("{} put into the bin, to be brought back within a week.", counted(outcome.changed.len()))
        }
        Some(BulkAction::Restore) | None => format!("{} brought back.", counted(outcome.changed.len())),
    };
    Told {
        status: if outcome.refused.is_empty() { StatusCode::OK } else { StatusCode::CONFLICT },
        errors,
        done,
        undo: is_done.then(|| undo_of(raw, before, outcome)).flatten(),
        ..Told::default()
    }
}

fn undo_of(raw: &RawBulk, before: &[store::Before], outcome: &BulkOutcome) -> Option<Undo> {
    let changed = before.iter().filter(|one| outcome.changed.contains(&one.id));
    let tag = raw.tags.first().cloned().unwrap_or_default();
    let ids = |had_tag: bool| changed.clone().filter(move |one| one.has_tag == had_tag);
    let of = |action: &'static str, pairs: Vec<(String, String)>| Some(Undo { action, tag: tag.clone(), pairs });
    let plain = |one: &store::Before| (one.id.clone(), String::new());
    match raw.action? {
        BulkAction::Move => {
            of("move", changed.clone().map(|one| (one.id.clone(), one.folder_id.clone().unwrap_or_default())).collect())
        }
        BulkAction::Tag => of("untag", ids(false).map(plain).collect()),
        BulkAction::Untag => of("tag", ids(true).map(plain).collect()),
        BulkAction::Delete => of("restore", changed.clone().map(plain).collect()),
        BulkAction::Restore => None,
    }
}

/// Undoes a change: each of the fields `was` is a file's id and, behind a `/`, the folder it lay in.
pub async fn undo(page: PageCaller, Form(pairs): Form<Pairs>) -> Result<Response> {
    page.caller.must(Permission::ContentEdit)?;
    let action = action(one(&pairs, "action"));
    let was: Vec<(String, String)> = all(&pairs, "was")
        .into_iter()
        .filter_map(|pair| pair.split_once('/').map(|(id, folder)| (id.to_owned(), folder.to_owned())))
        .collect();
    let mut places: Vec<&str> = was.iter().map(|(_, folder)| folder.as_str()).collect();
    places.sort_unstable();
    places.dedup();
    let mut count = 0;
    let mut refused = Vec::new();
    for place in places {
        let raw = RawBulk {
            ids: was.iter().filter(|(_, folder)| folder == place).map(|(id, _)| id.clone()).collect(),
            action,
            folder_id: Some(place.to_owned()).filter(|id| !id.is_empty()),
            tags: Some(one(&pairs, "tag").to_owned()).filter(|tag| !tag.is_empty()).into_iter().collect(),
            force: false,
        };
        let outcome = bulk::change(&page.caller, raw, Problems::new()).await?;
        count += outcome.changed.len();
        refused.extend(outcome.refused.into_iter().map(|one| one.message));
    }
    if count == 0 && refused.is_empty() {
        return Err(Error::Conflict("There is nothing to undo any more. Go back to the library.".into()));
    }
    let back = one(&pairs, "back");
    let list = super::address(&page, None);
    let address = if back.is_empty() { list } else { format!("{list}?{}", LibraryParams::read(back).query()) };
    page.caller.commit().await?;
    refused.dedup();
    let flash = match refused.first() {
        None => Flash::success(format!("Undone for {}.", counted(count))),
        Some(words) => Flash::error(format!("Undone for {}. The others stay as they are: {words}", counted(count))),
    };
    Ok(flash.redirect(&address))
}

fn counted(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}
