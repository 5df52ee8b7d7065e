//! The gallery of templates: those of the house, and the organization's own.

use axum::response::Response;
use http::HeaderMap;
use kernel::access::Permission;
use kernel::api::Id;
use kernel::doors::{Access, Pages};
use kernel::session::PageCaller;
use kernel::{Error, Result};
use ui::{Breadcrumb, Section};

use super::{actions, find, names};
use crate::composer::begin::filling;
use crate::composer::blocks::Composition;
use crate::composer::preview::{self, Preview, View};
use crate::composer::views::{TemplateCard, TemplatesPage, done};
use crate::composer::{render, starts, surroundings};

pub fn routes() -> Pages {
    let access = || Access::Member(Permission::CampaignsManage);
    Pages::new()
        .get("/admin/{org}/email-templates", access(), gallery)
        .get("/admin/{org}/email-templates/{id}/preview", access(), shown)
        .post("/admin/{org}/email-templates/{id}/delete", access(), delete)
}

async fn gallery(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let mut frame = ui::frame_for(&page, &headers, "Email templates", Section::Email);
    let emails = format!("/admin/{}/emails", page.caller.organization.slug);
    frame.breadcrumbs = vec![Breadcrumb::link("Email", emails), Breadcrumb::here("Templates")];
    let own = names(&page.caller.tx).await?.into_iter().map(|(id, name)| TemplateCard {
        id,
        name,
        description: "Kept by your organization.".to_owned(),
        is_own: true,
    });
    let cards = own.chain(TemplateCard::of_house()).collect();
    Ok(ui::html(&TemplatesPage { frame, cards }))
}

/// A template as an email that begins with it would look.
async fn shown(page: PageCaller, Id(id): Id) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let caller = &page.caller;
    let composition = match starts::composition(&id, &filling(&page, "").await?) {
        Some(composition) => composition,
        None => find(&caller.tx, &id).await?.ok_or(Error::NotFound)?.composition,
    };
    Ok(preview::document(&looked_at(&page, &composition).await?, View::Light))
}

async fn looked_at(page: &PageCaller, composition: &Composition) -> Result<Preview> {
    let caller = &page.caller;
    let around = surroundings::gather(&caller.tx, &caller.app, composition).await?;
    let rendered = render::render(composition, &around, "Template")?;
    Ok(preview::merged(&rendered, &caller.organization.name))
}

async fn delete(page: PageCaller, Id(id): Id) -> Result<Response> {
    actions::delete(&page.caller, &id, None).await?;
    let back = format!("/admin/{}/email-templates", page.caller.organization.slug);
    page.caller.commit().await?;
    Ok(done("The template is deleted.", &back))
}
