//! The JSON API of saved views.

use axum::Json;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body, Id, Page, PageInfo};
use kernel::error::Problem;
use kernel::{App, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::draft::RawView;
use super::{SavedView, actions, store};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_list, create)).routes(routes!(edit, delete))
}

/// Saved views of the library: the caller's own and the shared ones, all on one page.
#[utoipa::path(get, path = "/content/views", tag = "content", operation_id = "read_content_views",
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Page<SavedView>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller) -> Result<Json<Page<SavedView>>> {
    caller.must(Permission::ContentRead)?;
    let data = store::visible(&caller.tx, &caller.actor.user_id).await?;
    let total = i64::try_from(data.len()).unwrap_or(i64::MAX);
    Ok(Json(Page { data, page: PageInfo { next: None, limit: total, total } }))
}

/// Saves a view. Sharing it takes the role of a member.
#[utoipa::path(post, path = "/content/views", tag = "content", operation_id = "create_content_view", request_body = RawView,
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 201, body = SavedView), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, body: Body<RawView>) -> Result<Response> {
    let view = actions::create(&caller, body.value, body.problems).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/content/views/{}", view.id), view.version, &view))
}

/// Changes a view: its owner everything, others only whether their own library begins with it.
#[utoipa::path(patch, path = "/content/views/{id}", tag = "content", params(("id" = String, Path)), request_body = RawView,
    operation_id = "edit_content_view", extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = SavedView), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn edit(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<RawView>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    let view = actions::edit(&caller, &id, &body.value, body.problems, version).await?;
    caller.commit().await?;
    Ok(api::with_etag(&HeaderMap::new(), view.version, &view))
}

/// Deletes a view; the items in it stay.
#[utoipa::path(delete, path = "/content/views/{id}", tag = "content", params(("id" = String, Path)),
    operation_id = "delete_content_view", extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(caller: Caller, Id(id): Id) -> Result<StatusCode> {
    actions::delete(&caller, &id).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
