//! The moves of a campaign's status, each an address of its own. One that cannot be made is answered with 409, which names
//! those that can.

use axum::response::Response;
use http::HeaderMap;
use kernel::access::Caller;
use kernel::api::{self, Id};
use kernel::error::Problem;
use kernel::{App, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions;
use super::api::answer;
use super::model::Campaign;
use super::status::Move;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(plan))
        .routes(routes!(start))
        .routes(routes!(pause))
        .routes(routes!(resume))
        .routes(routes!(complete))
        .routes(routes!(revise))
        .routes(routes!(reopen))
        .routes(routes!(cancel))
}

async fn make(caller: Caller, id: &str, headers: &HeaderMap, step: Move) -> Result<Response> {
    let campaign = actions::make(&caller, id, step, api::required_version(headers)?).await?;
    caller.commit().await?;
    Ok(answer(&campaign))
}

/// Plans a draft.
#[utoipa::path(post, path = "/campaigns/{id}/plan", tag = "campaigns", params(("id" = String, Path)),
    operation_id = "plan_campaign", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Campaign), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn plan(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    make(caller, &id, &headers, Move::Plan).await
}

/// Starts a draft or a plan: it runs.
#[utoipa::path(post, path = "/campaigns/{id}/start", tag = "campaigns", params(("id" = String, Path)),
    operation_id = "start_campaign", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Campaign), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn start(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    make(caller, &id, &headers, Move::Start).await
}

/// Pauses a campaign that runs.
#[utoipa::path(post, path = "/campaigns/{id}/pause", tag = "campaigns", params(("id" = String, Path)),
    operation_id = "pause_campaign", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Campaign), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn pause(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    make(caller, &id, &headers, Move::Pause).await
}

/// Lets a paused campaign run on.
#[utoipa::path(post, path = "/campaigns/{id}/resume", tag = "campaigns", params(("id" = String, Path)),
    operation_id = "resume_campaign", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Campaign), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn resume(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    make(caller, &id, &headers, Move::Resume).await
}

/// Ends a campaign that runs or is paused.
#[utoipa::path(post, path = "/campaigns/{id}/complete", tag = "campaigns", params(("id" = String, Path)),
    operation_id = "complete_campaign", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Campaign), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn complete(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    make(caller, &id, &headers, Move::Complete).await
}

/// Makes a draft of a plan again.
#[utoipa::path(post, path = "/campaigns/{id}/revise", tag = "campaigns", params(("id" = String, Path)),
    operation_id = "revise_campaign", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Campaign), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn revise(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    make(caller, &id, &headers, Move::Revise).await
}

/// Takes back an end: what was completed runs on, what was cancelled is a draft again.
#[utoipa::path(post, path = "/campaigns/{id}/reopen", tag = "campaigns", params(("id" = String, Path)),
    operation_id = "reopen_campaign", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Campaign), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn reopen(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    make(caller, &id, &headers, Move::Reopen).await
}

/// Calls a campaign off that has not ended.
#[utoipa::path(post, path = "/campaigns/{id}/cancel", tag = "campaigns", params(("id" = String, Path)),
    operation_id = "cancel_campaign", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Campaign), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn cancel(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    make(caller, &id, &headers, Move::Cancel).await
}
