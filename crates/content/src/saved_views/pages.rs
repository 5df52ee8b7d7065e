//! The page of saved views, and the forms of the library that save one.

use axum::http::HeaderMap;
use axum::response::Response;
use kernel::access::Permission;
use kernel::api::Id;
use kernel::doors::{Access, Pages};
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::{Breadcrumb, FieldErrors, Flash, Section};

use super::draft::RawView;
use super::{actions, store};
use crate::items::pages::LibraryParams;
use crate::views::{SavedViewRow, SavedViewsPage};

pub fn routes() -> Pages {
    const READ: Access = Access::Member(Permission::ContentRead);
    Pages::new()
        .get("/admin/{org}/content/views", READ, show)
        .post("/admin/{org}/content/views", READ, create)
        .post("/admin/{org}/content/views/{id}", READ, save)
        .post("/admin/{org}/content/views/{id}/delete", READ, delete)
}

/// What the forms of a view send: every field a text, and boxes only when they are ticked.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct ViewInput {
    name: String,
    /// The list, as the part of its address behind the question mark.
    query: Option<String>,
    is_shared: String,
    is_default: String,
    version: String,
}

impl ViewInput {
    fn to_raw(&self) -> RawView {
        let is_ticked = |text: &str| Some(text == "true");
        RawView {
            name: Some(self.name.clone()),
            query: self.query.clone(),
            is_shared: is_ticked(&self.is_shared),
            is_default: is_ticked(&self.is_default),
        }
    }
}

async fn show(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::ContentRead)?;
    Ok(ui::html(&view(&page, &headers).await?))
}

async fn view(page: &PageCaller, headers: &HeaderMap) -> Result<SavedViewsPage> {
    let caller = &page.caller;
    let saved = store::visible(&caller.tx, &caller.actor.user_id).await?;
    let rows = saved.into_iter().map(|view| SavedViewRow {
        may_change: actions::may_change(caller, &view),
        is_own: view.owner_id == caller.actor.user_id,
        id: view.id,
        name: view.name,
        query: view.query,
        is_shared: view.is_shared,
        is_default: view.is_default,
        owner: view.owner_name,
        version: view.version.to_string(),
        error: None,
    });
    let mut frame = ui::frame_for(page, headers, "Views", Section::Content);
    frame.breadcrumbs = vec![Breadcrumb::link("Content", content(page)), Breadcrumb::here("Views")];
    let may_share = caller.may(Permission::ContentEdit);
    Ok(SavedViewsPage { frame, rows: rows.collect(), may_share, errors: FieldErrors::none(), refused: None })
}

async fn create(page: PageCaller, headers: HeaderMap, Form(input): Form<ViewInput>) -> Result<Response> {
    match actions::create(&page.caller, input.to_raw(), Problems::new()).await {
        Ok(view) => {
            let (address, words) =
                (format!("{}?{}", content(&page), view.query), format!("“{}” was saved.", view.name));
            page.caller.commit().await?;
            Ok(Flash::success(words).redirect(&address))
        }
        Err(error) => show_again(page, &headers, None, (input, error)).await,
    }
}

async fn save(page: PageCaller, Id(id): Id, headers: HeaderMap, Form(input): Form<ViewInput>) -> Result<Response> {
    match actions::edit(&page.caller, &id, &input.to_raw(), Problems::new(), input.version.parse().ok()).await {
        Ok(_) => done(page, "Saved.").await,
        Err(error) => show_again(page, &headers, Some(&id), (input, error)).await,
    }
}

/// The page anew with what was typed, in the row that was refused or in a new one.
async fn show_again(
    mut page: PageCaller,
    headers: &HeaderMap,
    id: Option<&str>,
    (input, error): (ViewInput, Error),
) -> Result<Response> {
    let (status, errors) = ui::refusal(error)?;
    page.caller.start_over().await?;
    let mut view = view(&page, headers).await?;
    let is_known = |id: &str| view.rows.iter().any(|row| row.id == id);
    if id.is_some_and(|id| !is_known(id)) {
        return Err(Error::NotFound);
    }
    view.errors = errors;
    let query = input.query.unwrap_or_default();
    match view.rows.iter_mut().find(|row| Some(row.id.as_str()) == id) {
        Some(row) => row.name = input.name,
        None => {
            view.refused = Some((input.name, LibraryParams::parse(&query).map(|it| it.query()).unwrap_or_default()))
        }
    }
    view.mark(id);
    Ok(ui::html_with(status, &view))
}

async fn delete(page: PageCaller, Id(id): Id) -> Result<Response> {
    actions::delete(&page.caller, &id).await?;
    done(page, "Deleted. The items that it showed are as they were.").await
}

async fn done(page: PageCaller, words: &str) -> Result<Response> {
    let address = format!("{}/views", content(&page));
    page.caller.commit().await?;
    Ok(Flash::success(words).redirect(&address))
}

fn content(page: &PageCaller) -> String {
    format!("/admin/{}/content", page.caller.organization.slug)
}
