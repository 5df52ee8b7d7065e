use axum::response::Response;
use http::HeaderMap;
use kernel::access::Permission;
use kernel::api::{Id, Query, read_cursor};
use kernel::form::Form;
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::{Breadcrumb, FieldErrors, Flash, Moment, Pager, Section};

use super::model::{Attempt, Delivery, Endpoint, EndpointWithSecret, RawEndpoint};
use super::{actions, deliveries, store};
use crate::views::{
    AttemptRow, DeliveryRow, EndpointRow, WebhookDeliveryPage, WebhookForm, WebhookPage, WebhooksPage, event_groups,
};
use crate::{paging, refusal};

/// All endpoints there can be.
const SHOWN_AT_MOST: i64 = 50;
const DELIVERIES: i64 = 25;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Parameters {
    cursor: Option<String>,
}

/// What the form sends: a field `events` for each ticked box.
fn read(fields: Vec<(String, String)>) -> WebhookForm {
    let mut form = WebhookForm::default();
    for (name, value) in fields {
        match name.as_str() {
            "url" => form.url = value,
            "description" => form.description = value,
            "events" => form.events.push(value),
            "is_active" => form.is_active = true,
            _ => {}
        }
    }
    form
}

fn raw(form: &WebhookForm, is_active: bool) -> RawEndpoint {
    RawEndpoint {
        url: Some(form.url.clone()),
        description: Some(form.description.clone()),
        events: Some(form.events.clone()),
        is_active: Some(is_active),
    }
}

fn filled(endpoint: &Endpoint) -> WebhookForm {
    let Endpoint { url, description, events, is_active, .. } = endpoint.clone();
    WebhookForm { url, description, events, is_active }
}

fn address(page: &PageCaller, path: &str) -> String {
    format!("/admin/{}/{path}", page.caller.organization.slug)
}

pub async fn list(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::WebhooksManage)?;
    Ok(ui::html(&show_list(&page, &headers, WebhookForm::default(), FieldErrors::none()).await?))
}

async fn show_list(
    page: &PageCaller,
    headers: &HeaderMap,
    form: WebhookForm,
    errors: FieldErrors,
) -> Result<WebhooksPage> {
    let caller = &page.caller;
    let zone = site_settings(&caller.tx).await?.zone();
    let row = |endpoint: Endpoint| EndpointRow {
        state: state(&endpoint),
        events: match endpoint.events.len() {
            0 => "All events".to_owned(),
            1 => endpoint.events[0].clone(),
            count => format!("{count} kinds of events"),
        },
        created: Moment::new(endpoint.created_at, &zone),
        id: endpoint.id,
        url: endpoint.url,
        description: endpoint.description,
    };
    let endpoints = store::list(&caller.tx, None, SHOWN_AT_MOST).await?;
    Ok(WebhooksPage {
        frame: ui::frame_for(page, headers, "Webhooks", Section::Webhooks),
        endpoints: endpoints.into_iter().map(row).collect(),
        groups: event_groups(&form.events),
        form,
        errors,
    })
}

/// The pill of an endpoint: its tone and word.
fn state(endpoint: &Endpoint) -> (&'static str, &'static str) {
    match (endpoint.is_active, endpoint.disabled_reason.as_deref(), endpoint.failing_since) {
        (true, _, Some(_)) => ("paused", "Failing"),
        (true, _, None) => ("published", "Active"),
        (false, Some(_), _) => ("failed", "Switched off"),
        (false, None, _) => ("archived", "Off"),
    }
}

