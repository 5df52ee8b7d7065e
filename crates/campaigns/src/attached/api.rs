//! The JSON API of content in campaigns.

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body, Id, Page, Query};
use kernel::error::Problem;
use kernel::{App, Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{Attached, RawAttached, RawChange};
use super::store::Position;
use super::{actions, store};
use crate::campaign;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_list, attach)).routes(routes!(change, detach)).routes(routes!(arrange))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct AttachedParams {
    limit: Option<i64>,
    cursor: Option<String>,
}

/// The content of a campaign, the greatest priority first.
#[utoipa::path(get, path = "/campaigns/{id}/content", tag = "campaigns", params(("id" = String, Path), AttachedParams),
    operation_id = "read_campaign_content", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<Attached>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller, Id(id): Id, Query(params): Query<AttachedParams>) -> Result<Json<Page<Attached>>> {
    found(&caller, &id).await?;
    let limit = api::limit(params.limit)?;
    let after: Option<Position> = api::read_cursor(params.cursor.as_deref())?;
    let data = store::list(&caller.tx, &id, after.as_ref(), limit + 1).await?;
    let total = store::count(&caller.tx, &id).await?;
    Ok(Json(crate::page(data, limit, total, Position::of)?))
}

/// Puts an item into a campaign.
#[utoipa::path(post, path = "/campaigns/{id}/content", tag = "campaigns", params(("id" = String, Path)),
    request_body = RawAttached, operation_id = "attach_campaign_content", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = Attached), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn attach(caller: Caller, Id(id): Id, body: Body<RawAttached>) -> Result<Response> {
    let attached = actions::attach(&caller, &id, &body.value, body.problems).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/campaigns/{id}/content/{}", attached.content_id), 1, &attached))
}

/// Gives an item of a campaign another role or priority.
#[utoipa::path(patch, path = "/campaigns/{id}/content/{content_id}", tag = "campaigns",
    params(("id" = String, Path), ("content_id" = String, Path)), request_body = RawChange,
    operation_id = "change_campaign_content", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Attached), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn change(
    caller: Caller,
    Path((id, content)): Path<(String, String)>,
    body: Body<RawChange>,
) -> Result<Json<Attached>> {
    crate::well_formed(&[&id, &content])?;
    let attached = actions::change(&caller, (&id, &content), &body.value, body.problems).await?;
    caller.commit().await?;
    Ok(Json(attached))
}

/// Takes an item out of a campaign; the item stays as it is.
#[utoipa::path(delete, path = "/campaigns/{id}/content/{content_id}", tag = "campaigns",
    params(("id" = String, Path), ("content_id" = String, Path)), operation_id = "detach_campaign_content",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn detach(caller: Caller, Path((id, content)): Path<(String, String)>) -> Result<StatusCode> {
    crate::well_formed(&[&id, &content])?;
    actions::detach(&caller, &id, &content).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The order of a campaign's content.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = CampaignContentOrder)]
struct Order {
    /// The ids of all its items, the first at the top.
    #[schema(required = true)]
    ids: Vec<String>,
}

/// Puts the content of a campaign in order: the items get priorities by which they stand so.
#[utoipa::path(post, path = "/campaigns/{id}/content-order", tag = "campaigns", params(("id" = String, Path)), request_body = Order,
    operation_id = "arrange_campaign_content", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn arrange(caller: Caller, Id(id): Id, body: Body<Order>) -> Result<StatusCode> {
    actions::arrange(&caller, &id, &body.value.ids, body.problems).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refuses who may not, and ids of nothing.
pub async fn found(caller: &Caller, id: &str) -> Result<()> {
    caller.must(Permission::CampaignsManage)?;
    campaign::store::find(&caller.tx, id).await?.map(|_| ()).ok_or(Error::NotFound)
}
