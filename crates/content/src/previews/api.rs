//! The JSON API of preview links.

use axum::Json;
use axum::response::Response;
use http::StatusCode;
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body, Id, Page, PageInfo};
use kernel::error::Problem;
use kernel::{App, Error, Result, idempotency};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{AT_ONCE, NewPreview, Preview, PreviewOf, PreviewRequest, actions, store};
use crate::items;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_list, create)).routes(routes!(revoke))
}

/// The preview links of an item that work, the newest first.
#[utoipa::path(get, path = "/content/{id}/previews", tag = "content", params(("id" = String, Path)),
    operation_id = "read_previews", extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 200, body = Page<Preview>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller, Id(id): Id) -> Result<Json<Page<Preview>>> {
    caller.must(Permission::ContentEdit)?;
    items::store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let data = store::of_item(&caller.tx, &id, caller.now).await?;
    let total = i64::try_from(data.len()).unwrap_or(AT_ONCE);
    Ok(Json(Page { data, page: PageInfo { next: None, limit: AT_ONCE, total } }))
}

/// Makes a link under which anybody reads the item as it was last saved, draft or not, until it ends. The answer is the
/// only one that holds the address; sent again with the same `Idempotency-Key`, the request is refused (409).
#[utoipa::path(post, path = "/content/{id}/previews", tag = "content", params(("id" = String, Path)), request_body = PreviewRequest,
    operation_id = "create_preview", extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 201, body = NewPreview), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, Id(id): Id, body: Body<PreviewRequest>) -> Result<Response> {
    let made = actions::create(&caller, &id, &body.value, body.problems).await?;
    caller.commit().await?;
    let location = format!("/api/v1/content/{id}/previews/{}", made.preview.id);
    Ok(idempotency::shown_once(api::created(&location, 1, &made)))
}

/// Takes a preview link back; it stops working at once.
#[utoipa::path(delete, path = "/content/{id}/previews/{preview}", tag = "content",
    params(("id" = String, Path), ("preview" = String, Path)),
    operation_id = "revoke_preview", extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn revoke(caller: Caller, at: PreviewOf) -> Result<StatusCode> {
    actions::revoke(&caller, &at.content_id, &at.id).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
