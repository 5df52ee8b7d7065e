//! The page of what was deleted.

use axum::http::HeaderMap;
use axum::response::Response;
use kernel::access::Permission;
use kernel::api::{self, Id, Query};
use kernel::doors::{Access, Pages};
use kernel::session::PageCaller;
use kernel::{Error, Result, organization};
use serde::Deserialize;
use ui::{Breadcrumb, Flash, Moment, Pager, Section};

use super::{Position, actions, store};
use crate::views::{BinPage, BinRow};

/// Items on one page of the bin.
const ROWS: usize = 25;

pub fn routes() -> Pages {
    const PUBLISH: Access = Access::Member(Permission::ContentPublish);
    Pages::new().get("/admin/{org}/bin", PUBLISH, show).post("/admin/{org}/bin/{id}/restore", PUBLISH, take_back).post(
        "/admin/{org}/bin/{id}/delete",
        PUBLISH,
        forget,
    )
}

/// What the address bar says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct BinParams {
    cursor: Option<String>,
}

async fn show(page: PageCaller, headers: HeaderMap, Query(params): Query<BinParams>) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::ContentPublish)?;
    let after: Option<Position> = api::read_cursor(params.cursor.as_deref())?;
    let mut found = store::list(&caller.tx, after.as_ref(), 1 + ROWS as i64).await?;
    let total = store::count(&caller.tx).await?;
    let there_is_more = found.len() > ROWS;
    found.truncate(ROWS);
    let base = format!("/admin/{}/bin", caller.organization.slug);
    let next = found.last().filter(|_| there_is_more).map(|last| api::write_cursor(&Position::of(last))).transpose()?;
    let zone = organization::site_settings(&caller.tx).await?.zone();
    let rows = found.iter().map(|deleted| BinRow {
        id: deleted.id.clone(),
        title: deleted.title.clone(),
        slug: deleted.slug.clone(),
        deleted_by: deleted.deleted_by.clone(),
        deleted: Moment::new(deleted.deleted_at, &zone),
        purged: Moment::new(deleted.purged_at, &zone),
    });
    let mut frame = ui::frame_for(&page, &headers, "Bin", Section::Content);
    let content = format!("/admin/{}/content", caller.organization.slug);
    frame.breadcrumbs = vec![Breadcrumb::link("Content", content), Breadcrumb::here("Bin")];
    let noun = if total == 1 { "item" } else { "items" };
    let pager = Pager {
        previous: params.cursor.map(|_| base.clone()),
        next: next.map(|cursor| format!("{base}?cursor={cursor}")),
        summary: format!("{} of {total} {noun}", rows.len()),
    };
    Ok(ui::html(&BinPage { rows: rows.collect(), pager, frame }))
}

async fn take_back(page: PageCaller, Id(id): Id) -> Result<Response> {
    let item = match actions::take_back(&page.caller, &id).await {
        Ok(item) => item,
        Err(Error::PlanLimit(words)) => {
            let bin = format!("/admin/{}/bin", page.caller.organization.slug);
            return Ok(Flash::error(words).redirect(&bin));
        }
        Err(error) => return Err(error),
    };
    let address = format!("/admin/{}/content/{}", page.caller.organization.slug, item.id);
    page.caller.commit().await?;
    Ok(Flash::success(format!("“{}” is back as it was.", item.title)).redirect(&address))
}

async fn forget(page: PageCaller, Id(id): Id) -> Result<Response> {
    actions::forget(&page.caller, &id).await?;
    let address = format!("/admin/{}/bin", page.caller.organization.slug);
    page.caller.commit().await?;
    Ok(Flash::success("Deleted for good.").redirect(&address))
}
