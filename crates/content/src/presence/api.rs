//! The JSON API of presence.

use axum::Json;
use http::StatusCode;
use kernel::access::Caller;
use kernel::api::{Id, Page, PageInfo};
use kernel::error::Problem;
use kernel::{App, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Present, actions};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(renew, leave))
}

/// Says that you have the item open in an editor, for the next 25 seconds, and answers who else has.
#[utoipa::path(post, path = "/content/{id}/presence", tag = "content", params(("id" = String, Path)),
    operation_id = "renew_presence", extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 200, body = Page<Present>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn renew(caller: Caller, Id(id): Id) -> Result<Json<Page<Present>>> {
    let data = actions::renew(&caller, &id).await?;
    caller.commit().await?;
    let total = i64::try_from(data.len()).unwrap_or(0);
    Ok(Json(Page { data, page: PageInfo { next: None, limit: total, total } }))
}

/// Says that you have closed the item.
#[utoipa::path(delete, path = "/content/{id}/presence", tag = "content", params(("id" = String, Path)),
    operation_id = "end_presence", extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn leave(caller: Caller, Id(id): Id) -> Result<StatusCode> {
    actions::leave(&caller, &id).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
