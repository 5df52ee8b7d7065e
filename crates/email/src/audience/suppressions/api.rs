//! The JSON API of suppressions.

use axum::Json;
use axum::response::Response;
use http::StatusCode;
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body, Id, Page, Query};
use kernel::error::Problem;
use kernel::{App, Result};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::store::{self, Position};
use super::{Suppression, add, remove};
use crate::audience::address::Address;
use crate::audience::page;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_list, create)).routes(routes!(lift))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct SuppressionParams {
    /// One address, to see whether it is blocked.
    email: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// Addresses that are never written to, the newest first.
#[utoipa::path(get, path = "/suppressions", tag = "contacts", params(SuppressionParams), operation_id = "read_suppressions",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<Suppression>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller, Query(params): Query<SuppressionParams>) -> Result<Json<Page<Suppression>>> {
    caller.must(Permission::CampaignsManage)?;
    let limit = api::limit(params.limit)?;
    let after: Option<Position> = api::read_cursor(params.cursor.as_deref())?;
    // What is no address is the hash of none.
    let hash = params.email.map(|email| {
        Address::parse(&email).map(|address| address.hash(&caller.app, caller.tx.organization())).unwrap_or_default()
    });
    let data = store::list(&caller.tx, hash.as_deref(), after.as_ref(), limit + 1).await?;
    let total = store::count(&caller.tx, hash.as_deref()).await?;
    Ok(Json(page(data, limit, total, Position::of)?))
}

/// An address to block.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct SuppressionRequest {
    #[schema(required = true)]
    email: String,
    /// Why.
    #[schema(max_length = 1000)]
    details: Option<String>,
}

/// Blocks an address: it is never written to, whatever list it comes in with.
#[utoipa::path(post, path = "/suppressions", tag = "contacts", request_body = SuppressionRequest, operation_id = "create_suppression",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = Suppression), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, body: Body<SuppressionRequest>) -> Result<Response> {
    caller.must(Permission::CampaignsManage)?;
    body.problems.finish(())?;
    let made = add(&caller, &body.value.email, body.value.details.as_deref().unwrap_or_default()).await?;
    caller.commit().await?;
    Ok(api::created("/api/v1/suppressions", 1, &made))
}

/// Why a block is lifted.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct LiftRequest {
    /// Why.
    #[schema(required = true, max_length = 1000)]
    details: String,
}

/// Lifts a block, for a reason that the audit log keeps. The contact stays unsubscribed until a new consent is recorded.
#[utoipa::path(post, path = "/suppressions/{id}/lift", tag = "contacts", params(("id" = String, Path)), request_body = LiftRequest,
    operation_id = "lift_suppression", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn lift(caller: Caller, Id(id): Id, body: Body<LiftRequest>) -> Result<StatusCode> {
    caller.must(Permission::CampaignsManage)?;
    let hash = store::hash_of(&id).ok_or(kernel::Error::NotFound)?;
    store::find(&caller.tx, &hash).await?.ok_or(kernel::Error::NotFound)?;
    body.problems.finish(())?;
    remove(&caller, &id, &body.value.details).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
