//! The JSON API of revisions.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use kernel::access::{Caller, Permission};
use kernel::api::{self, Id, Page, PageInfo, Query};
use kernel::error::Problem;
use kernel::{App, Error, Result};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions::{self, Part};
use super::{Revision, RevisionOf, RevisionWithText, store};
use crate::changes::Changes;
use crate::items;
use crate::items::model::Item;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_list))
        .routes(routes!(read))
        .routes(routes!(restore))
        .routes(routes!(restore_into_changes))
}

/// Which revisions to list.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct RevisionParams {
    limit: Option<i64>,
    cursor: Option<String>,
}

/// The kept revisions of an item, the newest first.
#[utoipa::path(get, path = "/content/{id}/revisions", tag = "content", params(("id" = String, Path), RevisionParams),
    operation_id = "read_revisions", extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Page<Revision>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller, Id(id): Id, Query(params): Query<RevisionParams>) -> Result<Json<Page<Revision>>> {
    caller.must(Permission::ContentRead)?;
    items::store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let limit = api::limit(params.limit)?;
    let before: Option<i32> = api::read_cursor(params.cursor.as_deref())?;
    let mut data = store::of_item(&caller.tx, &id, before, limit + 1).await?;
    let more = i64::try_from(data.len()).is_ok_and(|count| count > limit);
    data.truncate(usize::try_from(limit).unwrap_or(0));
    let next = data.last().filter(|_| more).map(|last| api::write_cursor(&last.version)).transpose()?;
    let total = store::count(&caller.tx, &id).await?;
    Ok(Json(Page { data, page: PageInfo { next, limit, total } }))
}

/// One revision with its text.
#[utoipa::path(get, path = "/content/{id}/revisions/{version}", tag = "content",
    params(("id" = String, Path), ("version" = i32, Path)),
    operation_id = "read_revision", extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = RevisionWithText), (status = 304), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, at: RevisionOf, headers: HeaderMap) -> Result<Response> {
    caller.must(Permission::ContentRead)?;
    let kept = store::find(&caller.tx, &at.content_id, at.version).await?.ok_or(Error::NotFound)?;
    // One that is still written to is not known by its number alone.
    if kept.revision.is_autosave {
        return Ok(Json(kept).into_response());
    }
    Ok(api::with_etag(&headers, kept.revision.version, &kept))
}

/// Brings back the title, body and excerpt of a revision, as a new revision. With `If-Match`, only if nobody changed the
/// item since.
#[utoipa::path(post, path = "/content/{id}/revisions/{version}/restore", tag = "content",
    params(("id" = String, Path), ("version" = i32, Path)),
    operation_id = "restore_revision", extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 200, body = Item), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn restore(caller: Caller, at: RevisionOf, headers: HeaderMap) -> Result<Response> {
    let expected = api::required_version(&headers)?;
    let item = actions::restore(&caller, &at.content_id, at.version, Part::Whole, expected).await?;
    caller.commit().await?;
    Ok(api::with_etag(&HeaderMap::new(), item.version, &item))
}

/// Brings back the title, body and excerpt of a revision as draft changes of a published item, which stays as it is on the
/// site. With `If-Match`, only if nobody saved changes since; `"v0"` stands for none yet.
#[utoipa::path(post, path = "/content/{id}/revisions/{version}/restore-into-changes", tag = "content",
    params(("id" = String, Path), ("version" = i32, Path)),
    operation_id = "restore_revision_into_changes", extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 200, body = Changes), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn restore_into_changes(caller: Caller, at: RevisionOf, headers: HeaderMap) -> Result<Response> {
    let expected = api::required_version(&headers)?;
    let (id, version) = (&at.content_id, at.version);
    let changes = actions::restore_into_changes(&caller, id, version, Part::Whole, expected).await?;
    caller.commit().await?;
    Ok(api::with_etag(&HeaderMap::new(), changes.version, &changes))
}
