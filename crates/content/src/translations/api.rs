//! The JSON API of language variants.

use axum::Json;
use http::StatusCode;
use kernel::access::{Caller, Permission};
use kernel::api::{Body, Id, Page, PageInfo};
use kernel::error::Problem;
use kernel::{App, Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Variant, actions, store};
use crate::items::store as item_store;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read, link, unlink))
}

/// The language variants of an item, itself included; none when it is linked to no other.
#[utoipa::path(get, path = "/content/{id}/translations", tag = "content", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Page<Variant>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id) -> Result<Json<Page<Variant>>> {
    caller.must(Permission::ContentRead)?;
    item_store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    Ok(page(store::of_item(&caller.tx, &id).await?))
}

/// Which item is the translation.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct RawTranslation {
    content_id: String,
}

/// Links another item, of another language, as a translation of this one.
#[utoipa::path(post, path = "/content/{id}/translations", tag = "content", params(("id" = String, Path)), request_body = RawTranslation,
    extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 200, body = Page<Variant>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn link(caller: Caller, Id(id): Id, body: Body<RawTranslation>) -> Result<Json<Page<Variant>>> {
    caller.must(Permission::ContentEdit)?;
    body.problems.finish(())?;
    let variants = actions::link(&caller, &id, body.value.content_id.trim()).await?;
    caller.commit().await?;
    Ok(page(variants))
}

/// Takes an item out of its language variants; the others stay linked.
#[utoipa::path(delete, path = "/content/{id}/translations", tag = "content", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn unlink(caller: Caller, Id(id): Id) -> Result<StatusCode> {
    actions::unlink(&caller, &id).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// All at once: an item has as many variants as a site has languages.
fn page(data: Vec<Variant>) -> Json<Page<Variant>> {
    let total = i64::try_from(data.len()).unwrap_or(0);
    Json(Page { data, page: PageInfo { next: None, limit: total, total } })
}
