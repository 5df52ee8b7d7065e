//! The JSON API of imports: a file is sent, looked at, and read once somebody has said what its columns mean.

use axum::Json;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body, Id, Page, Query};
use kernel::error::Problem;
use kernel::{App, Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Import;
use super::actions::{self, RawSettings};
use super::received::received;
use super::store::{self, Refused};
use crate::audience::page;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_list, upload))
        .routes(routes!(read, delete))
        .routes(routes!(begin))
        .routes(routes!(read_refusals))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct ImportParams {
    limit: Option<i64>,
    cursor: Option<String>,
}

/// The organization's imports, the newest first.
#[utoipa::path(get, path = "/contact-imports", tag = "contacts", params(ImportParams), operation_id = "read_contact_imports",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<Import>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller, Query(params): Query<ImportParams>) -> Result<Json<Page<Import>>> {
    caller.must(Permission::CampaignsManage)?;
    let limit = api::limit(params.limit)?;
    let after: Option<String> = api::read_cursor(params.cursor.as_deref())?;
    let data = store::list(&caller.tx, after.as_deref(), limit + 1).await?;
    Ok(Json(page(data, limit, store::count(&caller.tx).await?, |import| import.id.clone())?))
}

/// A file with contacts.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only its description is used; the file is read as it comes")]
struct ContactFile {
    /// CSV with a first row that names the columns, in any common encoding.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Takes a CSV file of at most 512 MB and guesses what its columns mean. Nothing is read of it until it is begun; one that is
/// not begun within a week is forgotten.
#[utoipa::path(post, path = "/contact-imports", tag = "contacts", operation_id = "upload_contact_import",
    request_body(content = ContactFile, content_type = "multipart/form-data"), extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = Import), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn upload(caller: Caller, request: Request) -> Result<Response> {
    caller.must(Permission::CampaignsManage)?;
    let (name, kept) = received(caller.app.clone(), caller.organization.id.clone(), request).await?;
    let import = actions::register(&caller, &name, &kept).await?;
    caller.commit().await?;
    let location = format!("/api/v1/contact-imports/{}", import.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(import)).into_response())
}

/// One import, with how far it is.
#[utoipa::path(get, path = "/contact-imports/{id}", tag = "contacts", params(("id" = String, Path)), operation_id = "read_contact_import",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Import), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    caller.must(Permission::CampaignsManage)?;
    let import = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    api::with_etag_of_body(&headers, 1, &import)
}

/// Begins to read the file. People who are to be subscribed need `has_consent`: that they agreed to get emails from you.
#[utoipa::path(post, path = "/contact-imports/{id}/begin", tag = "contacts", params(("id" = String, Path)), request_body = RawSettings,
    operation_id = "begin_contact_import", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 202, body = Import), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn begin(caller: Caller, Id(id): Id, body: Body<RawSettings>) -> Result<Response> {
    actions::begin(&caller, &id, &body.value, body.problems).await?;
    let import = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    caller.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(import)).into_response())
}

/// Rows that did not become contacts, or not with all their values, in the order of the file; the first 100,000 are kept.
#[utoipa::path(get, path = "/contact-imports/{id}/refusals", tag = "contacts", params(("id" = String, Path), ImportParams),
    operation_id = "read_contact_import_refusals", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<Refused>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_refusals(caller: Caller, Id(id): Id, Query(params): Query<ImportParams>) -> Result<Json<Page<Refused>>> {
    caller.must(Permission::CampaignsManage)?;
    let import = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let limit = api::limit(params.limit)?;
    let after: Option<i64> = api::read_cursor(params.cursor.as_deref())?;
    let data = store::refused(&caller.tx, &id, after.unwrap_or(i64::MIN), limit + 1).await?;
    Ok(Json(page(data, limit, import.counts.refused + import.counts.partial, |refused| refused.row)?))
}

/// Deletes an import with its report; contacts that came of it stay.
#[utoipa::path(delete, path = "/contact-imports/{id}", tag = "contacts", params(("id" = String, Path)), operation_id = "delete_contact_import",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(caller: Caller, Id(id): Id) -> Result<StatusCode> {
    let app = caller.app.clone();
    let import = actions::delete(&caller, &id).await?;
    caller.commit().await?;
    actions::drop_file(&app, &import.file_key).await?;
    Ok(StatusCode::NO_CONTENT)
}
