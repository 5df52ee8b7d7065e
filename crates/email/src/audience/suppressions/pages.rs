//! `/admin/{org}/audience/suppressions`: the addresses that nothing is sent to.

use askama::Template;
use axum::response::Response;
use http::HeaderMap;
use jiff::tz::TimeZone;
use kernel::access::Permission;
use kernel::api::{Id, Query, read_cursor};
use kernel::doors::{Access, Pages};
use kernel::form::Form;
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::{FieldErrors, Flash, Frame, Moment, Pager};

use super::store::{self, Position};
use super::{Suppression, add, remove};
use crate::audience::address::Address;
use crate::audience::views::{Tabs, address, frame, number};
use crate::audience::{page as cut, refusal};

const SHOWN: i64 = 25;

pub fn routes() -> Pages {
    let access = || Access::Member(Permission::CampaignsManage);
    Pages::new()
        .get("/admin/{org}/audience/suppressions", access(), list)
        .post("/admin/{org}/audience/suppressions", access(), block)
        .post("/admin/{org}/audience/suppressions/{id}/lift", access(), lift)
}

struct SuppressionRow {
    id: String,
    email: Option<String>,
    reason: &'static str,
    details: Option<String>,
    since: Moment,
}

/// The list, with a form for one more.
#[derive(Template)]
#[template(path = "suppressions.html")]
struct SuppressionsPage {
    frame: Frame,
    tabs: Tabs,
    search: String,
    rows: Vec<SuppressionRow>,
    pager: Pager,
    email: String,
    details: String,
    errors: FieldErrors,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Parameters {
    q: String,
    cursor: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct BlockForm {
    email: String,
    details: String,
}

async fn list(page: PageCaller, headers: HeaderMap, Query(parameters): Query<Parameters>) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let form = (BlockForm::default(), FieldErrors::none());
    Ok(ui::html(&show(&page, &headers, parameters, form).await?))
}

async fn show(
    page: &PageCaller,
    headers: &HeaderMap,
    parameters: Parameters,
    (form, errors): (BlockForm, FieldErrors),
) -> Result<SuppressionsPage> {
    let caller = &page.caller;
    let zone = site_settings(&caller.tx).await?.zone();
    let search: String = parameters.q.trim().chars().take(254).collect();
    // What is no address is the hash of none.
    let hash_of = |text: &str| {
        Address::parse(text).map(|address| address.hash(&caller.app, caller.tx.organization())).unwrap_or_default()
    };
    let hash = (!search.is_empty()).then(|| hash_of(&search));
    let after: Option<Position> = read_cursor(parameters.cursor.as_deref())?;
    let found = store::list(&caller.tx, hash.as_deref(), after.as_ref(), SHOWN + 1).await?;
    let total = store::count(&caller.tx, hash.as_deref()).await?;
    let cut = cut(found, SHOWN, total, Position::of)?;
    let here = address(page, "/suppressions");
    Ok(SuppressionsPage {
        frame: frame(page, headers, "Suppressed", &[]),
        tabs: Tabs::new(page, "/suppressions"),
        pager: Pager {
            previous: after.is_some().then(|| here.clone()),
            next: cut.page.next.map(|cursor| format!("{here}?cursor={cursor}")),
            summary: format!("{} of {} suppressed addresses", cut.data.len(), number(total)),
        },
        rows: cut.data.into_iter().map(|found| row(found, &zone)).collect(),
        search,
        email: form.email,
        details: form.details,
        errors,
    })
}

fn row(found: Suppression, zone: &TimeZone) -> SuppressionRow {
    SuppressionRow {
        id: found.id,
        email: found.email,
        reason: found.reason.label(),
        details: found.details,
        since: Moment::new(found.created_at, zone),
    }
}

async fn block(mut page: PageCaller, headers: HeaderMap, Form(form): Form<BlockForm>) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    match add(&page.caller, &form.email, &form.details).await {
        Ok(_) => {
            let back = address(&page, "/suppressions");
            page.caller.commit().await?;
            Ok(Flash::success("The address is blocked.").redirect(&back))
        }
        Err(error) => {
            let (status, errors) = refusal(error)?;
            page.caller.start_over().await?;
            let shown = show(&page, &headers, Parameters::default(), (form, errors)).await?;
            Ok(ui::html_with(status, &shown))
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct LiftForm {
    details: String,
}

async fn lift(page: PageCaller, Id(id): Id, Form(form): Form<LiftForm>) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let back = address(&page, "/suppressions");
    match remove(&page.caller, &id, &form.details).await {
        Ok(()) => {
            page.caller.commit().await?;
            Ok(Flash::success("The block is lifted. Record a new consent before you write to them.").redirect(&back))
        }
        Err(Error::Invalid(problems)) => {
            let words: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
            Ok(Flash::error(words.join(" ")).redirect(&back))
        }
        Err(error) => Err(error),
    }
}
