//! The pages of automations: the list, one as a line of steps, and the forms of its trigger and its steps.

mod one;
mod step;
mod steps;
mod trigger;

use axum::response::Response;
use http::HeaderMap;
use kernel::Result;
use kernel::access::Permission;
use kernel::doors::{Access, Pages};
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use serde_json::json;
use ui::{Breadcrumb, FieldErrors, Flash, Frame, Section, StatusPill};

use super::actions::{self, RawAutomation};
use super::model::{AUTOMATIONS_MOST, Automation};
use super::views::{AutomationRow, AutomationsPage, TriggerPage};
use super::{store, words};
use crate::audience::views::number;
use crate::audience::{forms, refusal};
use crate::composer;
pub use step::TypedStep;
pub use trigger::TypedTrigger;

pub fn routes() -> Pages {
    let access = || Access::Member(Permission::CampaignsManage);
    Pages::new()
        .get("/admin/{org}/automations", access(), list)
        .post("/admin/{org}/automations", access(), create)
        .get("/admin/{org}/automations/new", access(), new)
        .get("/admin/{org}/automations/{id}", access(), one::show)
        .get("/admin/{org}/automations/{id}/trigger", access(), one::show_trigger)
        .post("/admin/{org}/automations/{id}/trigger", access(), one::save_trigger)
        .post("/admin/{org}/automations/{id}/activate", access(), one::activate)
        .post("/admin/{org}/automations/{id}/pause", access(), one::pause)
        .post("/admin/{org}/automations/{id}/delete", access(), one::delete)
        .post("/admin/{org}/automations/{id}/runs", access(), one::let_in)
        .get("/admin/{org}/automations/{id}/steps/new", access(), steps::new)
        .post("/admin/{org}/automations/{id}/steps", access(), steps::create)
        .get("/admin/{org}/automations/{id}/steps/{step}", access(), steps::show)
        .post("/admin/{org}/automations/{id}/steps/{step}", access(), steps::save)
        .post("/admin/{org}/automations/{id}/steps/{step}/up", access(), steps::up)
        .post("/admin/{org}/automations/{id}/steps/{step}/down", access(), steps::down)
        .post("/admin/{org}/automations/{id}/steps/{step}/delete", access(), steps::delete)
}

/// An address beneath `/admin/{org}/automations`.
fn address(page: &PageCaller, path: &str) -> String {
    format!("/admin/{}/automations{path}", page.caller.organization.slug)
}

/// The frame of a page; `way` are the pages between the list and this one.
fn frame(page: &PageCaller, headers: &HeaderMap, title: &str, way: &[(&str, &str)]) -> Frame {
    let mut frame = ui::frame_for(page, headers, title, Section::Email);
    let emails = format!("/admin/{}/emails", page.caller.organization.slug);
    let mut steps = vec![Breadcrumb::link("Email", emails), Breadcrumb::link("Automations", address(page, ""))];
    steps.extend(way.iter().map(|(label, path)| Breadcrumb::link(*label, address(page, path))));
    steps.push(Breadcrumb::here(title));
    frame.breadcrumbs = steps;
    frame
}

async fn list(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let tx = &page.caller.tx;
    let forms = forms::all(tx).await?;
    let automations = store::list(tx, None, AUTOMATIONS_MOST).await?;
    let row = |automation: Automation| {
        let form = forms.iter().find(|form| automation.trigger.form() == Some(form.id.as_str()));
        AutomationRow {
            trigger: words::of_trigger(&automation.trigger, form.map(|form| form.title.as_str())),
            status: StatusPill::of(automation.status.as_str()),
            people: words::people(&automation, number),
            id: automation.id,
            name: automation.name,
        }
    };
    let mut frame = ui::frame_for(&page, &headers, "Automations", Section::Email);
    let emails = format!("/admin/{}/emails", page.caller.organization.slug);
    frame.breadcrumbs = vec![Breadcrumb::link("Email", emails), Breadcrumb::here("Automations")];
    Ok(ui::html(&AutomationsPage { frame, rows: automations.into_iter().map(row).collect() }))
}

async fn new(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    Ok(ui::html(&view(&page, &headers, None, (TypedTrigger::new(), FieldErrors::none())).await?))
}

async fn create(mut page: PageCaller, headers: HeaderMap, Form(typed): Form<TypedTrigger>) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    match begin(&page, &typed).await {
        Ok(automation) => {
            let there = address(&page, &format!("/{}", automation.id));
            page.caller.commit().await?;
            Ok(Flash::success("The automation is made. Nothing goes out until you activate it.").redirect(&there))
        }
        Err(error) => {
            let (status, errors) = refusal(error)?;
            page.caller.start_over().await?;
            Ok(ui::html_with(status, &view(&page, &headers, None, (typed, errors)).await?))
        }
    }
}

/// A new automation, with an email as its first step where one is wanted.
async fn begin(page: &PageCaller, typed: &TypedTrigger) -> Result<Automation> {
    let mut raw = RawAutomation {
        name: Some(typed.name.clone()),
        trigger: Some(typed.raw(&page.caller.tx, None).await?),
        steps: None,
    };
    if !typed.with_email.is_empty() {
        // Whatever is wrong with the rest is told before an email is made for it.
        let (start, subject) = match typed.kind.as_str() {
            "sign_up" => ("welcome", "Welcome to {{organization_name}}"),
            "digest" => ("newsletter", "New at {{organization_name}}"),
            _ => ("blank", typed.name.trim()),
        };
        let subject = if subject.is_empty() { "Untitled" } else { subject };
        let composition = composer::begun(page, start, "").await?.unwrap_or_default();
        let email = actions::new_email(&page.caller, subject, &composition).await?;
        raw.steps = Some(json!([{ "kind": "send", "email_id": email }]));
    }
    actions::create(&page.caller, &raw, Problems::new()).await
}

/// The form of a name and a trigger: of a new automation, or of one that exists.
async fn view(
    page: &PageCaller,
    headers: &HeaderMap,
    automation: Option<&Automation>,
    (typed, errors): (TypedTrigger, FieldErrors),
) -> Result<TriggerPage> {
    let errors = typed.errors(&errors);
    let (frame, action) = match automation {
        None => (frame(page, headers, "New automation", &[]), address(page, "")),
        Some(automation) => {
            let here = format!("/{}", automation.id);
            let action = address(page, &format!("{here}/trigger"));
            (frame(page, headers, "Name and trigger", &[(&automation.name, &here)]), action)
        }
    };
    Ok(TriggerPage {
        frame,
        action,
        is_new: automation.is_none(),
        trigger: typed.fields(&page.caller.tx).await?,
        errors,
    })
}
