//! The JSON API of templates.

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

use super::actions::{self, RawEmailTemplate};
use super::{EmailTemplate, count, find, list};
use crate::audience::page;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_list, create)).routes(routes!(read, edit, delete))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct TemplateParams {
    limit: Option<i64>,
    cursor: Option<String>,
}

/// The organization's own templates, by name.
#[utoipa::path(get, path = "/email-templates", tag = "emails", params(TemplateParams), operation_id = "read_email_templates",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<EmailTemplate>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller, Query(params): Query<TemplateParams>) -> Result<Json<Page<EmailTemplate>>> {
    caller.must(Permission::CampaignsManage)?;
    let limit = api::limit(params.limit)?;
    let after: Option<String> = api::read_cursor(params.cursor.as_deref())?;
    let data = list(&caller.tx, after.as_deref(), limit + 1).await?;
    Ok(Json(page(data, limit, count(&caller.tx).await?, |template| template.name.clone())?))
}

/// Keeps blocks as a template.
#[utoipa::path(post, path = "/email-templates", tag = "emails", request_body = RawEmailTemplate, operation_id = "create_email_template",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = EmailTemplate), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, body: Body<RawEmailTemplate>) -> Result<Response> {
    let template = actions::create(&caller, &body.value, body.problems).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/email-templates/{}", template.id), template.version, &template))
}

/// One template.
#[utoipa::path(get, path = "/email-templates/{id}", tag = "emails", params(("id" = String, Path)), operation_id = "read_email_template",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = EmailTemplate), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    caller.must(Permission::CampaignsManage)?;
    let template = find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    Ok(api::with_etag(&headers, template.version, &template))
}

/// Changes a template. With `If-Match`, only if nobody changed it since.
#[utoipa::path(patch, path = "/email-templates/{id}", tag = "emails", params(("id" = String, Path)), request_body = RawEmailTemplate,
    operation_id = "edit_email_template", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = EmailTemplate), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn edit(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<RawEmailTemplate>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    let template = actions::edit(&caller, &id, &body.value, body.problems, version).await?;
    caller.commit().await?;
    Ok(api::with_etag(&HeaderMap::new(), template.version, &template))
}

/// Deletes a template; emails that began with it stay.
#[utoipa::path(delete, path = "/email-templates/{id}", tag = "emails", params(("id" = String, Path)), operation_id = "delete_email_template",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<StatusCode> {
    actions::delete(&caller, &id, api::required_version(&headers)?).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
