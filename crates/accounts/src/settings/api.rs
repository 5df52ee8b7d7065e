use axum::response::Response;
use http::HeaderMap;
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body};
use kernel::error::Problem;
use kernel::{App, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{Changes, Settings};
use super::{actions, store};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read, change))
}

/// The organization with its settings.
#[utoipa::path(get, path = "/organization", tag = "organization", extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Settings), (status = 304),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, headers: HeaderMap) -> Result<Response> {
    caller.must(Permission::ContentRead)?;
    let settings = store::find(&caller.tx).await?;
    Ok(api::with_etag(&headers, settings.version, &settings))
}

/// Changes the fields that are sent. With `If-Match`, only if nobody changed the settings since.
#[utoipa::path(patch, path = "/organization", tag = "organization", request_body = Changes,
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Settings),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn change(caller: Caller, headers: HeaderMap, body: Body<Changes>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    let settings = actions::change(&caller, body.value, body.problems, version).await?;
    let app = caller.app.clone();
    caller.commit().await?;
    app.forget();
    Ok(api::with_etag(&HeaderMap::new(), settings.version, &settings))
}
