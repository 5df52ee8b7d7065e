//! The JSON API of draft changes.

use axum::response::Response;
use http::{HeaderMap, StatusCode};
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body, Id};
use kernel::error::Problem;
use kernel::{App, Error, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Changes, actions, store};
use crate::items::api::PublishRequest;
use crate::items::draft::RawItem;
use crate::items::model::{Item, Move};
use crate::items::store as item_store;
use crate::reviews::{self, ReviewAnswer, ReviewRequest};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read, save, discard))
        .routes(routes!(publish))
        .routes(routes!(unschedule))
        .routes(routes!(submit))
        .routes(routes!(approve))
        .routes(routes!(request_changes))
}

/// The changes to a published item that are not public yet; 404 when there are none.
#[utoipa::path(get, path = "/content/{id}/changes", tag = "content", params(("id" = String, Path)),
    operation_id = "read_changes", extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Changes), (status = 304), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    caller.must(Permission::ContentRead)?;
    let changes = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    Ok(api::with_etag(&headers, changes.version, &changes))
}

/// Saves changes to a published item without making them public: the fields that are sent are added to what was changed
/// before. With `If-Match`, only if nobody saved changes since; `"v0"` stands for none yet.
#[utoipa::path(patch, path = "/content/{id}/changes", tag = "content", params(("id" = String, Path)), request_body = RawItem,
    operation_id = "save_changes", extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 200, body = Changes), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn save(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<RawItem>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    let changes = actions::save(&caller, &id, (body.value, body.problems), version, None).await?;
    answer(caller, &changes).await
}

/// Gives the changes up. The item stays as it is; the text that was written stays in the history.
#[utoipa::path(delete, path = "/content/{id}/changes", tag = "content", params(("id" = String, Path)),
    operation_id = "discard_changes", extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn discard(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<StatusCode> {
    actions::discard(&caller, &id, api::required_version(&headers)?).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes the changes public now, or at `scheduled_for`. Answers with the item as it is on the site.
#[utoipa::path(post, path = "/content/{id}/changes/publish", tag = "content", params(("id" = String, Path)), request_body = PublishRequest,
    operation_id = "publish_changes", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Item), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn publish(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<PublishRequest>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    body.problems.finish(())?;
    let item = match body.value.scheduled_for {
        Some(at) => {
            actions::schedule(&caller, &id, at, version).await?;
            item_store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?
        }
        None => actions::publish(&caller, &id, version).await?,
    };
    caller.commit().await?;
    Ok(api::with_etag(&HeaderMap::new(), item.version, &item))
}

/// Takes the changes off the schedule; they are a draft again.
#[utoipa::path(post, path = "/content/{id}/changes/unschedule", tag = "content", params(("id" = String, Path)),
    operation_id = "unschedule_changes", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Changes), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn unschedule(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    let version = api::required_version(&headers)?;
    let (_, changes) = actions::make_move(&caller, &id, Move::Unpublish, version).await?;
    answer(caller, &changes).await
}

/// Sends the changes to review: to `assignee_id`, or to every owner and admin. They are told, with the note.
#[utoipa::path(post, path = "/content/{id}/changes/submit", tag = "content", params(("id" = String, Path)), request_body = ReviewRequest,
    operation_id = "submit_changes", extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 200, body = Changes), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn submit(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<ReviewRequest>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    caller.must(Permission::ContentEdit)?;
    body.problems.finish(())?;
    let changes = reviews::actions::submit_changes(&caller, &id, &body.value, version).await?;
    answer(caller, &changes).await
}

/// Approves changes in review; the item's author and whoever submitted them are told, with the note.
#[utoipa::path(post, path = "/content/{id}/changes/approve", tag = "content", params(("id" = String, Path)), request_body = ReviewAnswer,
    operation_id = "approve_changes", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Changes), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn approve(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<ReviewAnswer>) -> Result<Response> {
    answer_review(caller, (&id, Move::Approve), &headers, body).await
}

/// Sends changes in review, or approved ones, back to draft; the item's author and whoever submitted them are told, with
/// the note.
#[utoipa::path(post, path = "/content/{id}/changes/request-changes", tag = "content", params(("id" = String, Path)), request_body = ReviewAnswer,
    operation_id = "request_changes_to_changes", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Changes), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn request_changes(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<ReviewAnswer>) -> Result<Response> {
    answer_review(caller, (&id, Move::RequestChanges), &headers, body).await
}

async fn answer_review(
    caller: Caller,
    (id, step): (&str, Move),
    headers: &HeaderMap,
    body: Body<ReviewAnswer>,
) -> Result<Response> {
    let version = api::required_version(headers)?;
    caller.must(Permission::ContentPublish)?;
    body.problems.finish(())?;
    let changes = reviews::actions::answer_changes(&caller, id, step, &body.value, version).await?;
    answer(caller, &changes).await
}

/// Commits, and answers with the changes as they are now.
async fn answer(caller: Caller, changes: &Changes) -> Result<Response> {
    caller.commit().await?;
    Ok(api::with_etag(&HeaderMap::new(), changes.version, changes))
}
