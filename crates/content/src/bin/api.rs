//! The JSON API of the bin.

use axum::Json;
use axum::response::Response;
use http::StatusCode;
use kernel::access::{Caller, Permission};
use kernel::api::{self, Id, Page, Query};
use kernel::error::Problem;
use kernel::{App, Result};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Deleted, Position, actions, store};
use crate::items::model::Item;
use crate::taxonomy;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_list)).routes(routes!(take_back)).routes(routes!(forget))
}

/// Which page of the bin.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct BinParams {
    limit: Option<i64>,
    cursor: Option<String>,
}

/// Deleted items that can still be brought back, what was deleted last first.
#[utoipa::path(get, path = "/content/bin", tag = "content", params(BinParams), operation_id = "read_content_bin",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<Deleted>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller, Query(params): Query<BinParams>) -> Result<Json<Page<Deleted>>> {
    caller.must(Permission::ContentPublish)?;
    let limit = api::limit(params.limit)?;
    let after: Option<Position> = api::read_cursor(params.cursor.as_deref())?;
    let data = store::list(&caller.tx, after.as_ref(), limit + 1).await?;
    let total = store::count(&caller.tx).await?;
    taxonomy::page(data, limit, total, Position::of)
}

/// Brings a deleted item back as it was, with its revisions, comments and tags.
#[utoipa::path(post, path = "/content/bin/{id}/restore", tag = "content", params(("id" = String, Path)),
    operation_id = "restore_deleted_content", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Item), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn take_back(caller: Caller, Id(id): Id) -> Result<Response> {
    let item = actions::take_back(&caller, &id).await?;
    caller.commit().await?;
    Ok(api::with_etag(&http::HeaderMap::new(), item.version, &item))
}

/// Deletes for good what lies in the bin.
#[utoipa::path(delete, path = "/content/bin/{id}", tag = "content", params(("id" = String, Path)),
    operation_id = "purge_content", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn forget(caller: Caller, Id(id): Id) -> Result<StatusCode> {
    actions::forget(&caller, &id).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
