//! The JSON API of sending domains.

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

use super::actions::{self, RawDomain};
use super::model::SendingDomain;
use super::store;
use crate::audience::page;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_list, create))
        .routes(routes!(read, delete))
        .routes(routes!(check))
        .routes(routes!(rotate))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct DomainParams {
    limit: Option<i64>,
    cursor: Option<String>,
}

/// Domains that the organization sends from, by name, with the records to set.
#[utoipa::path(get, path = "/sending-domains", tag = "emails", params(DomainParams), operation_id = "read_sending_domains",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<SendingDomain>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller, Query(params): Query<DomainParams>) -> Result<Json<Page<SendingDomain>>> {
    caller.must(Permission::SettingsManage)?;
    let limit = api::limit(params.limit)?;
    let after: Option<String> = api::read_cursor(params.cursor.as_deref())?;
    let data = store::list(&caller, after.as_deref(), limit + 1).await?;
    Ok(Json(page(data, limit, store::count(&caller.tx).await?, |domain| domain.domain.clone())?))
}

/// Adds a domain and makes its key. Messages are signed once the key's record is seen.
#[utoipa::path(post, path = "/sending-domains", tag = "emails", request_body = RawDomain, operation_id = "create_sending_domain",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = SendingDomain), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, body: Body<RawDomain>) -> Result<Response> {
    let domain = actions::create(&caller, &body.value, body.problems).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/sending-domains/{}", domain.id), domain.version, &domain))
}

/// One sending domain with the records to set.
#[utoipa::path(get, path = "/sending-domains/{id}", tag = "emails", params(("id" = String, Path)),
    operation_id = "read_sending_domain", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = SendingDomain), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    caller.must(Permission::SettingsManage)?;
    let domain = store::find(&caller, &id).await?.ok_or(Error::NotFound)?;
    Ok(api::with_etag(&headers, domain.version, &domain))
}

/// Removes a domain with its keys. Messages from it are not signed any more.
#[utoipa::path(delete, path = "/sending-domains/{id}", tag = "emails", params(("id" = String, Path)),
    operation_id = "delete_sending_domain", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(caller: Caller, Id(id): Id) -> Result<StatusCode> {
    actions::delete(&caller, &id).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Looks at the records. A key whose record is right signs from now on; a next key takes over.
#[utoipa::path(post, path = "/sending-domains/{id}/check", tag = "emails", params(("id" = String, Path)),
    operation_id = "check_sending_domain", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = SendingDomain), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn check(mut caller: Caller, Id(id): Id) -> Result<Response> {
    let domain = actions::check(&mut caller, &id).await?;
    caller.commit().await?;
    Ok(api::with_etag(&HeaderMap::new(), domain.version, &domain))
}

/// Makes a next key. The present one signs until the record of the next is seen.
#[utoipa::path(post, path = "/sending-domains/{id}/rotate", tag = "emails", params(("id" = String, Path)),
    operation_id = "rotate_sending_domain", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = SendingDomain), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn rotate(caller: Caller, Id(id): Id) -> Result<Response> {
    let domain = actions::rotate(&caller, &id).await?;
    caller.commit().await?;
    Ok(api::with_etag(&HeaderMap::new(), domain.version, &domain))
}
