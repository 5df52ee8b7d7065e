//! The JSON API of emails.

use axum::Json;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body, Id, Page, Query};
use kernel::error::Problem;
use kernel::{App, Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions::{self, Doubt};
use super::draft::RawEmail;
use super::list::{self, Filter, Order, Position};
use super::model::Summary;
use super::{Email, Status, store};
use crate::audience::page;
use crate::sending::compose::checks::{self, Checklist};

/// The longest words that are looked for, in characters.
const SEARCH_LONGEST: usize = 100;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_list, create))
        .routes(routes!(read, edit, delete))
        .routes(routes!(duplicate))
        .routes(routes!(read_checks))
        .routes(routes!(test))
        .routes(routes!(send))
        .routes(routes!(pause))
        .routes(routes!(resume))
        .routes(routes!(cancel))
        .routes(routes!(settle))
}

/// Which emails to give.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct EmailParams {
    #[param(value_type = Option<String>)]
    status: Option<Status>,
    /// The id of a campaign.
    campaign_id: Option<String>,
    /// Words in the subject.
    q: Option<String>,
    /// `updated_at` or `created_at`, with `-` before it for the newest first.
    sort: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// The organization's emails without their texts, the last changed first unless asked for otherwise.
#[utoipa::path(get, path = "/emails", tag = "emails", params(EmailParams), operation_id = "read_emails",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<Summary>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller, Query(params): Query<EmailParams>) -> Result<Json<Page<Summary>>> {
    caller.must(Permission::CampaignsManage)?;
    let sort = params.sort.as_deref().unwrap_or_default();
    let Some(order) = Order::parse(sort) else {
        let words = "Sort by updated_at or created_at, with - before it for the newest first.";
        return Err(Error::invalid("sort", "unknown_value", words));
    };
    if params.q.as_deref().is_some_and(|words| words.chars().count() > SEARCH_LONGEST) {
        return Err(Error::invalid("q", "too_long", "Search for at most 100 characters."));
    }
    let limit = api::limit(params.limit)?;
    let after: Option<Position> = api::read_cursor(params.cursor.as_deref())?;
    let filter = Filter { status: params.status, campaign: params.campaign_id, words: params.q };
    let data = list::page(&caller.tx, &filter, order, after.as_ref(), limit + 1).await?;
    let total = list::count(&caller.tx, &filter).await?;
    Ok(Json(page(data, limit, total, |email| Position::of(email, order))?))
}

/// Makes a draft. Answered with 402 when the plan allows no more emails this month.
#[utoipa::path(post, path = "/emails", tag = "emails", request_body = RawEmail, operation_id = "create_email",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = Email), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, body: Body<RawEmail>) -> Result<Response> {
    let email = actions::create(&caller, &body.value, body.problems).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/emails/{}", email.id), email.version, &email))
}

/// One email with its texts and counts.
#[utoipa::path(get, path = "/emails/{id}", tag = "emails", params(("id" = String, Path)), operation_id = "read_email",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Email), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id) -> Result<Response> {
    caller.must(Permission::CampaignsManage)?;
    let email = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    // Counts change without the version, so a tag that the caller knows says nothing.
    Ok(answer(&email))
}

/// Changes a draft. With `If-Match`, only if nobody changed it since.
#[utoipa::path(patch, path = "/emails/{id}", tag = "emails", params(("id" = String, Path)), request_body = RawEmail,
    operation_id = "edit_email", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Email), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn edit(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<RawEmail>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    let email = actions::edit(&caller, &id, &body.value, body.problems, version).await?;
    caller.commit().await?;
    Ok(answer(&email))
}

/// Deletes an email with its report. One that is scheduled or being sent has to be cancelled first.
#[utoipa::path(delete, path = "/emails/{id}", tag = "emails", params(("id" = String, Path)), operation_id = "delete_email",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<StatusCode> {
    actions::delete(&caller, &id, api::required_version(&headers)?).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a draft with the same texts and audience.
#[utoipa::path(post, path = "/emails/{id}/duplicate", tag = "emails", params(("id" = String, Path)),
    operation_id = "duplicate_email", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = Email), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn duplicate(caller: Caller, Id(id): Id) -> Result<Response> {
    let email = actions::duplicate(&caller, &id).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/emails/{}", email.id), email.version, &email))
}

/// What should be looked at before sending, with what forbids it.
#[utoipa::path(get, path = "/emails/{id}/checks", tag = "emails", params(("id" = String, Path)),
    operation_id = "read_email_checks", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Checklist), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_checks(caller: Caller, Id(id): Id) -> Result<Json<Checklist>> {
    caller.must(Permission::CampaignsManage)?;
    let email = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    Ok(Json(checks::of(&caller, &email).await?))
}

