use axum::Json;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use kernel::access::{Caller, Permission, Role};
use kernel::api::{self, Body, Id, Page, PageInfo, Query};
use kernel::error::Problem;
use kernel::{App, Result, idempotency};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{ApiKey, CreatedApiKey, NewApiKey};
use super::{actions, store};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(revoke))
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

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct RawApiKey {
    /// What it is for.
    name: String,
    #[schema(value_type = Role)]
    role: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

/// Keys that work, the newest first.
#[utoipa::path(get, path = "/api-keys", tag = "api-keys", params(Parameters),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<ApiKey>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(caller: Caller, Query(parameters): Query<Parameters>) -> Result<Json<Page<ApiKey>>> {
    caller.must(Permission::ApiKeysManage)?;
    let limit = api::limit(parameters.limit)?;
    let before: Option<String> = api::read_cursor(parameters.cursor.as_deref())?;
    let mut data = store::list(&caller.tx, before.as_deref(), limit + 1, caller.now).await?;
    let total = store::count(&caller.tx, caller.now).await?;
    let next = crate::paging::cut(&mut data, limit, |key| key.id.clone())?;
    Ok(Json(Page { data, page: PageInfo { next, limit, total } }))
}

/// Makes a key with a role that is not above one's own. The answer is the only one that holds the key itself; sent again
/// with the same `Idempotency-Key`, the request is refused (409).
#[utoipa::path(post, path = "/api-keys", tag = "api-keys", request_body = RawApiKey,
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = CreatedApiKey),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, body: Body<RawApiKey>) -> Result<Response> {
    caller.must(Permission::ApiKeysManage)?;
    let mut problems = body.problems;
    let raw = body.value;
    let new = NewApiKey::check(&mut problems, &raw.name, &raw.role, raw.expires_at, caller.now);
    let new = problems.finish(new)?;
    let made = actions::create(&caller, &new).await?;
    caller.commit().await?;
    let answer = api::created(&format!("/api/v1/api-keys/{}", made.api_key.id), 1, &made);
    Ok(idempotency::shown_once(answer))
}

/// Revokes a key; it stops working at once.
#[utoipa::path(delete, path = "/api-keys/{id}", tag = "api-keys", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn revoke(caller: Caller, Id(id): Id) -> Result<StatusCode> {
    actions::revoke(&caller, &id).await?;
    let app = caller.app.clone();
    caller.commit().await?;
    app.forget();
    Ok(StatusCode::NO_CONTENT)
}
