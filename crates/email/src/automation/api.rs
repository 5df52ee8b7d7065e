//! The JSON API of automations.

use axum::Json;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body, Id, Page, Query};
use kernel::error::Problem;
use kernel::{App, Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions::{self, RawAutomation};
use super::list::{self, Filter};
use super::model::Automation;
use super::store::{self, Run, State};
use crate::audience::page;

/// The longest search, in characters.
const SEARCH_LONGEST: usize = 100;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_list, create))
        .routes(routes!(read, edit, delete))
        .routes(routes!(activate))
        .routes(routes!(pause))
        .routes(routes!(read_runs, let_in))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct AutomationParams {
    limit: Option<i64>,
    cursor: Option<String>,
}

/// The organization's automations, by name.
#[utoipa::path(get, path = "/automations", tag = "automations", params(AutomationParams), operation_id = "read_automations",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<Automation>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller, Query(params): Query<AutomationParams>) -> Result<Json<Page<Automation>>> {
    caller.must(Permission::CampaignsManage)?;
    let limit = api::limit(params.limit)?;
    let after: Option<String> = api::read_cursor(params.cursor.as_deref())?;
    let data = store::list(&caller.tx, after.as_deref(), limit + 1).await?;
    Ok(Json(page(data, limit, store::count(&caller.tx).await?, |automation| automation.name.clone())?))
}

/// Makes an automation, which is a draft until it is activated. Without a trigger, sign-ups are waited for.
#[utoipa::path(post, path = "/automations", tag = "automations", request_body = RawAutomation, operation_id = "create_automation",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = Automation), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, body: Body<RawAutomation>) -> Result<Response> {
    let automation = actions::create(&caller, &body.value, body.problems).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/automations/{}", automation.id), automation.version, &automation))
}

/// One automation.
#[utoipa::path(get, path = "/automations/{id}", tag = "automations", params(("id" = String, Path)), operation_id = "read_automation",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Automation), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    caller.must(Permission::CampaignsManage)?;
    let automation = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    // Its counts change without it.
    api::with_etag_of_body(&headers, automation.version, &automation)
}

/// Changes an automation, also while it runs: contacts keep their places by the ids of the steps, and go on with the next
/// step where theirs is taken out. With `If-Match`, only if nobody changed it since.
#[utoipa::path(patch, path = "/automations/{id}", tag = "automations", params(("id" = String, Path)), request_body = RawAutomation,
    operation_id = "edit_automation", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Automation), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn edit(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<RawAutomation>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    let automation = actions::edit(&caller, &id, &body.value, body.problems, version).await?;
    caller.commit().await?;
    Ok(answer(&automation))
}

/// Deletes an automation with its history. Its emails stay, with their reports.
#[utoipa::path(delete, path = "/automations/{id}", tag = "automations", params(("id" = String, Path)), operation_id = "delete_automation",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<StatusCode> {
    actions::delete(&caller, &id, api::required_version(&headers)?).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets contacts in from now on, and those who wait go on. Answered with 422 when something is missing.
#[utoipa::path(post, path = "/automations/{id}/activate", tag = "automations", params(("id" = String, Path)),
    operation_id = "activate_automation", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Automation), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn activate(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    let automation = actions::activate(&caller, &id, api::required_version(&headers)?).await?;
    caller.commit().await?;
    Ok(answer(&automation))
}

/// Lets nobody in any more, and lets everybody stay where they stand until it is activated again.
#[utoipa::path(post, path = "/automations/{id}/pause", tag = "automations", params(("id" = String, Path)),
    operation_id = "pause_automation", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Automation), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn pause(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    let automation = actions::pause(&caller, &id, api::required_version(&headers)?).await?;
    caller.commit().await?;
    Ok(answer(&automation))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct RunParams {
    #[param(value_type = Option<String>)]
    state: Option<State>,
    /// A part of the contact's address or name.
    q: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// Who is or was in an automation, the newest first; of a digest, its issues.
#[utoipa::path(get, path = "/automations/{id}/runs", tag = "automations", params(("id" = String, Path), RunParams),
    operation_id = "read_automation_runs", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<Run>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_runs(caller: Caller, Id(id): Id, Query(params): Query<RunParams>) -> Result<Json<Page<Run>>> {
    caller.must(Permission::CampaignsManage)?;
    store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let words = params.q.map(|words| words.trim().to_owned()).filter(|words| !words.is_empty());
    if words.as_ref().is_some_and(|words| words.chars().count() > SEARCH_LONGEST) {
        return Err(Error::invalid("q", "too_long", "Search for at most 100 characters."));
    }
    let limit = api::limit(params.limit)?;
    let before: Option<i64> = api::read_cursor(params.cursor.as_deref())?;
    let filter = Filter { state: params.state, words };
    let data = list::page(&caller.tx, &id, &filter, (before, limit + 1)).await?;
    let total = list::count(&caller.tx, &id, &filter).await?;
    Ok(Json(page(data, limit, total, |run| run.number)?))
}

/// Whom to let in.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct LetInRequest {
    #[schema(required = true)]
    contact_id: String,
}

/// Lets one contact in by hand, also one that went through before: to try it, or for who came in by another way.
#[utoipa::path(post, path = "/automations/{id}/runs", tag = "automations", params(("id" = String, Path)), request_body = LetInRequest,
    operation_id = "let_into_automation", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = Run), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn let_in(caller: Caller, Id(id): Id, body: Body<LetInRequest>) -> Result<Response> {
    caller.must(Permission::CampaignsManage)?;
    store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    body.problems.finish(())?;
    let run = actions::let_in(&caller, &id, &body.value.contact_id).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/automations/{id}/runs"), 1, &run))
}

fn answer(automation: &Automation) -> Response {
    api::with_etag(&HeaderMap::new(), automation.version, automation)
}
