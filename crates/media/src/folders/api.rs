//! The JSON API of folders.

use axum::Json;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body, Id, Page, PageInfo, Query};
use kernel::error::Problem;
use kernel::{App, Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions::{Contents, RawFolder};
use super::{Folder, actions, store};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_list, create)).routes(routes!(read, edit, delete)).routes(routes!(ensure))
}

/// Which folders to give.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct FolderParams {
    /// Only those directly below this one.
    parent: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// The organization's folders, by path.
#[utoipa::path(get, path = "/folders", tag = "media", params(FolderParams), operation_id = "read_folders",
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Page<Folder>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller, Query(params): Query<FolderParams>) -> Result<Json<Page<Folder>>> {
    caller.must(Permission::ContentRead)?;
    let limit = api::limit(params.limit)?;
    let after: Option<String> = api::read_cursor(params.cursor.as_deref())?;
    if params.parent.as_deref().is_some_and(|id| !kernel::id::is_well_formed(id)) {
        return Err(Error::invalid("parent", "unknown", "There is no such folder."));
    }
    let parent = params.parent.as_deref();
    let mut data = store::list(&caller.tx, parent, after.as_deref(), limit + 1).await?;
    let total = store::count(&caller.tx, parent).await?;
    let most = usize::try_from(limit).unwrap_or(0);
    let there_is_more = data.len() > most;
    data.truncate(most);
    let next = data.last().filter(|_| there_is_more).map(|last| api::write_cursor(&last.path)).transpose()?;
    Ok(Json(Page { data, page: PageInfo { next, limit, total } }))
}

/// Adds a folder.
#[utoipa::path(post, path = "/folders", tag = "media", request_body = RawFolder, operation_id = "create_folder",
    extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 201, body = Folder), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, body: Body<RawFolder>) -> Result<Response> {
    let folder = actions::create(&caller, body.value, body.problems).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/folders/{}", folder.id), folder.version, &folder))
}

/// A path from the top.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct PathRequest {
    /// As `Campaigns/Spring`.
    #[schema(required = true)]
    path: String,
}

/// Gives the folder of a path, and makes it with those above it where they are missing.
#[utoipa::path(post, path = "/folders/ensure", tag = "media", request_body = PathRequest, operation_id = "ensure_folder",
    extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 200, body = Folder), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn ensure(caller: Caller, body: Body<PathRequest>) -> Result<Response> {
    let folder = actions::ensure(&caller, &body.value.path, body.problems).await?;
    caller.commit().await?;
    Ok(api::with_etag(&HeaderMap::new(), folder.version, &folder))
}

/// One folder.
#[utoipa::path(get, path = "/folders/{id}", tag = "media", params(("id" = String, Path)), operation_id = "read_folder",
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Folder), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id) -> Result<Response> {
    caller.must(Permission::ContentRead)?;
    let folder = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    // The number of its files changes without its version, so nobody is told that nothing changed.
    Ok(api::with_etag(&HeaderMap::new(), folder.version, &folder))
}

/// Renames a folder or moves it, with all below it. With `If-Match`, only if nobody changed it since.
#[utoipa::path(patch, path = "/folders/{id}", tag = "media", params(("id" = String, Path)), request_body = RawFolder,
    operation_id = "edit_folder", extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 200, body = Folder), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn edit(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<RawFolder>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    let folder = actions::edit(&caller, &id, body.value, body.problems, version).await?;
    caller.commit().await?;
    Ok(api::with_etag(&HeaderMap::new(), folder.version, &folder))
}

/// What becomes of a deleted folder's contents.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct DeleteParams {
    /// `refuse` when something lies in it, `keep` the files at the top, or `delete` them.
    #[param(inline)]
    contents: Contents,
    /// Deletes files with it that are used.
    force: bool,
}

/// Deletes a folder with those below it.
#[utoipa::path(delete, path = "/folders/{id}", tag = "media", params(("id" = String, Path), DeleteParams), operation_id = "delete_folder",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(
    caller: Caller,
    Id(id): Id,
    Query(params): Query<DeleteParams>,
    headers: HeaderMap,
) -> Result<StatusCode> {
    actions::delete(&caller, &id, (params.contents, params.force), api::required_version(&headers)?).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
