use axum::Json;
use kernel::access::{Caller, Permission};
use kernel::api::Query;
use kernel::error::Problem;
use kernel::{App, Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::model::Found;
use crate::sources;

/// Of each kind, when nothing else is asked.
const MOST_DEFAULT: i64 = 5;
const MOST_LARGEST: i64 = 20;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(find))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct FindParams {
    /// What is looked for; when left out, the answer is every page to go to and everything to begin.
    q: Option<String>,
    /// How many of each kind, 1 to 20; 5 when left out.
    limit: Option<i64>,
}

/// What was found, kind by kind.
#[derive(Debug, Serialize, ToSchema)]
struct FindAnswer {
    data: Vec<Found>,
}

/// Searches everything: pages of the application, content, categories, tags, media, and contacts where the role may see
/// them. The kind with the best answer comes first, and the best answers first in each kind.
#[utoipa::path(get, path = "/find", tag = "find", params(FindParams), extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = FindAnswer), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn find(caller: Caller, Query(params): Query<FindParams>) -> Result<Json<FindAnswer>> {
    caller.must(Permission::ContentRead)?;
    let most = params.limit.unwrap_or(MOST_DEFAULT);
    if !(1..=MOST_LARGEST).contains(&most) {
        return Err(Error::invalid("limit", "out_of_range", format!("Ask for 1 to {MOST_LARGEST} of each kind.")));
    }
    let data = sources::find(&caller, params.q.as_deref().unwrap_or_default(), most).await?;
    Ok(Json(FindAnswer { data }))
}
