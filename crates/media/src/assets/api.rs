//! The JSON API of assets.

use axum::Json;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use jiff::{SignedDuration, Timestamp};
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body, Id, Page, Query};
use kernel::error::Problem;
use kernel::{App, Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::bulk::{BulkOutcome, RawBulk};
use super::draft::RawAsset;
use super::list::{self, ListParams};
use super::{Asset, actions, bulk, store};
use crate::limits::{self, Usage};
use crate::serving::signed;
use crate::uses::{self, Use};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_list))
        .routes(routes!(read, edit, delete))
        .routes(routes!(restore))
        .routes(routes!(read_uses))
        .routes(routes!(sign))
        .routes(routes!(change_many))
        .routes(routes!(read_usage))
}

/// The organization's files, the newest first unless asked for otherwise.
#[utoipa::path(get, path = "/media", tag = "media", params(ListParams), operation_id = "read_media",
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Page<Asset>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller, Query(params): Query<ListParams>) -> Result<Json<Page<Asset>>> {
    caller.must(Permission::ContentRead)?;
    list::read(&caller.tx, &params).await.map(Json)
}

/// One file.
#[utoipa::path(get, path = "/media/{id}", tag = "media", params(("id" = String, Path)), operation_id = "read_asset",
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Asset), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id) -> Result<Response> {
    caller.must(Permission::ContentRead)?;
    let asset = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    // Its uses change without its version, so nobody is told that nothing changed.
    Ok(api::with_etag(&HeaderMap::new(), asset.version, &asset))
}

/// Changes what is said about a file. With `If-Match`, only if nobody changed it since.
#[utoipa::path(patch, path = "/media/{id}", tag = "media", params(("id" = String, Path)), request_body = RawAsset,
    operation_id = "edit_asset", extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 200, body = Asset), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn edit(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<RawAsset>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    let asset = actions::edit(&caller, &id, body.value, body.problems, version).await?;
    caller.commit().await?;
    Ok(api::with_etag(&HeaderMap::new(), asset.version, &asset))
}

/// How a file is deleted.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct DeleteParams {
    /// Whether it goes although something uses it.
    force: bool,
}

/// Puts a file into the bin, from where it can be restored for a week. One that is used is refused with 409, which names
/// the uses, unless `force` is true.
#[utoipa::path(delete, path = "/media/{id}", tag = "media", params(("id" = String, Path), DeleteParams), operation_id = "delete_asset",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(
    caller: Caller,
    Id(id): Id,
    Query(params): Query<DeleteParams>,
    headers: HeaderMap,
) -> Result<StatusCode> {
    actions::delete(&caller, &id, params.force, api::required_version(&headers)?).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings a file back from the bin.
#[utoipa::path(post, path = "/media/{id}/restore", tag = "media", params(("id" = String, Path)), operation_id = "restore_asset",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Asset), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn restore(caller: Caller, Id(id): Id) -> Result<Response> {
    let asset = actions::restore(&caller, &id).await?;
    caller.commit().await?;
    Ok(api::with_etag(&HeaderMap::new(), asset.version, &asset))
}

/// Where a file is used.
#[derive(Debug, Serialize, ToSchema)]
struct Uses {
    data: Vec<Use>,
}

/// What uses a file, the newest use first, 100 at most.
#[utoipa::path(get, path = "/media/{id}/uses", tag = "media", params(("id" = String, Path)), operation_id = "read_asset_uses",
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Uses), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_uses(caller: Caller, Id(id): Id) -> Result<Json<Uses>> {
    caller.must(Permission::ContentRead)?;
    store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    Ok(Json(Uses { data: uses::of_asset(&caller.tx, &id).await? }))
}

/// How long an address is to be good.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct SignRequest {
    /// In seconds, an hour when left out, a week at most.
    #[schema(minimum = 60, maximum = 604_800)]
    expires_in: Option<i64>,
}

/// An address that everybody may use for a while.
#[derive(Debug, Serialize, ToSchema)]
struct SignedAddress {
    url: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// Makes an address at which a private file can be had for a while.
#[utoipa::path(post, path = "/media/{id}/sign", tag = "media", params(("id" = String, Path)), request_body = SignRequest,
    operation_id = "sign_asset", extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = SignedAddress), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn sign(caller: Caller, Id(id): Id, body: Body<SignRequest>) -> Result<Json<SignedAddress>> {
    caller.must(Permission::ContentRead)?;
    let mut problems = body.problems;
    let seconds = body.value.expires_in.unwrap_or(3600);
    if !(60..=signed::GOOD_FOR_MOST.as_secs()).contains(&seconds) {
        problems.add("expires_in", "out_of_range", "An address is good for 60 to 604800 seconds.");
    }
    problems.finish(())?;
    let asset = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let expires_at = caller.now + SignedDuration::from_secs(seconds);
    Ok(Json(SignedAddress { url: signed::address(&caller.app, &asset, expires_at), expires_at }))
}

/// Moves, tags, deletes or restores up to 1000 files at once. Those that could not be changed are told with the reason.
#[utoipa::path(post, path = "/media/bulk", tag = "media", request_body = RawBulk, operation_id = "change_media",
    extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 200, body = BulkOutcome), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn change_many(caller: Caller, body: Body<RawBulk>) -> Result<Json<BulkOutcome>> {
    let outcome = bulk::change(&caller, body.value, body.problems).await?;
    caller.commit().await?;
    Ok(Json(outcome))
}

/// What the organization has in its library and what its plan allows.
#[utoipa::path(get, path = "/media/usage", tag = "media", operation_id = "read_media_usage",
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Usage), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_usage(caller: Caller) -> Result<Json<Usage>> {
    caller.must(Permission::ContentRead)?;
    limits::usage(&caller.tx).await.map(Json)
}
