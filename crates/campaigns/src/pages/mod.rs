//! The pages of campaigns.

mod content;
mod form;
mod listing;
mod moves;
mod of_content;
mod one;
mod spend;
mod templates;
mod words;

use axum::response::Response;
use http::HeaderMap;
use kernel::access::Permission;
use kernel::doors::{Access, Pages};
use kernel::session::PageCaller;
use kernel::{Error, Result};
use ui::{Breadcrumb, Flash, Frame, Section};

pub fn routes() -> Pages {
    const MANAGE: Access = Access::Member(Permission::CampaignsManage);
    Pages::new()
        .get("/admin/{org}/campaigns", MANAGE, listing::show)
        .post("/admin/{org}/campaigns", MANAGE, form::create)
        .get("/admin/{org}/campaigns/new", MANAGE, form::new)
        .get("/admin/{org}/campaigns/templates", MANAGE, templates::show)
        .post("/admin/{org}/campaigns/templates/{id}/delete", MANAGE, templates::delete)
        .get("/admin/{org}/campaigns/{id}", MANAGE, one::show)
        .post("/admin/{org}/campaigns/{id}", MANAGE, form::save)
        .get("/admin/{org}/campaigns/{id}/edit", MANAGE, form::edit)
        .post("/admin/{org}/campaigns/{id}/move", MANAGE, moves::make)
        .post("/admin/{org}/campaigns/{id}/duplicate", MANAGE, moves::duplicate)
        .post("/admin/{org}/campaigns/{id}/template", MANAGE, moves::save_template)
        .post("/admin/{org}/campaigns/{id}/delete", MANAGE, moves::delete)
        .get("/admin/{org}/campaigns/{id}/content", MANAGE, content::choose)
        .post("/admin/{org}/campaigns/{id}/content", MANAGE, content::attach)
        .post("/admin/{org}/campaigns/{id}/content/{content_id}", MANAGE, content::change)
        .post("/admin/{org}/campaigns/{id}/content/{content_id}/remove", MANAGE, content::detach)
        .post("/admin/{org}/campaigns/{id}/spend", MANAGE, spend::add)
        .post("/admin/{org}/campaigns/{id}/spend/{entry_id}/delete", MANAGE, spend::remove)
        .get("/admin/{org}/content/{id}/campaigns", MANAGE, of_content::show)
        .post("/admin/{org}/content/{id}/campaigns", MANAGE, of_content::attach)
}

fn address(page: &PageCaller, path: &str) -> String {
    format!("/admin/{}/campaigns{path}", page.caller.organization.slug)
}

/// The frame of a page of campaigns; `way` are the pages between the list and this one.
fn frame(page: &PageCaller, headers: &HeaderMap, title: &str, way: &[(&str, &str)]) -> Frame {
    let mut frame = ui::frame_for(page, headers, title, Section::Campaigns);
    let mut steps = vec![Breadcrumb::link("Campaigns", address(page, ""))];
    steps.extend(way.iter().map(|(label, path)| Breadcrumb::link(*label, address(page, path))));
    steps.push(Breadcrumb::here(title));
    frame.breadcrumbs = steps;
    frame
}

/// Commits and says what was done; or says why nothing was. Either way back to `back`.
async fn finish(page: PageCaller, back: &str, outcome: Result<String>) -> Result<Response> {
    match outcome {
        Ok(words) => {
            page.caller.commit().await?;
            Ok(Flash::success(words).redirect(back))
        }
        Err(Error::NotFound) => Err(Error::NotFound),
        Err(Error::Forbidden(words)) => Err(Error::Forbidden(words)),
        Err(error) => Ok(Flash::error(ui::words_of(error)?).redirect(back)),
    }
}
