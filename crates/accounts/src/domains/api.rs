use axum::Json;
use axum::response::Response;
use http::StatusCode;
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body, Id, Page, PageInfo, Query};
use kernel::error::Problem;
use kernel::{App, Result};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{Domain, RawDomain};
use super::{actions, store};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(read, remove)).routes(routes!(check))
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

/// Domains that the organization says are its own, the newest first.
#[utoipa::path(get, path = "/domains", tag = "domains", params(Parameters),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<Domain>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(caller: Caller, Query(parameters): Query<Parameters>) -> Result<Json<Page<Domain>>> {
    caller.must(Permission::SettingsManage)?;
    let limit = api::limit(parameters.limit)?;
    let before: Option<String> = api::read_cursor(parameters.cursor.as_deref())?;
    let mut claims = store::list(&caller.tx, before.as_deref(), limit + 1).await?;
    let total = store::count(&caller.tx).await?;
    let next = crate::paging::cut(&mut claims, limit, |claim| claim.id.clone())?;
    let data = claims.into_iter().map(|claim| claim.shown(&caller.app)).collect();
    Ok(Json(Page { data, page: PageInfo { next, limit, total } }))
}

/// Claims a domain. The answer names the DNS records to set; `/domains/{id}/check` then looks for them.
#[utoipa::path(post, path = "/domains", tag = "domains", request_body = RawDomain,
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = Domain),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, body: Body<RawDomain>) -> Result<Response> {
    let made = actions::claim(&caller, &body.value, body.problems).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/domains/{}", made.id), 1, &made))
}

#[utoipa::path(get, path = "/domains/{id}", tag = "domains", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Domain),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id) -> Result<Json<Domain>> {
    Ok(Json(actions::read(&caller, &id).await?))
}

/// Gives a domain up; the site no longer answers there.
#[utoipa::path(delete, path = "/domains/{id}", tag = "domains", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn remove(caller: Caller, Id(id): Id) -> Result<StatusCode> {
    actions::remove(&caller, &id).await?;
    let app = caller.app.clone();
    caller.commit().await?;
    app.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// Looks for the proof in the domain's DNS. `is_proven` says whether it was found, `problem` what was found instead.
#[utoipa::path(post, path = "/domains/{id}/check", tag = "domains", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Domain),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn check(mut caller: Caller, Id(id): Id) -> Result<Json<Domain>> {
    let domain = actions::check(&mut caller, &id).await?;
    let app = caller.app.clone();
    caller.commit().await?;
    app.forget();
    Ok(Json(domain))
}
