//! The JSON API of categories.

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

use super::actions::{self, Deletion, Place};
use super::draft::RawCategory;
use super::{Category, store};
use crate::taxonomy;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_list, create)).routes(routes!(read, edit, delete)).routes(routes!(move_to))
}

/// Which page to give.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct PageParams {
    limit: Option<i64>,
    cursor: Option<String>,
}

/// The organization's categories, by slug.
#[utoipa::path(get, path = "/categories", tag = "categories", params(PageParams), operation_id = "read_categories",
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Page<Category>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller, Query(params): Query<PageParams>) -> Result<Json<Page<Category>>> {
    caller.must(Permission::ContentRead)?;
    let (limit, after) = (api::limit(params.limit)?, api::read_cursor::<String>(params.cursor.as_deref())?);
    let data = store::list(&caller.tx, after.as_deref(), limit + 1).await?;
    let total = store::count(&caller.tx).await?;
    taxonomy::page(data, limit, total, |category| category.slug.clone())
}

/// Adds a category.
#[utoipa::path(post, path = "/categories", tag = "categories", request_body = RawCategory, operation_id = "create_category",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = Category), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, body: Body<RawCategory>) -> Result<Response> {
    let category = actions::create(&caller, body.value, body.problems).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/categories/{}", category.id), category.version, &category))
}

/// One category.
#[utoipa::path(get, path = "/categories/{id}", tag = "categories", params(("id" = String, Path)), operation_id = "read_category",
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Category), (status = 304), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    caller.must(Permission::ContentRead)?;
    let category = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    Ok(api::with_etag(&headers, category.version, &category))
}

/// Changes the fields that are sent. With `If-Match`, only if nobody changed the category since.
#[utoipa::path(patch, path = "/categories/{id}", tag = "categories", params(("id" = String, Path)), request_body = RawCategory,
    operation_id = "edit_category", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Category), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn edit(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<RawCategory>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    let category = actions::edit(&caller, &id, &body.value, body.problems, version).await?;
    answer(caller, &category).await
}

/// Moves a category below another, and to a place among those that stand there.
#[utoipa::path(post, path = "/categories/{id}/move", tag = "categories", params(("id" = String, Path)), request_body = Place,
    operation_id = "move_category", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Category), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn move_to(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<Place>) -> Result<Response> {
    caller.must(Permission::TaxonomyManage)?;
    let version = api::required_version(&headers)?;
    body.problems.finish(())?;
    let category = actions::move_to(&caller, &id, body.value, version).await?;
    answer(caller, &category).await
}

/// Deletes a category. Its items stay, without a category or in the one of `items_to`.
#[utoipa::path(delete, path = "/categories/{id}", tag = "categories", params(("id" = String, Path), Deletion),
    operation_id = "delete_category", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(
    caller: Caller,
    Id(id): Id,
    headers: HeaderMap,
    Query(deletion): Query<Deletion>,
) -> Result<StatusCode> {
    actions::delete(&caller, &id, &deletion, api::required_version(&headers)?).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Commits, and answers with the category as it is now.
async fn answer(caller: Caller, category: &Category) -> Result<Response> {
    caller.commit().await?;
    Ok(api::with_etag(&HeaderMap::new(), category.version, category))
}
