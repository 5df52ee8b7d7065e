//! The JSON API of templates of campaigns.

use axum::Json;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body, Id, Page, Query};
use kernel::error::Problem;
use kernel::{App, Error, Result};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{RawSave, RawStart, Template};
use super::store::Position;
use super::{actions, store};
use crate::campaign::Campaign;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(save))
        .routes(routes!(read_list))
        .routes(routes!(read, delete))
        .routes(routes!(start))
}

/// Keeps a campaign's details as a template: everything but its days, content, emails, posts and figures.
#[utoipa::path(post, path = "/campaigns/{id}/template", tag = "campaigns", params(("id" = String, Path)), request_body = RawSave,
    operation_id = "save_campaign_template", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = Template), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn save(caller: Caller, Id(id): Id, body: Body<RawSave>) -> Result<Response> {
    let template = actions::save(&caller, &id, &body.value, body.problems).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/campaign-templates/{}", template.id), template.version, &template))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct TemplateParams {
    limit: Option<i64>,
    cursor: Option<String>,
}

/// Templates of campaigns, by name.
#[utoipa::path(get, path = "/campaign-templates", tag = "campaigns", params(TemplateParams), operation_id = "read_campaign_templates",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<Template>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller, Query(params): Query<TemplateParams>) -> Result<Json<Page<Template>>> {
    caller.must(Permission::CampaignsManage)?;
    let limit = api::limit(params.limit)?;
    let after: Option<Position> = api::read_cursor(params.cursor.as_deref())?;
    let data = store::list(&caller.tx, after.as_ref(), limit + 1).await?;
    let total = store::count(&caller.tx).await?;
    Ok(Json(crate::page(data, limit, total, Position::of)?))
}

/// One template.
#[utoipa::path(get, path = "/campaign-templates/{id}", tag = "campaigns", params(("id" = String, Path)),
    operation_id = "read_campaign_template", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Template), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    caller.must(Permission::CampaignsManage)?;
    let template = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    Ok(api::with_etag(&headers, template.version, &template))
}

/// Deletes a template. Campaigns that were begun from it stay as they are.
#[utoipa::path(delete, path = "/campaign-templates/{id}", tag = "campaigns", params(("id" = String, Path)),
    operation_id = "delete_campaign_template", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(caller: Caller, Id(id): Id) -> Result<StatusCode> {
    actions::delete(&caller, &id).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begins a campaign from a template: a draft. Answered with 402 when the plan allows no more campaigns this month.
#[utoipa::path(post, path = "/campaign-templates/{id}/start", tag = "campaigns", params(("id" = String, Path)), request_body = RawStart,
    operation_id = "start_campaign_template", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = Campaign), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn start(caller: Caller, Id(id): Id, body: Body<RawStart>) -> Result<Response> {
    let campaign = actions::start(&caller, &id, &body.value, body.problems).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/campaigns/{}", campaign.id), campaign.version, &campaign))
}
