//! The page of an item's language variants.

use axum::http::HeaderMap;
use axum::response::Response;
use kernel::access::Permission;
use kernel::api::{Id, Query};
use kernel::doors::{Access, Pages};
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::{Breadcrumb, FieldErrors, Flash, Section, SelectOption, StatusPill};

use super::view::{TranslationsPage, VariantRow};
use super::{Variant, actions, store};
use crate::items::model::Item;
use crate::items::store as item_store;

/// Items that the page offers to link; others are found by their titles.
const CANDIDATES: i64 = 100;
/// The longest search, in characters.
const SEARCH_LONGEST: usize = 100;
/// Languages that the page offers; any other can be set in the editor.
const LANGUAGES: [(&str, &str); 16] = [
    ("ar", "Arabic"),
    ("zh", "Chinese"),
    ("nl", "Dutch"),
    ("en", "English"),
    ("fr", "French"),
    ("de", "German"),
    ("he", "Hebrew"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("ru", "Russian"),
    ("es", "Spanish"),
    ("sv", "Swedish"),
    ("tr", "Turkish"),
];

pub fn routes() -> Pages {
    const READ: Access = Access::Member(Permission::ContentRead);
    const EDIT: Access = Access::Member(Permission::ContentEdit);
    Pages::new()
        .get("/admin/{org}/content/{id}/translations", READ, show)
        .post("/admin/{org}/content/{id}/translations", EDIT, link)
        .post("/admin/{org}/content/{id}/translations/begin", EDIT, begin)
        .post("/admin/{org}/content/{id}/translations/unlink", EDIT, unlink)
}

/// What the page's forms send.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TranslationInput {
    content_id: String,
    language: String,
}

/// What is looked for among the items that could be linked.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Search {
    q: String,
}

async fn show(page: PageCaller, Id(id): Id, headers: HeaderMap, Query(search): Query<Search>) -> Result<Response> {
    page.caller.must(Permission::ContentRead)?;
    Ok(ui::html(&view(&page, &headers, &id, &search.q).await?))
}

async fn link(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Form(input): Form<TranslationInput>,
) -> Result<Response> {
    match actions::link(&page.caller, &id, &input.content_id).await {
        Ok(_) => done(page, &id, "Linked.").await,
        Err(error) => show_again(page, &headers, &id, error).await,
    }
}

async fn begin(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Form(input): Form<TranslationInput>,
) -> Result<Response> {
    page.caller.must(Permission::ContentEdit)?;
    if input.language.is_empty() {
        let error = Error::invalid("language", "missing", "Choose the language to translate into.");
        return show_again(page, &headers, &id, error).await;
    }
    match actions::begin(&page.caller, &id, &input.language).await {
        Ok(copy) => {
            let address = format!("/admin/{}/content/{}", page.caller.organization.slug, copy.id);
            page.caller.commit().await?;
            Ok(Flash::success("This is the draft to translate.").redirect(&address))
        }
        Err(error) => show_again(page, &headers, &id, error).await,
    }
}

/// Takes the item named in the form out, which may be this one or another of the list.
async fn unlink(page: PageCaller, Id(id): Id, Form(input): Form<TranslationInput>) -> Result<Response> {
    let unlinked = if input.content_id.is_empty() { &id } else { &input.content_id };
    actions::unlink(&page.caller, unlinked).await?;
    done(page, &id, "Unlinked.").await
}

async fn done(page: PageCaller, id: &str, words: &str) -> Result<Response> {
    let address = format!("/admin/{}/content/{id}/translations", page.caller.organization.slug);
    page.caller.commit().await?;
    Ok(Flash::success(words).redirect(&address))
}

async fn show_again(mut page: PageCaller, headers: &HeaderMap, id: &str, error: Error) -> Result<Response> {
    let status = error.status();
    let mut errors = FieldErrors::none();
    match error {
        Error::Invalid(problems) => problems.into_iter().for_each(|problem| errors.add(problem.field, problem.message)),
        Error::Forbidden(words) | Error::PlanLimit(words) => errors.add("", words),
        other => return Err(other),
    }
    page.caller.start_over().await?;
    let mut view = view(&page, headers, id, "").await?;
    view.errors = errors;
    Ok(ui::html_with(status, &view))
}

async fn view(page: &PageCaller, headers: &HeaderMap, id: &str, search: &str) -> Result<TranslationsPage> {
    let caller = &page.caller;
    let item = item_store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    let mut variants = store::of_item(&caller.tx, id).await?;
    if variants.is_empty() {
        variants.push(alone(&item));
    }
    let taken: Vec<String> = variants.iter().map(|variant| variant.language.clone()).collect();
    let search: String = search.trim().chars().filter(|one| !one.is_control()).take(SEARCH_LONGEST).collect();
    let candidates = store::candidates(&caller.tx, (&taken, &search), CANDIDATES).await?;
    let mut frame = ui::frame_for(page, headers, "Translations", Section::Content);
    let list = format!("/admin/{}/content", caller.organization.slug);
    frame.breadcrumbs = vec![
        Breadcrumb::link("Content", &*list),
        Breadcrumb::link(&*item.title, format!("{list}/{id}")),
        Breadcrumb::here("Translations"),
    ];
    Ok(TranslationsPage {
        frame,
        id: id.to_owned(),
        title: item.title,
        rows: variants.into_iter().map(|variant| row(variant, id)).collect(),
        search,
        candidates: choices(
            "Choose an item",
            candidates
                .into_iter()
                .map(|item| SelectOption::new(item.id, format!("{} ({})", item.title, item.language))),
        ),
        languages: choices(
            "Choose a language",
            LANGUAGES
                .into_iter()
                .filter(|(tag, _)| !taken.iter().any(|one| one == tag))
                .map(|(tag, name)| SelectOption::new(tag, name)),
        ),
        errors: FieldErrors::none(),
        may_edit: caller.may(Permission::ContentEdit),
    })
}

fn choices(first: &str, rest: impl Iterator<Item = SelectOption>) -> Vec<SelectOption> {
    std::iter::once(SelectOption::new("", first)).chain(rest).collect()
}

fn alone(item: &Item) -> Variant {
    Variant {
        id: item.id.clone(),
        title: item.title.clone(),
        slug: item.slug.clone(),
        language: item.language.clone(),
        status: item.status,
    }
}

fn row(variant: Variant, id: &str) -> VariantRow {
    VariantRow {
        is_this: variant.id == id,
        id: variant.id,
        title: variant.title,
        language: variant.language,
        status: StatusPill::of(variant.status.as_str()),
    }
}
