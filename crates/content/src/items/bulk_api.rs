//! The JSON API of changes to many items.

use axum::Json;
use kernel::access::Caller;
use kernel::api::{Body, Id};
use kernel::error::Problem;
use kernel::{App, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::bulk::{self, BulkOutcome, RawBulk};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(change)).routes(routes!(undo))
}

/// One change to up to 200 items. Those that it cannot be made to stay as they are and are told.
#[utoipa::path(post, path = "/content/bulk", tag = "content", request_body = RawBulk, operation_id = "change_content",
    extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 200, body = BulkOutcome), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn change(caller: Caller, body: Body<RawBulk>) -> Result<Json<BulkOutcome>> {
    let outcome = bulk::change(&caller, &body.value, body.problems).await?;
    caller.commit().await?;
    Ok(Json(outcome))
}

/// Takes such a change back, for the items that nobody has changed since. Whoever made it may, once, within a month.
#[utoipa::path(post, path = "/content/bulk/{id}/undo", tag = "content", params(("id" = String, Path)),
    operation_id = "undo_content_change", extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 200, body = BulkOutcome), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn undo(caller: Caller, Id(id): Id) -> Result<Json<BulkOutcome>> {
    let outcome = bulk::undo(&caller, &id).await?;
    caller.commit().await?;
    Ok(Json(outcome))
}
