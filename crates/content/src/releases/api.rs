//! The JSON API of releases.

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body, Id, Page, Query};
use kernel::error::Problem;
use kernel::{App, Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{RawItems, RawNewRelease, RawRelease, Release, ReleaseStatus, ReleaseWithItems};
use super::store::Position;
use super::{actions, publish, store};
use crate::taxonomy;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_list, create))
        .routes(routes!(read, edit, delete))
        .routes(routes!(add))
        .routes(routes!(remove))
        .routes(routes!(publish_all))
        .routes(routes!(cancel))
}

/// Which releases.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct ReleaseParams {
    limit: Option<i64>,
    cursor: Option<String>,
    status: Option<ReleaseStatus>,
}

/// Releases, the most recently changed first.
#[utoipa::path(get, path = "/releases", tag = "releases", params(ReleaseParams), operation_id = "read_releases",
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Page<Release>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller, Query(params): Query<ReleaseParams>) -> Result<Json<Page<Release>>> {
    caller.must(Permission::ContentRead)?;
    let limit = api::limit(params.limit)?;
    let after: Option<Position> = api::read_cursor(params.cursor.as_deref())?;
    let data = store::list(&caller.tx, params.status, after.as_ref(), limit + 1).await?;
    let total = store::count(&caller.tx, params.status).await?;
    taxonomy::page(data, limit, total, Position::of)
}

/// Makes a release, with `items` or empty. Items are drafts, in review or approved, and wait in one release at a time.
#[utoipa::path(post, path = "/releases", tag = "releases", request_body = RawNewRelease, operation_id = "create_release",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = ReleaseWithItems), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, body: Body<RawNewRelease>) -> Result<Response> {
    let release = actions::create(&caller, &body.value, body.problems).await?;
    let whole = with_items(&caller, release).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/releases/{}", whole.release.id), whole.release.version, &whole))
}

/// One release with its items.
#[utoipa::path(get, path = "/releases/{id}", tag = "releases", params(("id" = String, Path)), operation_id = "read_release",
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = ReleaseWithItems), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id) -> Result<Json<ReleaseWithItems>> {
    caller.must(Permission::ContentRead)?;
    let release = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    // No entity tag: the answer shows its items' titles and statuses, which change without it.
    Ok(Json(with_items(&caller, release).await?))
}

/// Changes the name and the note.
#[utoipa::path(patch, path = "/releases/{id}", tag = "releases", params(("id" = String, Path)), request_body = RawRelease,
    operation_id = "edit_release", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = ReleaseWithItems), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn edit(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<RawRelease>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    let release = actions::edit(&caller, &id, &body.value, body.problems, version).await?;
    answer(caller, release).await
}

/// Deletes a release that was not published; its items stay as they are.
#[utoipa::path(delete, path = "/releases/{id}", tag = "releases", params(("id" = String, Path)), operation_id = "delete_release",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<StatusCode> {
    actions::delete(&caller, &id, api::required_version(&headers)?).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts items into a release, all of them or none.
#[utoipa::path(post, path = "/releases/{id}/items", tag = "releases", params(("id" = String, Path)), request_body = RawItems,
    operation_id = "add_release_items", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = ReleaseWithItems), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn add(caller: Caller, Id(id): Id, body: Body<RawItems>) -> Result<Response> {
    let release = actions::add(&caller, &id, &body.value.ids, body.problems).await?;
    answer(caller, release).await
}

/// Takes an item out of a release.
#[utoipa::path(delete, path = "/releases/{id}/items/{content_id}", tag = "releases",
    params(("id" = String, Path), ("content_id" = String, Path)), operation_id = "remove_release_item",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn remove(caller: Caller, Path((id, content_id)): Path<(String, String)>) -> Result<StatusCode> {
    if !(kernel::id::is_well_formed(&id) && kernel::id::is_well_formed(&content_id)) {
        return Err(Error::NotFound);
    }
    actions::remove(&caller, &id, &content_id).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// When a release is to be published.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct ReleaseTime {
    /// When; now when left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    scheduled_for: Option<Timestamp>,
}

/// Publishes all items of a release now or at `scheduled_for`, in one transaction: all of them, or none with every reason.
#[utoipa::path(post, path = "/releases/{id}/publish", tag = "releases", params(("id" = String, Path)), request_body = ReleaseTime,
    operation_id = "publish_release", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = ReleaseWithItems), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn publish_all(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<ReleaseTime>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    caller.must(Permission::ContentPublish)?;
    body.problems.finish(())?;
    let release = match body.value.scheduled_for {
        Some(at) => actions::schedule(&caller, &id, at, version).await?,
        None => publish::publish(&caller, &id, version).await?,
    };
    answer(caller, release).await
}

/// Takes back the time at which a release was to be published.
#[utoipa::path(post, path = "/releases/{id}/cancel", tag = "releases", params(("id" = String, Path)), operation_id = "cancel_release",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = ReleaseWithItems), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn cancel(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    let release = actions::cancel(&caller, &id, api::required_version(&headers)?).await?;
    answer(caller, release).await
}

async fn with_items(caller: &Caller, release: Release) -> Result<ReleaseWithItems> {
    let items = store::items(&caller.tx, &release.id).await?;
    Ok(ReleaseWithItems { release, items })
}

async fn answer(caller: Caller, release: Release) -> Result<Response> {
    let whole = with_items(&caller, release).await?;
    caller.commit().await?;
    Ok(api::with_etag(&HeaderMap::new(), whole.release.version, &whole))
}
