//! The editor's form after it was refused: nothing that was typed is lost.

use axum::http::HeaderMap;
use axum::response::Response;
use kernel::access::Caller;
use kernel::session::PageCaller;
use kernel::{Error, Result};
use ui::{FieldErrors, Moment, SelectOption};

use super::editor::{editor, zone};
use super::input::{EditorInput, Subject};
use super::subject::Edited;
use crate::revisions;
use crate::views::{Conflict, ConflictField, EditorForm, EditorPage, type_options};

/// The form again with everything that was typed, and what kept it from being saved.
pub(super) async fn show_again(
    mut page: PageCaller,
    headers: &HeaderMap,
    at: Option<(&str, Subject)>,
    (input, error): (EditorInput, Error),
) -> Result<Response> {
    // Both versions are shown then, which says more than words.
    let is_stale = matches!(error, Error::StaleVersion(_));
    let (status, errors) = ui::refusal(error)?;
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
    view.errors = if is_stale && edited.is_some() { FieldErrors::none() } else { errors };
    if let (true, Some(edited)) = (is_stale, &edited) {
        view.conflict = Some(conflict(&page.caller, edited, &view).await?);
    }
    // Changes that were begun from the item's own form go on with their own version.
    if let Some(edited) = edited.filter(|edited| is_stale || edited.subject != came_from) {
        view.form.version = edited.version().to_string();
    }
    Ok(ui::html_with(status, &view))
}

async fn conflict(caller: &Caller, edited: &Edited, view: &EditorPage) -> Result<Conflict> {
    let zone = zone(caller).await?;
    let stored = edited.form(&zone);
    let newest = revisions::store::of_item(&caller.tx, &edited.item.id, None, 1).await?;
    Ok(Conflict {
        saved_by: newest.first().map_or_else(|| "Somebody".to_owned(), |revision| revision.author_name.clone()),
        saved_at: Moment::new(edited.item.updated_at, &zone),
        fields: differences(&stored, view),
    })
}

/// Every field of the form in which what is stored and what was typed differ, as people read them: what is not told here
/// would be replaced unseen when the form is sent again.
fn differences(stored: &EditorForm, view: &EditorPage) -> Vec<ConflictField> {
    let typed = &view.form;
    let chosen = |options: &[SelectOption], value: &str| {
        let option = options.iter().find(|option| option.is(value));
        option.map_or_else(|| value.to_owned(), |option| option.label.trim().to_owned())
    };
    let text = |label, theirs: &String, yours: &String| (label, theirs.clone(), yours.clone());
    let choice = |label, options: &[SelectOption], theirs: &str, yours: &str| {
        (label, chosen(options, theirs), chosen(options, yours))
    };
    let yes = |label, theirs: bool, yours: bool| {
        let word = |is_set| if is_set { "Yes" } else { "No" }.to_owned();
        (label, word(theirs), word(yours))
    };
    // A time that nobody touched is not sent.
    let end = if typed.expires_at == typed.expires_at_was { &stored.expires_at } else { &typed.expires_at };
    let pairs = [
        text("Title", &stored.title, &typed.title),
        text("Address", &stored.slug, &typed.slug),
        text("Text", &stored.content, &typed.content),
        text("Excerpt", &stored.excerpt, &typed.excerpt),
        choice("Type", &type_options(), &stored.content_type, &typed.content_type),
        choice("Category", &view.categories, &stored.category_id, &typed.category_id),
        text("Tags", &stored.tags, &typed.tags),
        choice("Language", &view.languages, &stored.language, &typed.language),
        yes("Featured on the home page", stored.featured, typed.featured),
        text("Featured image", &stored.featured_image, &typed.featured_image),
        text("Gallery", &stored.gallery, &typed.gallery),
        text("Video", &stored.video_url, &typed.video_url),
        text("Audio", &stored.audio_url, &typed.audio_url),
        text("Title for search engines", &stored.meta_title, &typed.meta_title),
        text("Description for search engines", &stored.meta_description, &typed.meta_description),
        text("Keywords", &stored.keywords, &typed.keywords),
        text("Canonical address", &stored.canonical_url, &typed.canonical_url),
        yes("Comments", stored.comments_enabled, typed.comments_enabled),
        choice("Author", &view.panels.authors, &stored.author_id, &typed.author_id),
        text("Expires at", &stored.expires_at, end),
    ];
    let same = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    let differing = pairs.into_iter().filter(|(_, theirs, yours)| same(theirs) != same(yours));
    differing.map(|(label, theirs, yours)| ConflictField { label: label.to_owned(), theirs, yours }).collect()
}
