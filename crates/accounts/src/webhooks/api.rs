use axum::Json;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body, Id, Page, PageInfo, Query};
use kernel::error::Problem;
use kernel::{App, Error, Result, idempotency};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{Delivery, DeliveryRecord, Endpoint, EndpointWithSecret, RawEndpoint};
use super::{actions, deliveries, store};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(read, change, delete))
        .routes(routes!(rotate))
        .routes(routes!(ping))
        .routes(routes!(list_deliveries))
        .routes(routes!(read_delivery))
        .routes(routes!(replay))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Parameters {
    /// 1 to 100; 25 when left out.
    limit: Option<i64>,
    /// From the page before.
    cursor: Option<String>,
}

/// Webhooks, the newest first.
#[utoipa::path(get, path = "/webhooks", tag = "webhooks", params(Parameters),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<Endpoint>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(caller: Caller, Query(parameters): Query<Parameters>) -> Result<Json<Page<Endpoint>>> {
    caller.must(Permission::WebhooksManage)?;
    let limit = api::limit(parameters.limit)?;
    let before: Option<String> = api::read_cursor(parameters.cursor.as_deref())?;
    let mut data = store::list(&caller.tx, before.as_deref(), limit + 1).await?;
    let total = store::count(&caller.tx).await?;
    let next = crate::paging::cut(&mut data, limit, |endpoint| endpoint.id.clone())?;
    Ok(Json(Page { data, page: PageInfo { next, limit, total } }))
}

/// Adds a webhook. The answer is the only one that holds its secret; sent again with the same `Idempotency-Key`, the
/// request is refused (409).
///
/// Messages have the form of Standard Webhooks 1.0.0: verify `webhook-signature` over `id.timestamp.body` with the
/// secret, and take a `webhook-id` seen before as the same message.
#[utoipa::path(post, path = "/webhooks", tag = "webhooks", request_body = RawEndpoint,
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = EndpointWithSecret),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, body: Body<RawEndpoint>) -> Result<Response> {
    let made = actions::create(&caller, body.value, body.problems).await?;
    caller.commit().await?;
    let address = format!("/api/v1/webhooks/{}", made.endpoint.id);
    Ok(idempotency::shown_once(api::created(&address, made.endpoint.version, &made)))
}

#[utoipa::path(get, path = "/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Endpoint), (status = 304),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, headers: HeaderMap, Id(id): Id) -> Result<Response> {
    caller.must(Permission::WebhooksManage)?;
    let endpoint = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    Ok(api::with_etag(&headers, endpoint.version, &endpoint))
}

/// Changes the fields that are sent. With `If-Match`, only if nobody changed the webhook since.
#[utoipa::path(patch, path = "/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)),
    request_body = RawEndpoint, extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Endpoint),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn change(caller: Caller, headers: HeaderMap, Id(id): Id, body: Body<RawEndpoint>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    let endpoint = actions::edit(&caller, &id, body.value, body.problems, version).await?;
    caller.commit().await?;
    Ok(api::with_etag(&HeaderMap::new(), endpoint.version, &endpoint))
}

/// Deletes a webhook with the log of its deliveries.
#[utoipa::path(delete, path = "/webhooks/{id}", tag = "webhooks", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(caller: Caller, Id(id): Id) -> Result<StatusCode> {
    actions::delete(&caller, &id).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a new secret, shown once. For a day messages carry the signatures of both.
#[utoipa::path(post, path = "/webhooks/{id}/rotate-secret", tag = "webhooks", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = EndpointWithSecret),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn rotate(caller: Caller, Id(id): Id) -> Result<Response> {
    let made = actions::rotate(&caller, &id).await?;
    caller.commit().await?;
    Ok(idempotency::shown_once(api::with_etag(&HeaderMap::new(), made.endpoint.version, &made)))
}

/// Sends a test message of the type `webhook.ping`; the log of deliveries tells how it went.
#[utoipa::path(post, path = "/webhooks/{id}/ping", tag = "webhooks", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn ping(caller: Caller, Id(id): Id) -> Result<StatusCode> {
    actions::ping(&caller, &id).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deliveries to a webhook in the last 30 days, the newest first.
#[utoipa::path(get, path = "/webhooks/{id}/deliveries", tag = "webhooks", params(("id" = String, Path), Parameters),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<Delivery>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list_deliveries(
    caller: Caller,
    Id(id): Id,
    Query(parameters): Query<Parameters>,
) -> Result<Json<Page<Delivery>>> {
    caller.must(Permission::WebhooksManage)?;
    let limit = api::limit(parameters.limit)?;
    let before: Option<String> = api::read_cursor(parameters.cursor.as_deref())?;
    store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let mut data = deliveries::list(&caller.tx, &id, before.as_deref(), limit + 1).await?;
    let total = deliveries::count(&caller.tx, &id).await?;
    let next = crate::paging::cut(&mut data, limit, |delivery| delivery.id.clone())?;
    Ok(Json(Page { data, page: PageInfo { next, limit, total } }))
}

/// A delivery with its payload and its attempts.
#[utoipa::path(get, path = "/webhook-deliveries/{id}", tag = "webhooks", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = DeliveryRecord),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_delivery(caller: Caller, Id(id): Id) -> Result<Json<DeliveryRecord>> {
    Ok(Json(actions::inspect(&caller, &id).await?))
}

/// Sends a message again, under the id it had, in a new round of attempts.
#[utoipa::path(post, path = "/webhook-deliveries/{id}/replay", tag = "webhooks", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Delivery),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn replay(caller: Caller, Id(id): Id) -> Result<Json<Delivery>> {
    let delivery = actions::replay(&caller, &id).await?;
    caller.commit().await?;
    Ok(Json(delivery))
}
