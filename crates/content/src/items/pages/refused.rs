//! The editor's form after it was refused: nothing that was typed is lost.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use kernel::access::Caller;
use kernel::session::PageCaller;
use kernel::{Error, Result};
use ui::{FieldErrors, Moment};

use super::editor::{editor, zone};
use super::input::{EditorInput, Subject};
use super::subject::Edited;
use crate::revisions;
use crate::views::{Conflict, ConflictField, EditorForm};

/// The form again with everything that was typed, and what kept it from being saved.
pub(super) async fn show_again(
    mut page: PageCaller,
    headers: &HeaderMap,
    at: Option<(&str, Subject)>,
    (input, error): (EditorInput, Error),
) -> Result<Response> {
    let mut errors = FieldErrors::none();
    let mut is_stale = false;
    let status = error.status();
    match error {
        Error::Invalid(problems) => problems.into_iter().for_each(|problem| errors.add(problem.field, problem.message)),
        Error::Taken(problem) => errors.add(problem.field, problem.message),
        Error::Conflict(words) | Error::Forbidden(words) | Error::PlanLimit(words) => errors.add("", words),
        Error::StaleVersion(_) => is_stale = true,
        other => return Err(other),
    }
    page.caller.start_over().await?;
    let came_from = input.subject();
    let edited = match at {
        Some((id, subject)) => Some(Edited::read(&page.caller, id, Some(subject)).await?),
        None => None,
    };
    let form = match &edited {
        Some(edited) if !input.is_form() => edited.form(&zone(&page.caller).await?),
        _ => input.into_form(),
    };
    let mut view = editor(&page, headers, edited.as_ref(), form).await?;
    view.errors = errors;
    if let (true, Some(edited)) = (is_stale, &edited) {
        view.conflict = Some(conflict(&page.caller, edited, &view.form).await?);
    }
    // Changes that were begun from the item's own form go on with their own version.
    if let Some(edited) = edited.filter(|edited| is_stale || edited.subject != came_from) {
        view.form.version = edited.version().to_string();
    }
    let mut response = ui::html(&view);
    *response.status_mut() = if status == StatusCode::PRECONDITION_FAILED { StatusCode::CONFLICT } else { status };
    Ok(response)
}

async fn conflict(caller: &Caller, edited: &Edited, typed: &EditorForm) -> Result<Conflict> {
    let zone = zone(caller).await?;
    let (item, stored) = (&edited.item, edited.form(&zone));
    let pairs = [
        ("Title", stored.title, &typed.title),
        ("Address", stored.slug, &typed.slug),
        ("Text", stored.content, &typed.content),
        ("Excerpt", stored.excerpt, &typed.excerpt),
        ("Tags", stored.tags, &typed.tags),
        ("Title for search engines", stored.meta_title, &typed.meta_title),
        ("Description for search engines", stored.meta_description, &typed.meta_description),
    ];
    let same = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    let differing = pairs.into_iter().filter(|(_, theirs, yours)| same(theirs) != same(yours));
    let newest = revisions::store::of_item(&caller.tx, &item.id, None, 1).await?;
    Ok(Conflict {
        saved_by: newest.first().map_or_else(|| "Somebody".to_owned(), |revision| revision.author_name.clone()),
        saved_at: Moment::new(item.updated_at, &zone),
        fields: differing
            .map(|(label, theirs, yours)| ConflictField { label: label.into(), theirs, yours: yours.clone() })
            .collect(),
    })
}
