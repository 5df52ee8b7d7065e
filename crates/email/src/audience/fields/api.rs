//! The JSON API of fields that an organization keeps of its contacts.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body, Id, Page, PageInfo};
use kernel::error::Problem;
use kernel::{App, Error, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions::{self, RawField};
use super::{Field, all, find};
use crate::audience::contacts::draft::FIELDS_MOST;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_list, create)).routes(routes!(read, edit, delete))
}

/// The organization's fields, by their labels, all on one page: there are 100 at most.
#[utoipa::path(get, path = "/contact-fields", tag = "contacts", operation_id = "read_contact_fields",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<Field>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller) -> Result<Json<Page<Field>>> {
    caller.must(Permission::CampaignsManage)?;
    let data = all(&caller.tx).await?;
    let total = i64::try_from(data.len()).unwrap_or(i64::MAX);
    let limit = i64::try_from(FIELDS_MOST).unwrap_or(i64::MAX);
    Ok(Json(Page { data, page: PageInfo { next: None, limit, total } }))
}

/// Adds a field, whose values contacts have under its key in `fields`.
#[utoipa::path(post, path = "/contact-fields", tag = "contacts", request_body = RawField, operation_id = "create_contact_field",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = Field), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, body: Body<RawField>) -> Result<Response> {
    let field = actions::create(&caller, &body.value, body.problems).await?;
    caller.commit().await?;
    let location = format!("/api/v1/contact-fields/{}", field.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(field)).into_response())
}

/// One field.
#[utoipa::path(get, path = "/contact-fields/{id}", tag = "contacts", params(("id" = String, Path)), operation_id = "read_contact_field",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Field), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    caller.must(Permission::CampaignsManage)?;
    let field = find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    api::with_etag_of_body(&headers, 1, &field)
}

/// Changes the label and the choices of a field.
#[utoipa::path(patch, path = "/contact-fields/{id}", tag = "contacts", params(("id" = String, Path)), request_body = RawField,
    operation_id = "edit_contact_field", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Field), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn edit(caller: Caller, Id(id): Id, body: Body<RawField>) -> Result<Json<Field>> {
    let field = actions::edit(&caller, &id, &body.value, body.problems).await?;
    caller.commit().await?;
    Ok(Json(field))
}

/// Deletes a field. Its values stay with the contacts, and are shown again when a field with its key is made.
#[utoipa::path(delete, path = "/contact-fields/{id}", tag = "contacts", params(("id" = String, Path)), operation_id = "delete_contact_field",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(caller: Caller, Id(id): Id) -> Result<StatusCode> {
    actions::delete(&caller, &id).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