pub async fn create(
    page: PageCaller,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response> {
    page.caller.must(Permission::WebhooksManage)?;
    let form = read(fields);
    match actions::create(&page.caller, raw(&form, true), Problems::new()).await {
        Ok(made) => show_secret(page, &headers, made).await,
        Err(error) => {
            let (status, errors) = refusal::read(error)?;
            Ok(ui::html_with(status, &show_list(&page, &headers, form, errors).await?))
        }
    }
}

/// The endpoint's page with its fresh secret, this once.
async fn show_secret(page: PageCaller, headers: &HeaderMap, made: EndpointWithSecret) -> Result<Response> {
    let form = filled(&made.endpoint);
    let mut shown = show_one(&page, headers, made.endpoint, (form, FieldErrors::none()), None).await?;
    shown.secret = Some(made.secret);
    page.caller.commit().await?;
    Ok(ui::html(&shown))
}

pub async fn one(
    page: PageCaller,
    headers: HeaderMap,
    Id(id): Id,
    Query(parameters): Query<Parameters>,
) -> Result<Response> {
    page.caller.must(Permission::WebhooksManage)?;
    let endpoint = store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let form = filled(&endpoint);
    let shown = show_one(&page, &headers, endpoint, (form, FieldErrors::none()), parameters.cursor.as_deref()).await?;
    Ok(ui::html(&shown))
}

async fn show_one(
    page: &PageCaller,
    headers: &HeaderMap,
    endpoint: Endpoint,
    (form, errors): (WebhookForm, FieldErrors),
    cursor: Option<&str>,
) -> Result<WebhookPage> {
    let caller = &page.caller;
    let zone = site_settings(&caller.tx).await?.zone();
    let before: Option<String> = read_cursor(cursor)?;
    let mut rows = deliveries::list(&caller.tx, &endpoint.id, before.as_deref(), DELIVERIES + 1).await?;
    let total = deliveries::count(&caller.tx, &endpoint.id).await?;
    let next = paging::cut(&mut rows, DELIVERIES, |delivery: &Delivery| delivery.id.clone())?;
    let here = address(page, &format!("webhooks/{}", endpoint.id));
    let mut frame = ui::frame_for(page, headers, "Webhook", Section::Webhooks);
    let host = actions::host_of(&endpoint.url);
    frame.breadcrumbs = vec![Breadcrumb::link("Webhooks", address(page, "webhooks")), Breadcrumb::here(&host)];
    let trouble = match (endpoint.is_active, endpoint.disabled_reason.as_deref()) {
        (false, Some("gone")) => "The receiver answered that it is gone (410), so nothing is sent any more.",
        (false, Some(_)) => "The receiver took no message for five days, so nothing is sent any more.",
        _ => "",
    };
    Ok(WebhookPage {
        frame,
        host,
        state: state(&endpoint),
        trouble,
        rotates_until: Moment::maybe(endpoint.previous_secret_until.filter(|until| *until > caller.now), &zone),
        pager: Pager {
            previous: before.is_some().then(|| here.clone()),
            next: next.map(|cursor| format!("{here}?cursor={cursor}")),
            summary: format!("{} of {total} deliveries", rows.len()),
        },
        deliveries: rows.into_iter().map(|delivery| row(delivery, &zone)).collect(),
        groups: event_groups(&form.events),
        id: endpoint.id,
        form,
        errors,
        secret: None,
    })
}

fn row(delivery: Delivery, zone: &jiff::tz::TimeZone) -> DeliveryRow {
    DeliveryRow {
        state: match delivery.status.as_str() {
            "delivered" => ("published", "Delivered"),
            "failed" => ("failed", "Failed"),
            _ if delivery.attempts > 0 => ("paused", "Trying again"),
            _ => ("scheduled", "Waiting"),
        },
        answer: match (delivery.response_status, &delivery.failure) {
            (Some(status), _) => status.to_string(),
            (None, Some(_)) => "No answer".to_owned(),
            (None, None) => String::new(),
        },
        next: Moment::maybe(delivery.next_attempt_at.filter(|_| delivery.attempts > 0), zone),
        created: Moment::new(delivery.created_at, zone),
        attempts: delivery.attempts,
        event: delivery.event,
        message_id: delivery.message_id,
        id: delivery.id,
    }
}

pub async fn save(
    page: PageCaller,
    headers: HeaderMap,
    Id(id): Id,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response> {
    page.caller.must(Permission::WebhooksManage)?;
    let form = read(fields);
    match actions::edit(&page.caller, &id, raw(&form, form.is_active), Problems::new(), None).await {
        Ok(_) => {
            let back = address(&page, &format!("webhooks/{id}"));
            page.caller.commit().await?;
            Ok(Flash::success("The webhook is saved.").redirect(&back))
        }
        Err(error) => {
            let (status, errors) = refusal::read(error)?;
            let endpoint = store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
            Ok(ui::html_with(status, &show_one(&page, &headers, endpoint, (form, errors), None).await?))
        }
    }
}

pub async fn rotate(page: PageCaller, headers: HeaderMap, Id(id): Id) -> Result<Response> {
    let made = actions::rotate(&page.caller, &id).await?;
    show_secret(page, &headers, made).await
}

pub async fn ping(page: PageCaller, Id(id): Id) -> Result<Response> {
    let back = address(&page, &format!("webhooks/{id}"));
    match actions::ping(&page.caller, &id).await {
        Ok(()) => {
            page.caller.commit().await?;
            Ok(Flash::success("A test is on its way. Reload in a moment to see how it went.").redirect(&back))
        }
        Err(Error::Conflict(words)) => Ok(Flash::error(words).redirect(&back)),
        Err(error) => Err(error),
    }
}

pub async fn delete(page: PageCaller, Id(id): Id) -> Result<Response> {
    let endpoint = actions::delete(&page.caller, &id).await?;
    let back = address(&page, "webhooks");
    page.caller.commit().await?;
    let host = actions::host_of(&endpoint.url);
    Ok(Flash::success(format!("The webhook to {host} is deleted.")).redirect(&back))
}

pub async fn delivery(page: PageCaller, headers: HeaderMap, Id(id): Id) -> Result<Response> {
    let record = actions::inspect(&page.caller, &id).await?;
    let zone = site_settings(&page.caller.tx).await?.zone();
    let webhook = address(&page, &format!("webhooks/{}", record.delivery.endpoint_id));
    let mut frame = ui::frame_for(&page, &headers, "Delivery", Section::Webhooks);
    frame.breadcrumbs = vec![
        Breadcrumb::link("Webhooks", address(&page, "webhooks")),
        Breadcrumb::link("Webhook", webhook),
        Breadcrumb::here("Delivery"),
    ];
    let attempt = |attempt: Attempt| AttemptRow {
        at: Moment::new(attempt.at, &zone),
        duration_ms: attempt.duration_ms,
        is_success: attempt.response_status.is_some_and(|status| (200..300).contains(&status)),
        outcome: attempt
            .response_status
            .map_or_else(|| attempt.failure.clone().unwrap_or_default(), |status| format!("Answered with {status}")),
        headers: as_lines(&attempt.request_headers),
        body: attempt.response_body.unwrap_or_default(),
    };
    let payload = serde_json::from_str::<serde_json::Value>(&record.payload)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or(record.payload);
    let log = record.log.into_iter().map(attempt).collect();
    Ok(ui::html(&WebhookDeliveryPage { frame, delivery: row(record.delivery, &zone), payload, log }))
}

fn as_lines(headers: &serde_json::Value) -> String {
    let pairs = headers.as_object().into_iter().flatten();
    pairs.map(|(name, value)| format!("{name}: {}\n", value.as_str().unwrap_or_default())).collect()
}

pub async fn replay(page: PageCaller, Id(id): Id) -> Result<Response> {
    let back = address(&page, &format!("webhook-deliveries/{id}"));
    match actions::replay(&page.caller, &id).await {
        Ok(_) => {
            page.caller.commit().await?;
            Ok(Flash::success("It is sent again. Reload in a moment to see how it went.").redirect(&back))
        }
        Err(Error::Conflict(words)) => Ok(Flash::error(words).redirect(&back)),
        Err(error) => Err(error),
    }
}
