//! The JSON API of the plan's limits.

use axum::Json;
use kernel::access::{Caller, Permission};
use kernel::error::Problem;
use kernel::{App, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::ContentUsage;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_usage))
}

/// What the organization has in content and what its plan allows.
#[utoipa::path(get, path = "/content/usage", tag = "content", operation_id = "read_content_usage",
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = ContentUsage), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_usage(caller: Caller) -> Result<Json<ContentUsage>> {
    caller.must(Permission::ContentRead)?;
    super::usage(&caller.tx).await.map(Json)
}
