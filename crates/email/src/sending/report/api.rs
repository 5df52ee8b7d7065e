//! The report of an email as JSON.

use axum::Json;
use kernel::access::{Caller, Permission};
use kernel::api::Id;
use kernel::error::Problem;
use kernel::{App, Error, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Report;
use crate::sending::emails::store;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read))
}

/// The report of an email: rates with what they mean and what is usual, hours, links, domains, devices, refusals. Answered
/// with 404 before sending began.
#[utoipa::path(get, path = "/emails/{id}/report", tag = "emails", params(("id" = String, Path)), operation_id = "read_email_report",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Report), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id) -> Result<Json<Report>> {
    caller.must(Permission::CampaignsManage)?;
    let email = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    Ok(Json(super::of(&caller.tx, &email).await?))
}
