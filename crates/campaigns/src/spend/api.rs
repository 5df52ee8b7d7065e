//! The JSON API of what was spent on campaigns.

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use kernel::access::Caller;
use kernel::api::{self, Body, Id, Page, Query};
use kernel::error::Problem;
use kernel::{App, Result};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{Entry, RawEntry};
use super::store::Position;
use super::{actions, store};
use crate::attached::api::found;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_list, add)).routes(routes!(remove))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct SpendParams {
    limit: Option<i64>,
    cursor: Option<String>,
}

/// What was spent on a campaign, the last day first. The campaign's `spend` is the sum.
#[utoipa::path(get, path = "/campaigns/{id}/spend", tag = "campaigns", params(("id" = String, Path), SpendParams),
    operation_id = "read_campaign_spend", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<Entry>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller, Id(id): Id, Query(params): Query<SpendParams>) -> Result<Json<Page<Entry>>> {
    found(&caller, &id).await?;
    let limit = api::limit(params.limit)?;
    let after: Option<Position> = api::read_cursor(params.cursor.as_deref())?;
    let data = store::list(&caller.tx, &id, after.as_ref(), limit + 1).await?;
    let total = store::count(&caller.tx, &id).await?;
    Ok(Json(crate::page(data, limit, total, Position::of)?))
}

/// Writes down money that was spent on a campaign, in the name of whoever calls.
#[utoipa::path(post, path = "/campaigns/{id}/spend", tag = "campaigns", params(("id" = String, Path)), request_body = RawEntry,
    operation_id = "add_campaign_spend", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = Entry), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn add(caller: Caller, Id(id): Id, body: Body<RawEntry>) -> Result<Response> {
    let entry = actions::add(&caller, &id, &body.value, body.problems).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/campaigns/{id}/spend/{}", entry.id), 1, &entry))
}

/// Takes back an entry that was wrong.
#[utoipa::path(delete, path = "/campaigns/{id}/spend/{entry_id}", tag = "campaigns",
    params(("id" = String, Path), ("entry_id" = String, Path)), operation_id = "remove_campaign_spend",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn remove(caller: Caller, Path((id, entry)): Path<(String, String)>) -> Result<StatusCode> {
    crate::well_formed(&[&id, &entry])?;
    actions::remove(&caller, &id, &entry).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
