use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use kernel::access::Permission;
use kernel::api::Id;
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::{Error, Result, organization};
use serde::Deserialize;
use ui::{Breadcrumb, FieldErrors, Flash, Moment, Section};

use crate::comments::blocklist;
use crate::views::{BlockedRow, BlocklistPage};

/// The form that adds to the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct BlocklistInput {
    entries: String,
}

pub async fn show(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::TaxonomyManage)?;
    Ok(ui::html(&view(&page, &headers, String::new(), FieldErrors::none()).await?))
}

async fn view(page: &PageCaller, headers: &HeaderMap, entries: String, errors: FieldErrors) -> Result<BlocklistPage> {
    let zone = organization::site_settings(&page.caller.tx).await?.zone();
    let row = |entry: blocklist::Entry| BlockedRow {
        kind: match entry.kind.as_str() {
            "word" => "Word",
            "email" => "Mail address",
            _ => "Network",
        },
        since: Moment::new(entry.created_at, &zone),
        id: entry.id,
        value: entry.value,
    };
    let rows = blocklist::list(&page.caller.tx).await?.into_iter().map(row).collect();
    let mut frame = ui::frame_for(page, headers, "Blocklist", Section::Comments);
    frame.breadcrumbs =
        vec![Breadcrumb::link("Comments", format!("{}/comments", frame.base())), Breadcrumb::here("Blocklist")];
    Ok(BlocklistPage { frame, entries, errors, rows })
}

pub async fn add(mut page: PageCaller, headers: HeaderMap, Form(input): Form<BlocklistInput>) -> Result<Response> {
    let added = match blocklist::add(&page.caller, &input.entries).await {
        Ok(added) => added,
        Err(Error::Invalid(errors)) => {
            page.caller.start_over().await?;
            let errors = errors.into_iter().map(|error| (error.field, error.message)).collect();
            let view = view(&page, &headers, input.entries, errors).await?;
            return Ok(ui::html_with(StatusCode::UNPROCESSABLE_ENTITY, &view));
        }
        Err(error) => return Err(error),
    };
    let words = match added {
        0 => "They were blocked already.".to_owned(),
        1 => "One entry added.".to_owned(),
        added => format!("{added} entries added."),
    };
    finish(page, &words).await
}

pub async fn remove(page: PageCaller, Id(id): Id) -> Result<Response> {
    blocklist::remove(&page.caller, &id).await?;
    finish(page, "Removed. Comments marked as spam before stay so.").await
}

async fn finish(page: PageCaller, words: &str) -> Result<Response> {
    let address = format!("/admin/{}/comments/blocklist", page.caller.organization.slug);
    page.caller.commit().await?;
    Ok(Flash::success(words).redirect(&address))
}
