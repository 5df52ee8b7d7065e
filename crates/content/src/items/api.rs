//! The JSON API of content items.

use axum::extract::OriginalUri;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use kernel::access::{Caller, Permission};
use kernel::answers::Place;
use kernel::api::{self, Body, Id, Page, PageInfo, Query};
use kernel::error::Problem;
use kernel::{App, Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions;
use super::draft::RawItem;
use super::list::{self, ListParams, ListQuery};
use super::model::{ContentStatus, Item, Move};
use super::store;
use crate::reviews::{self, ReviewAnswer, ReviewRequest};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_list, create))
        .routes(routes!(read, edit, delete))
        .routes(routes!(publish))
        .routes(routes!(unpublish))
        .routes(routes!(submit))
        .routes(routes!(approve))
        .routes(routes!(request_changes))
        .routes(routes!(archive))
        .routes(routes!(restore))
        .routes(routes!(duplicate))
}

/// Content items, the most recently changed first.
#[utoipa::path(get, path = "/content", tag = "content", params(ListParams),
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Page<Item>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(
    caller: Caller,
    OriginalUri(address): OriginalUri,
    headers: HeaderMap,
    Query(mut params): Query<ListParams>,
) -> Result<Response> {
    caller.must(Permission::ContentRead)?;
    // What is answered to one person for `me` is not the answer to another for the same address.
    let is_personal = [&params.reviewer, &params.author].iter().any(|person| person.as_deref() == Some("me"));
    for person in [&mut params.reviewer, &mut params.author] {
        if person.as_deref() == Some("me") {
            *person = Some(caller.actor.user_id.clone());
        }
    }
    let query = ListQuery::from_params(&params)?;
    let place = (query.shows_only_what_is_public() && !is_personal).then(|| Place::of(&caller, &address)).flatten();
    if let Some(answer) = place.as_ref().and_then(|place| place.answer(&headers)) {
        return Ok(answer);
    }
    let listed = list::read(&caller.tx, &query).await?;
    let page = PageInfo { next: listed.next, limit: query.limit, total: listed.total };
    let answer = Page { data: listed.items, page };
    match place {
        Some(place) => place.keep(&headers, None, &answer),
        None => Ok(axum::Json(answer).into_response()),
    }
}

/// Makes a draft.
#[utoipa::path(post, path = "/content", tag = "content", request_body = RawItem,
    extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 201, body = Item), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, body: Body<RawItem>) -> Result<Response> {
    let item = actions::create(&caller, body.value, body.problems).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/content/{}", item.id), item.version, &item))
}

/// One item with its body.
#[utoipa::path(get, path = "/content/{id}", tag = "content", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Item), (status = 304), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id, OriginalUri(address): OriginalUri, headers: HeaderMap) -> Result<Response> {
    caller.must(Permission::ContentRead)?;
    let place = Place::of(&caller, &address);
    if let Some(answer) = place.as_ref().and_then(|place| place.answer(&headers)) {
        return Ok(answer);
    }
    let item = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    match place.filter(|_| item.status == ContentStatus::Published) {
        Some(place) => place.keep(&headers, Some(item.version), &item),
        None => api::with_etag_of_body(&headers, item.version, &item),
    }
}

/// Changes the fields that are sent. With `If-Match`, only if nobody changed the item since.
#[utoipa::path(patch, path = "/content/{id}", tag = "content", params(("id" = String, Path)), request_body = RawItem,
    extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 200, body = Item), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn edit(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<RawItem>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    let item = actions::edit(&caller, &id, body.value, body.problems, version).await?;
    answer(caller, &item).await
}

/// Deletes an item with its revisions and comments.
#[utoipa::path(delete, path = "/content/{id}", tag = "content", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<StatusCode> {
    let version = api::required_version(&headers)?;
    actions::delete(&caller, &id, version).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How an item is to be published.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PublishRequest {
    /// When; now when left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub scheduled_for: Option<Timestamp>,
}

/// Publishes an item now, or at `scheduled_for`.
#[utoipa::path(post, path = "/content/{id}/publish", tag = "content", params(("id" = String, Path)), request_body = PublishRequest,
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Item), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn publish(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<PublishRequest>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    body.problems.finish(())?;
    let item = match body.value.scheduled_for {
        Some(at) => actions::schedule(&caller, &id, at, version).await?,
        None => actions::publish(&caller, &id, version).await?,
    };
    answer(caller, &item).await
}

/// Takes a published or scheduled item back to draft.
#[utoipa::path(post, path = "/content/{id}/unpublish", tag = "content", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Item), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn unpublish(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    make_move(caller, &id, &headers, Move::Unpublish).await
}

/// Sends a draft to review: to `assignee_id`, or to every owner and admin. They are told, with the note.
#[utoipa::path(post, path = "/content/{id}/submit", tag = "content", params(("id" = String, Path)), request_body = ReviewRequest,
    extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 200, body = Item), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn submit(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<ReviewRequest>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    caller.must(Permission::ContentEdit)?;
    body.problems.finish(())?;
    let item = reviews::actions::submit(&caller, &id, &body.value, version).await?;
    answer(caller, &item).await
}

/// Approves an item in review; its author and whoever submitted it are told, with the note.
#[utoipa::path(post, path = "/content/{id}/approve", tag = "content", params(("id" = String, Path)), request_body = ReviewAnswer,
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Item), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn approve(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<ReviewAnswer>) -> Result<Response> {
    answer_review(caller, (&id, Move::Approve), &headers, body).await
}

/// Sends an item in review, or an approved one, back to draft; its author and whoever submitted it are told, with the note.
#[utoipa::path(post, path = "/content/{id}/request-changes", tag = "content", params(("id" = String, Path)), request_body = ReviewAnswer,
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Item), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn request_changes(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<ReviewAnswer>) -> Result<Response> {
    answer_review(caller, (&id, Move::RequestChanges), &headers, body).await
}

/// Puts a published item into the archive.
#[utoipa::path(post, path = "/content/{id}/archive", tag = "content", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Item), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn archive(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    make_move(caller, &id, &headers, Move::Archive).await
}

/// Takes an archived item back to draft.
#[utoipa::path(post, path = "/content/{id}/restore", tag = "content", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Item), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn restore(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    make_move(caller, &id, &headers, Move::Restore).await
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
    let item = reviews::actions::answer(&caller, id, step, &body.value, version).await?;
    answer(caller, &item).await
}

async fn make_move(caller: Caller, id: &str, headers: &HeaderMap, step: Move) -> Result<Response> {
    let item = actions::make_move(&caller, id, step, api::required_version(headers)?).await?;
    answer(caller, &item).await
}

/// Makes a draft of the same text.
#[utoipa::path(post, path = "/content/{id}/duplicate", tag = "content", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 201, body = Item), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn duplicate(caller: Caller, Id(id): Id) -> Result<Response> {
    let item = actions::duplicate(&caller, &id).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/content/{}", item.id), item.version, &item))
}

/// Commits, and answers with the item as it is now.
async fn answer(caller: Caller, item: &Item) -> Result<Response> {
    caller.commit().await?;
    Ok(api::with_etag(&HeaderMap::new(), item.version, item))
}
