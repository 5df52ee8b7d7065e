//! The pages of segments: the list, and one as a form of rules.

mod one;

use axum::response::Response;
use http::HeaderMap;
use kernel::Result;
use kernel::access::Permission;
use kernel::api::{Query, read_cursor};
use kernel::doors::{Access, Pages};
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use serde::Deserialize;
use ui::{Moment, Pager};

use super::views::{SegmentRow, SegmentsPage};
use crate::audience::page as cut;
use crate::audience::views::{Tabs, address, frame};

const SHOWN: i64 = 50;

pub fn routes() -> Pages {
    let access = || Access::Member(Permission::CampaignsManage);
    Pages::new()
        .get("/admin/{org}/audience/segments", access(), list)
        .post("/admin/{org}/audience/segments", access(), one::create)
        .get("/admin/{org}/audience/segments/new", access(), one::new)
        .post("/admin/{org}/audience/segments/count", access(), one::count)
        .get("/admin/{org}/audience/segments/{id}", access(), one::show)
        .post("/admin/{org}/audience/segments/{id}", access(), one::save)
        .post("/admin/{org}/audience/segments/{id}/delete", access(), one::delete)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Parameters {
    cursor: Option<String>,
}

async fn list(page: PageCaller, headers: HeaderMap, Query(parameters): Query<Parameters>) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let tx = &page.caller.tx;
    let zone = site_settings(tx).await?.zone();
    let after: Option<String> = read_cursor(parameters.cursor.as_deref())?;
    let found = super::list(tx, after.as_deref(), SHOWN + 1).await?;
    let total = super::count(tx).await?;
    let cut = cut(found, SHOWN, total, |segment| segment.name.clone())?;
    let here = address(&page, "/segments");
    let row = |segment: super::Segment| SegmentRow {
        id: segment.id,
        name: segment.name,
        words: segment.words,
        updated: Moment::new(segment.updated_at, &zone),
    };
    Ok(ui::html(&SegmentsPage {
        frame: frame(&page, &headers, "Segments", &[]),
        tabs: Tabs::new(&page, "/segments"),
        pager: Pager {
            previous: after.is_some().then(|| here.clone()),
            next: cut.page.next.map(|cursor| format!("{here}?cursor={cursor}")),
            summary: format!("{} of {total} segments", cut.data.len()),
        },
        rows: cut.data.into_iter().map(row).collect(),
    }))
}
