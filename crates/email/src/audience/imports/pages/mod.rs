//! The pages of imports: files that came in, one file, and its refusals.

mod one;
mod upload;

use axum::response::Response;
use http::HeaderMap;
use kernel::Result;
use kernel::access::Permission;
use kernel::api::{Query, read_cursor};
use kernel::doors::{Access, Pages};
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use serde::Deserialize;
use ui::{FieldErrors, Moment, Pager};

use super::views::{ImportRow, ImportsPage};
use super::{Import, State, store};
use crate::audience::page as cut;
use crate::audience::views::{Tabs, address, frame, number};

const SHOWN: i64 = 25;

pub fn routes() -> Pages {
    let access = || Access::Member(Permission::CampaignsManage);
    Pages::new()
        .get("/admin/{org}/audience/imports", access(), list)
        .post("/admin/{org}/audience/imports", access(), upload::upload)
        .get("/admin/{org}/audience/imports/{id}", access(), one::show)
        .post("/admin/{org}/audience/imports/{id}", access(), one::begin)
        .get("/admin/{org}/audience/imports/{id}/refused.csv", access(), one::refused)
        .post("/admin/{org}/audience/imports/{id}/delete", access(), one::delete)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Parameters {
    cursor: Option<String>,
}

async fn list(page: PageCaller, headers: HeaderMap, Query(parameters): Query<Parameters>) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    Ok(ui::html(&view(&page, &headers, parameters.cursor, FieldErrors::none()).await?))
}

async fn view(
    page: &PageCaller,
    headers: &HeaderMap,
    cursor: Option<String>,
    errors: FieldErrors,
) -> Result<ImportsPage> {
    let tx = &page.caller.tx;
    let zone = site_settings(tx).await?.zone();
    let after: Option<String> = read_cursor(cursor.as_deref())?;
    let found = store::list(tx, after.as_deref(), SHOWN + 1).await?;
    let cut = cut(found, SHOWN, store::count(tx).await?, |import| import.id.clone())?;
    let here = address(page, "/imports");
    let row = |import: Import| ImportRow {
        words: words(&import),
        at: Moment::new(import.created_at, &zone),
        id: import.id,
        file_name: import.file_name,
        state: import.state,
    };
    Ok(ImportsPage {
        frame: frame(page, headers, "Imports", &[]),
        tabs: Tabs::new(page, "/imports"),
        pager: Pager {
            previous: after.is_some().then(|| here.clone()),
            next: cut.page.next.map(|cursor| format!("{here}?cursor={cursor}")),
            summary: format!("{} of {} imports", cut.data.len(), number(cut.page.total)),
        },
        rows: cut.data.into_iter().map(row).collect(),
        errors,
    })
}

fn words(import: &Import) -> String {
    let counts = &import.counts;
    match import.state {
        State::Uploaded => "Say what its columns mean.".to_owned(),
        State::Running => format!("{} rows read so far", number(counts.rows_read)),
        State::Done | State::Failed => {
            let (created, refused) = (number(counts.created), number(counts.refused));
            format!("{created} new, {} changed, {refused} refused", number(counts.updated))
        }
    }
}
