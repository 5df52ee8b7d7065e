//! The pages of emails: the list, and one email from draft to report.

mod moves;
mod of_campaign;
mod one;

use axum::response::Response;
use http::HeaderMap;
use jiff::tz::TimeZone;
use kernel::access::Permission;
use kernel::api::{Patch, Query, read_cursor};
use kernel::doors::{Access, Pages};
use kernel::form::Form;
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::{Flash, Moment, Pager, Section, StatusPill};

use super::draft::RawEmail;
use super::list::{Filter, Order, Position};
use super::model::Summary;
use super::views::{EmailRow, EmailsPage};
use super::{Email, Status, actions, list};
use crate::audience::{page as cut, refusal};
use crate::composer::{self, Beginning};
use moves::{cancel, delete, duplicate, pause, resume, schedule, send, settle, test};
pub use one::mail_document;
use one::{one, preview, save};

const SHOWN: i64 = 25;
pub fn routes() -> Pages {
    let access = || Access::Member(Permission::CampaignsManage);
    Pages::new()
        .get("/admin/{org}/emails", access(), list_page)
        .post("/admin/{org}/emails", access(), create)
        .get("/admin/{org}/campaigns/{id}/emails", access(), of_campaign::show)
        .get("/admin/{org}/emails/{id}", access(), one)
        .post("/admin/{org}/emails/{id}", access(), save)
        .get("/admin/{org}/emails/{id}/preview", access(), preview)
        .post("/admin/{org}/emails/{id}/test", access(), test)
        .post("/admin/{org}/emails/{id}/send", access(), send)
        .post("/admin/{org}/emails/{id}/schedule", access(), schedule)
        .post("/admin/{org}/emails/{id}/pause", access(), pause)
        .post("/admin/{org}/emails/{id}/resume", access(), resume)
        .post("/admin/{org}/emails/{id}/cancel", access(), cancel)
        .post("/admin/{org}/emails/{id}/settle", access(), settle)
        .post("/admin/{org}/emails/{id}/duplicate", access(), duplicate)
        .post("/admin/{org}/emails/{id}/delete", access(), delete)
}

fn address(page: &PageCaller, path: &str) -> String {
    format!("/admin/{}/emails{path}", page.caller.organization.slug)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Parameters {
    q: String,
    status: String,
    cursor: Option<String>,
}

async fn list_page(page: PageCaller, headers: HeaderMap, Query(parameters): Query<Parameters>) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let tx = &page.caller.tx;
    let zone = site_settings(tx).await?.zone();
    let search: String = parameters.q.trim().chars().take(100).collect();
    let filter = Filter {
        status: Status::parse(&parameters.status),
        campaign: None,
        words: (!search.is_empty()).then(|| search.clone()),
    };
    let after: Option<Position> = read_cursor(parameters.cursor.as_deref())?;
    let order = Order::default();
    let emails = list::page(tx, &filter, order, after.as_ref(), SHOWN + 1).await?;
    let total = list::count(tx, &filter).await?;
    let cut = cut(emails, SHOWN, total, |email| Position::of(email, order))?;
    let status = filter.status.map(Status::as_str).unwrap_or_default().to_owned();
    let mut here = url::form_urlencoded::Serializer::new(String::new());
    here.append_pair("q", &search).append_pair("status", &status);
    let here = format!("{}?{}", address(&page, ""), here.finish());
    Ok(ui::html(&EmailsPage {
        frame: ui::frame_for(&page, &headers, "Email", Section::Email),
        pager: Pager {
            previous: after.is_some().then(|| here.clone()),
            next: cut.page.next.map(|cursor| format!("{here}&cursor={cursor}")),
            summary: format!("{} of {total} emails", cut.data.len()),
        },
        rows: cut.data.iter().map(|email| row(email, &zone)).collect(),
        search,
        status,
    }))
}

fn pill(email: &Summary) -> StatusPill {
    match (email.status, email.paused_at) {
        (Status::Sending, Some(_)) => StatusPill::of("PAUSED"),
        (Status::Sent, _) if email.cancelled_at.is_some() => StatusPill::of("CANCELLED"),
        _ => StatusPill::of(email.status.as_str()),
    }
}

fn row(email: &Summary, zone: &TimeZone) -> EmailRow {
    let counts = &email.counts;
    let words = match email.status {
        Status::Draft => String::new(),
        Status::Scheduled => "waits for its time".to_owned(),
        Status::Sending if email.automation_id.is_some() => format!("In an automation, {} sent", counts.sent),
        Status::Sending => format!("{} of {} sent", counts.sent, counts.recipients),
        Status::Sent if email.cancelled_at.is_some() => {
            format!("{} of {} sent, then cancelled", counts.sent, counts.recipients)
        }
        Status::Sent => format!("{} sent, {} opened, {} clicked", counts.sent, counts.opened, counts.clicked),
        Status::Failed => email.problem.clone().unwrap_or_default(),
    };
    EmailRow {
        id: email.id.clone(),
        subject: email.subject.clone(),
        status: pill(email),
        words,
        updated: Moment::new(email.scheduled_for.unwrap_or(email.updated_at), zone),
    }
}

async fn create(page: PageCaller, headers: HeaderMap, Form(beginning): Form<Beginning>) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    match make(&page, &beginning).await {
        Ok(email) => {
            let place = if email.composition.is_some() { "/compose" } else { "" };
            let there = address(&page, &format!("/{}{place}", email.id));
            page.caller.commit().await?;
            Ok(Flash::success("The draft is made. Write it below.").redirect(&there))
        }
        Err(Error::PlanLimit(words)) => Ok(Flash::error(words).redirect(&address(&page, ""))),
        Err(error) => {
            let (status, errors) = refusal(error)?;
            Ok(ui::html_with(status, &composer::new_page(&page, &headers, beginning, errors).await?))
        }
    }
}

/// A draft that begins as the form says.
async fn make(page: &PageCaller, beginning: &Beginning) -> Result<Email> {
    let begun = composer::begun(page, &beginning.start, &beginning.content).await?;
    let composition = begun.map(|composition| serde_json::to_value(&composition)).transpose()?;
    let raw = RawEmail {
        subject: Some(beginning.subject.clone()),
        campaign_id: Patch::Set(beginning.campaign_id.clone()),
        composition: composition.map_or(Patch::Keep, Patch::Set),
        ..RawEmail::default()
    };
    actions::create(&page.caller, &raw, Problems::new()).await
}
