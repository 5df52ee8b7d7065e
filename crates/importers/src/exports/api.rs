use axum::Json;
use axum::response::Response;
use kernel::access::{Caller, Permission};
use kernel::api::{self, Id, Page, PageInfo, Query};
use kernel::error::Problem;
use kernel::{App, Result};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::Export;
use super::{actions, download, store};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(read))
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

/// Exports of the organization, the newest first.
#[utoipa::path(get, path = "/exports", tag = "exports", params(Parameters),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<Export>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(caller: Caller, Query(parameters): Query<Parameters>) -> Result<Json<Page<Export>>> {
    caller.must(Permission::SettingsManage)?;
    let limit = api::limit(parameters.limit)?;
    let before: Option<String> = api::read_cursor(parameters.cursor.as_deref())?;
    let mut data = store::list(&caller.tx, before.as_deref(), limit + 1).await?;
    let total = store::count(&caller.tx).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = data.len() > wanted;
    data.truncate(wanted);
    let next = data.last().filter(|_| has_more).map(|last| api::write_cursor(&last.id)).transpose()?;
    let data = data.into_iter().map(|export| download::with_address(&caller, export)).collect();
    Ok(Json(Page { data, page: PageInfo { next, limit, total } }))
}

/// Asks for a copy of everything the organization holds. Read it again until its `state` is `ready`, then fetch its
/// `download_url`.
#[utoipa::path(post, path = "/exports", tag = "exports", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = Export),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller) -> Result<Response> {
    let export = actions::begin(&caller).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/exports/{}", export.id), 1, &export))
}

#[utoipa::path(get, path = "/exports/{id}", tag = "exports", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Export),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id) -> Result<Json<Export>> {
    Ok(Json(actions::read(&caller, &id).await?))
}