/// Where a test goes.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct TestRequest {
    /// Up to five addresses; none for your own.
    to: Vec<String>,
    /// The contact whose values are merged; made-up ones when left out.
    contact_id: Option<String>,
}

/// A test that is on its way.
#[derive(Debug, Serialize, ToSchema)]
struct Tested {
    to: Vec<String>,
}

/// Sends the email as it is now to a few addresses, without counting anything.
#[utoipa::path(post, path = "/emails/{id}/test", tag = "emails", params(("id" = String, Path)), request_body = TestRequest,
    operation_id = "test_email", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Tested), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn test(caller: Caller, Id(id): Id, body: Body<TestRequest>) -> Result<Json<Tested>> {
    found(&caller, &id).await?;
    body.problems.finish(())?;
    let to = actions::test(&caller, &id, &body.value.to, body.value.contact_id.as_deref()).await?;
    caller.commit().await?;
    Ok(Json(Tested { to }))
}

/// When to send.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct SendRequest {
    /// Now when left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    scheduled_for: Option<Timestamp>,
    /// Send at the time of day that `scheduled_for` is in the organization's time zone, wherever the reader is. Contacts
    /// without a time zone count as there; whose hour has passed gets it at once.
    in_local_time: bool,
}

/// Sends an email to its audience, now or at `scheduled_for`. Answered with 422 when a check forbids it.
#[utoipa::path(post, path = "/emails/{id}/send", tag = "emails", params(("id" = String, Path)), request_body = SendRequest,
    operation_id = "send_email", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Email), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn send(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<SendRequest>) -> Result<Response> {
    found(&caller, &id).await?;
    body.problems.finish(())?;
    let version = api::required_version(&headers)?;
    let email = match body.value.scheduled_for {
        Some(at) => actions::schedule_at(&caller, &id, (at, Some(body.value.in_local_time)), version).await?,
        None => actions::send(&caller, &id, version).await?,
    };
    caller.commit().await?;
    Ok(answer(&email))
}

/// Stops sending for now. What is on its way at this moment still arrives.
#[utoipa::path(post, path = "/emails/{id}/pause", tag = "emails", params(("id" = String, Path)),
    operation_id = "pause_email", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Email), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn pause(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    let email = actions::pause(&caller, &id, api::required_version(&headers)?).await?;
    caller.commit().await?;
    Ok(answer(&email))
}

/// Goes on with sending.
#[utoipa::path(post, path = "/emails/{id}/resume", tag = "emails", params(("id" = String, Path)),
    operation_id = "resume_email", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Email), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn resume(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    let email = actions::resume(&caller, &id, api::required_version(&headers)?).await?;
    caller.commit().await?;
    Ok(answer(&email))
}

/// Takes back a schedule, or sends no more of what is being sent.
#[utoipa::path(post, path = "/emails/{id}/cancel", tag = "emails", params(("id" = String, Path)),
    operation_id = "cancel_email", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Email), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn cancel(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    let email = actions::cancel(&caller, &id, api::required_version(&headers)?).await?;
    caller.commit().await?;
    Ok(answer(&email))
}

/// What becomes of recipients of whom nobody knows whether they got it.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct SettleRequest {
    #[schema(required = true, value_type = Doubt)]
    uncertain: Option<Doubt>,
}

/// Decides about recipients whose connection broke after the message was sent: they count as sent, or get it again.
#[utoipa::path(post, path = "/emails/{id}/settle", tag = "emails", params(("id" = String, Path)), request_body = SettleRequest,
    operation_id = "settle_email", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Email), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn settle(caller: Caller, Id(id): Id, mut body: Body<SettleRequest>) -> Result<Response> {
    found(&caller, &id).await?;
    if body.value.uncertain.is_none() {
        body.problems.add("uncertain", "required", "Say take_as_sent or send_again.");
    }
    body.problems.finish(())?;
    let doubt = body.value.uncertain.unwrap_or(Doubt::TakeAsSent);
    let email = actions::settle_doubt(&caller, &id, doubt).await?;
    caller.commit().await?;
    Ok(answer(&email))
}

/// Refuses who may not, and ids of nothing, before what was sent is looked at.
async fn found(caller: &Caller, id: &str) -> Result<()> {
    caller.must(Permission::CampaignsManage)?;
    store::find(&caller.tx, id).await?.map(|_| ()).ok_or(Error::NotFound)
}

fn answer(email: &Email) -> Response {
    api::with_etag(&HeaderMap::new(), email.version, email)
}
