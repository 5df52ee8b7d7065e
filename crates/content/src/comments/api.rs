//! The JSON API of comments.

use axum::Json;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body, Id, Page, PageInfo, Query};
use kernel::error::Problem;
use kernel::{App, Error, Result};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions::{self, CommentChange, RawComment};
use super::list::{self, CommentQuery};
use super::model::{CommentRecord, CommentStatus};
use super::store;
use crate::items;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_list))
        .routes(routes!(read_of_item, create))
        .routes(routes!(read, edit, delete))
        .routes(routes!(approve))
        .routes(routes!(reject))
        .routes(routes!(spam))
}

/// Which comments to list.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct CommentParams {
    status: Option<CommentStatus>,
    /// The id of an item.
    content: Option<String>,
    /// Words that stand in the comment or its author's name.
    q: Option<String>,
    /// `-created_at`, the newest first, or `created_at`.
    sort: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// Which of an item's comments to list.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct ItemCommentParams {
    status: Option<CommentStatus>,
    /// Words that stand in the comment or its author's name.
    q: Option<String>,
    /// `-created_at`, the newest first, or `created_at`.
    sort: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// Comments of all items, the newest first. Visitors' mail addresses are told to those who may moderate.
#[utoipa::path(get, path = "/comments", tag = "comments", params(CommentParams),
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Page<CommentRecord>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller, Query(params): Query<CommentParams>) -> Result<Json<Page<CommentRecord>>> {
    caller.must(Permission::ContentRead)?;
    page(&caller, params).await
}

/// Comments of one item, the newest first.
#[utoipa::path(get, path = "/content/{id}/comments", tag = "comments", params(("id" = String, Path), ItemCommentParams),
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Page<CommentRecord>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_of_item(
    caller: Caller,
    Id(id): Id,
    Query(params): Query<ItemCommentParams>,
) -> Result<Json<Page<CommentRecord>>> {
    caller.must(Permission::ContentRead)?;
    items::store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let ItemCommentParams { status, q, sort, limit, cursor } = params;
    page(&caller, CommentParams { status, content: Some(id), q, sort, limit, cursor }).await
}

async fn page(caller: &Caller, params: CommentParams) -> Result<Json<Page<CommentRecord>>> {
    let oldest_first = match params.sort.as_deref() {
        None | Some("-created_at") => false,
        Some("created_at") => true,
        Some(_) => return Err(Error::invalid("sort", "unknown_value", "Sort by created_at or -created_at.")),
    };
    let limit = api::limit(params.limit)?;
    let may_moderate = caller.may(Permission::TaxonomyManage);
    let query = CommentQuery {
        status: params.status,
        content_id: params.content,
        searches_mail: may_moderate,
        oldest_first,
        limit,
        ..CommentQuery::default()
    };
    let query = query.with(params.q.as_deref(), params.cursor.as_deref())?;
    let listed = list::read(&caller.tx, &query).await?;
    let data = listed.comments.into_iter().map(|comment| shown(may_moderate, comment)).collect();
    Ok(Json(Page { data, page: PageInfo { next: listed.next, limit, total: listed.total } }))
}

fn shown(may_moderate: bool, comment: CommentRecord) -> CommentRecord {
    if may_moderate { comment } else { comment.without_address() }
}

/// Writes a comment in the name of the key's maker or the signed-in user. It waits for approval unless its author may
/// moderate.
#[utoipa::path(post, path = "/content/{id}/comments", tag = "comments", params(("id" = String, Path)), request_body = RawComment,
    extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 201, body = CommentRecord), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, Id(id): Id, body: Body<RawComment>) -> Result<Response> {
    let comment = actions::write(&caller, &id, &body.value, body.problems).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/comments/{}", comment.id), comment.version, &comment))
}

/// One comment.
#[utoipa::path(get, path = "/comments/{id}", tag = "comments", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = CommentRecord), (status = 304), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    caller.must(Permission::ContentRead)?;
    let comment = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let comment = shown(caller.may(Permission::TaxonomyManage), comment);
    Ok(api::with_etag(&headers, comment.version, &comment))
}

/// Changes a comment's text or status. With `If-Match`, only if nobody changed it since.
#[utoipa::path(patch, path = "/comments/{id}", tag = "comments", params(("id" = String, Path)), request_body = CommentChange,
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = CommentRecord), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn edit(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<CommentChange>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    let comment = actions::edit(&caller, &id, &body.value, body.problems, version).await?;
    answer(caller, &comment).await
}

/// Deletes a comment for good. Answers to it stay, in threads of their own.
#[utoipa::path(delete, path = "/comments/{id}", tag = "comments", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<StatusCode> {
    let version = api::required_version(&headers)?;
    actions::delete(&caller, &id, version).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Shows a comment on the site.
#[utoipa::path(post, path = "/comments/{id}/approve", tag = "comments", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = CommentRecord), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn approve(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    set_status(caller, &id, &headers, CommentStatus::Approved).await
}

/// Keeps a comment off the site.
#[utoipa::path(post, path = "/comments/{id}/reject", tag = "comments", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = CommentRecord), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn reject(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    set_status(caller, &id, &headers, CommentStatus::Rejected).await
}

/// Marks a comment as spam.
#[utoipa::path(post, path = "/comments/{id}/spam", tag = "comments", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = CommentRecord), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn spam(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    set_status(caller, &id, &headers, CommentStatus::Spam).await
}

async fn set_status(caller: Caller, id: &str, headers: &HeaderMap, status: CommentStatus) -> Result<Response> {
    let comment = actions::set_status(&caller, id, status, api::required_version(headers)?).await?;
    answer(caller, &comment).await
}

/// Commits, and answers with the comment as it is now.
async fn answer(caller: Caller, comment: &CommentRecord) -> Result<Response> {
    caller.commit().await?;
    Ok(api::with_etag(&HeaderMap::new(), comment.version, comment))
}
