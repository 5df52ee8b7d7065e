//! The page of what was found, for whoever has no palette: without scripts, or to see more of each kind.

use askama::Template;
use axum::http::HeaderMap;
use axum::response::Response;
use kernel::Result;
use kernel::access::Permission;
use kernel::api::Query;
use kernel::doors::{Access, Pages};
use kernel::session::PageCaller;
use serde::Deserialize;
use ui::{Frame, Section};

use crate::model::{Found, Kind};
use crate::sources;

/// Of each kind on the page.
const MOST: i64 = 20;

pub fn routes() -> Pages {
    Pages::new().get("/admin/{org}/find", Access::Member(Permission::ContentRead), show)
}

/// What the address bar says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FindParams {
    q: String,
}

/// `/admin/{org}/find`: what was found, kind by kind.
#[derive(Template)]
#[template(path = "find.html")]
struct FindPage {
    frame: Frame,
    search: String,
    groups: Vec<Group>,
    /// How much was found, in words.
    summary: String,
}

struct Group {
    kind: Kind,
    found: Vec<Found>,
}

async fn show(page: PageCaller, headers: HeaderMap, Query(params): Query<FindParams>) -> Result<Response> {
    page.caller.must(Permission::ContentRead)?;
    let found = sources::find(&page.caller, &params.q, MOST).await?;
    let summary = match found.len() {
        _ if params.q.trim().is_empty() => String::new(),
        1 => "1 result".to_owned(),
        count => format!("{count} results"),
    };
    let groups = found.chunk_by(|one, next| one.kind == next.kind);
    let groups = groups.map(|group| Group { kind: group[0].kind, found: group.to_vec() }).collect();
    let frame = ui::frame_for(&page, &headers, "Search", Section::None);
    Ok(ui::html(&FindPage { frame, search: params.q, groups, summary }))
}
