use axum::http::HeaderMap;
use axum::response::Response;
use kernel::access::Permission;
use kernel::api::Id;
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use ui::{Breadcrumb, FieldErrors, Flash, Moment, Section};

use super::changes;
use super::editor::{address, save_first, zone};
use super::input::{EditorInput, Subject};
use super::refused::show_again;
use crate::items::model::{ContentStatus, Item};
use crate::items::store as item_store;
use crate::previews::{NewPreview, Preview, PreviewOf, actions, store};
use crate::views::{CreatedPreview, PreviewRow, PreviewsPage};

pub async fn show(page: PageCaller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::ContentEdit)?;
    let item = item_store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    Ok(ui::html(&view(&page, &headers, &item, None).await?))
}

/// Makes a link and shows its address. The editor sends its whole form: what was typed into a draft is saved first, for
/// the preview shows what is stored.
pub async fn create(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Form(input): Form<EditorInput>,
) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::ContentEdit)?;
    let item = item_store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let is_draft = matches!(item.status, ContentStatus::Draft | ContentStatus::Review);
    let saved = match input.subject() {
        Subject::Changes => changes::save_first(caller, &id, &input).await,
        Subject::Item if is_draft => save_first(caller, &id, &input).await,
        // What is public is changed by its own buttons alone.
        Subject::Item => Ok(None),
    };
    if let Err(error) = saved {
        return show_again(page, &headers, Some((&id, input.subject())), (input, error)).await;
    }
    match actions::create(caller, &id, &input.preview_request(), Problems::new()).await {
        Ok(made) => {
            let shown = view(&page, &headers, &item, Some(made)).await?;
            page.caller.commit().await?;
            Ok(ui::html(&shown))
        }
        Err(error) => refused(page, &headers, &item, error).await,
    }
}

async fn refused(mut page: PageCaller, headers: &HeaderMap, item: &Item, error: Error) -> Result<Response> {
    let (status, errors) = ui::refusal(error)?;
    page.caller.start_over().await?;
    let mut shown = view(&page, headers, item, None).await?;
    shown.errors = errors;
    Ok(ui::html_with(status, &shown))
}

pub async fn revoke(page: PageCaller, at: PreviewOf) -> Result<Response> {
    actions::revoke(&page.caller, &at.content_id, &at.id).await?;
    let back = format!("{}/previews", address(&page.caller.organization.slug, &at.content_id));
    page.caller.commit().await?;
    Ok(Flash::success("Taken back. The link does not work any more.").redirect(&back))
}

async fn view(page: &PageCaller, headers: &HeaderMap, item: &Item, made: Option<NewPreview>) -> Result<PreviewsPage> {
    let caller = &page.caller;
    let zone = zone(caller).await?;
    let mut frame = ui::frame_for(page, headers, "Preview links", Section::Content);
    let organization = &caller.organization.slug;
    frame.breadcrumbs = vec![
        Breadcrumb::link("Content", format!("/admin/{organization}/content")),
        Breadcrumb::link(&item.title, address(organization, &item.id)),
        Breadcrumb::here("Preview links"),
    ];
    let row = |preview: Preview| PreviewRow {
        id: preview.id,
        author: preview.author_name,
        created: Moment::new(preview.created_at, &zone),
        expires: Moment::new(preview.expires_at, &zone),
    };
    Ok(PreviewsPage {
        frame,
        id: item.id.clone(),
        title: item.title.clone(),
        rows: store::of_item(&caller.tx, &item.id, caller.now).await?.into_iter().map(row).collect(),
        created: made
            .map(|made| CreatedPreview { url: made.url, expires: Moment::new(made.preview.expires_at, &zone) }),
        errors: FieldErrors::none(),
    })
}
