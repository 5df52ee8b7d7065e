use axum::Json;
use kernel::access::{Caller, Permission};
use kernel::api::{self, Page, PageInfo, Query};
use kernel::error::Problem;
use kernel::{App, Result};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::store::{self, Entry, Filter, Position};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Parameters {
    /// Only this action, as `member.change_role`.
    action: Option<String>,
    entity_type: Option<String>,
    entity_id: Option<String>,
    actor_id: Option<String>,
    /// 1 to 100; 25 when left out.
    limit: Option<i64>,
    /// From the page before.
    cursor: Option<String>,
}

/// What was done in the organization, the newest first.
#[utoipa::path(get, path = "/audit-log", tag = "audit-log", params(Parameters),
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<Entry>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn list(caller: Caller, Query(parameters): Query<Parameters>) -> Result<Json<Page<Entry>>> {
    caller.must(Permission::AuditLogRead)?;
    let limit = api::limit(parameters.limit)?;
    let after: Option<Position> = api::read_cursor(parameters.cursor.as_deref())?;
    let filter = Filter {
        action: parameters.action.as_deref(),
        entity_type: parameters.entity_type.as_deref(),
        entity_id: parameters.entity_id.as_deref(),
        actor_id: parameters.actor_id.as_deref(),
    };
    let mut data = store::list(&caller.tx, &filter, after.as_ref(), limit + 1).await?;
    let total = store::count(&caller.tx, &filter).await?;
    let next = crate::paging::cut(&mut data, limit, Position::after)?;
    Ok(Json(Page { data, page: PageInfo { next, limit, total } }))
}
