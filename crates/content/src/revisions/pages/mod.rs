//! The pages of revisions: the list, two of them compared, and what brings one back.

mod comparison;
mod restore;

use axum::response::Response;
use http::HeaderMap;
use jiff::tz::TimeZone;
use kernel::access::Permission;
use kernel::api::{self, Id, Query};
use kernel::doors::{Access, Pages};
use kernel::session::PageCaller;
use kernel::{Error, Result, organization};
use serde::Deserialize;
use ui::{Breadcrumb, Frame, Moment, Pager, Section};

pub(crate) use comparison::{compared_text, parts};

use super::{Revision, store};
use crate::items;
use crate::items::model::Item;
use crate::views::{KeptRow, RevisionsPage};

/// Versions on one page of the list.
const ROWS: i64 = 25;

pub fn routes() -> Pages {
    const READ: Access = Access::Member(Permission::ContentRead);
    const EDIT: Access = Access::Member(Permission::ContentEdit);
    Pages::new().get("/admin/{org}/content/{id}/revisions", READ, show).post(
        "/admin/{org}/content/{id}/revisions/{version}/restore",
        EDIT,
        restore::restore,
    )
}

/// What the address bar says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RevisionsParams {
    from: Option<i32>,
    to: Option<i32>,
    cursor: Option<String>,
}

async fn show(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Query(params): Query<RevisionsParams>,
) -> Result<Response> {
    page.caller.must(Permission::ContentRead)?;
    let item = items::store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    match (params.from, params.to) {
        (Some(from), Some(to)) => {
            let view = comparison::compare(&page, &headers, &item, (from, to)).await?;
            Ok(ui::html(&view))
        }
        _ => Ok(ui::html(&list(&page, &headers, &item, params.cursor.as_deref()).await?)),
    }
}

async fn list(page: &PageCaller, headers: &HeaderMap, item: &Item, cursor: Option<&str>) -> Result<RevisionsPage> {
    let tx = &page.caller.tx;
    let zone = organization::site_settings(tx).await?.zone();
    let before: Option<i32> = api::read_cursor(cursor)?;
    let mut revisions = store::of_item(tx, &item.id, before, ROWS + 1).await?;
    let most = usize::try_from(ROWS).unwrap_or_default();
    let more = revisions.len() > most;
    revisions.truncate(most);
    let address = format!("{}/revisions", editor_address(page, &item.id));
    let next = revisions.last().filter(|_| more).map(|last| api::write_cursor(&last.version)).transpose()?;
    let total = store::count(tx, &item.id).await?;
    let newest = store::newest_own(tx, &item.id).await?;
    let noun = if total == 1 { "version" } else { "versions" };
    let pager = Pager {
        previous: before.map(|_| address.clone()),
        next: next.map(|cursor| format!("{address}?cursor={cursor}")),
        summary: format!("{} of {total} {noun}", revisions.len()),
    };
    let row = |(position, revision): (usize, Revision)| {
        let row = kept_row(revision, newest, &zone);
        KeptRow { is_to: position == 0, is_from: position == 1, ..row }
    };
    Ok(RevisionsPage {
        frame: frame(page, headers, item, &[Breadcrumb::here("History")]),
        id: item.id.clone(),
        title: item.title.clone(),
        rows: revisions.into_iter().enumerate().map(row).collect(),
        pager,
    })
}

fn kept_row(revision: Revision, newest: i32, zone: &TimeZone) -> KeptRow {
    KeptRow {
        is_newest: revision.version == newest,
        of_changes: revision.of_changes,
        version: revision.version,
        title: revision.title,
        author: revision.author_name,
        at: Moment::new(revision.created_at, zone),
        comment: revision.comment.unwrap_or_default(),
        is_from: false,
        is_to: false,
    }
}

fn frame(page: &PageCaller, headers: &HeaderMap, item: &Item, steps: &[Breadcrumb]) -> Frame {
    let mut frame = ui::frame_for(page, headers, "History", Section::Content);
    let list = format!("/admin/{}/content", page.caller.organization.slug);
    frame.breadcrumbs =
        vec![Breadcrumb::link("Content", list), Breadcrumb::link(&item.title, editor_address(page, &item.id))];
    frame.breadcrumbs.extend_from_slice(steps);
    frame
}

fn editor_address(page: &PageCaller, content_id: &str) -> String {
    format!("/admin/{}/content/{content_id}", page.caller.organization.slug)
}
