//! The JSON API of segments.

use axum::Json;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body, Id, Page, Query};
use kernel::error::Problem;
use kernel::{App, Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions::{self, RawSegment};
use super::{Segment, count, find, list};
use crate::audience::contacts::store::may_be_sent_to;
use crate::audience::page;
use crate::audience::rule::{self, AsOf, Rule, Sql};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_list, create))
        .routes(routes!(read, edit, delete))
        .routes(routes!(count_rule))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct SegmentParams {
    limit: Option<i64>,
    cursor: Option<String>,
}

/// The organization's segments, by name.
#[utoipa::path(get, path = "/segments", tag = "segments", params(SegmentParams), operation_id = "read_segments",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<Segment>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller, Query(params): Query<SegmentParams>) -> Result<Json<Page<Segment>>> {
    caller.must(Permission::CampaignsManage)?;
    let limit = api::limit(params.limit)?;
    let after: Option<String> = api::read_cursor(params.cursor.as_deref())?;
    let data = list(&caller.tx, after.as_deref(), limit + 1).await?;
    Ok(Json(page(data, limit, count(&caller.tx).await?, |segment| segment.name.clone())?))
}

/// Adds a segment.
#[utoipa::path(post, path = "/segments", tag = "segments", request_body = RawSegment, operation_id = "create_segment",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = Segment), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, body: Body<RawSegment>) -> Result<Response> {
    let segment = actions::create(&caller, &body.value, body.problems).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/segments/{}", segment.id), segment.version, &segment))
}

/// One segment.
#[utoipa::path(get, path = "/segments/{id}", tag = "segments", params(("id" = String, Path)), operation_id = "read_segment",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Segment), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    caller.must(Permission::CampaignsManage)?;
    let segment = find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    Ok(api::with_etag(&headers, segment.version, &segment))
}

/// Changes a segment. With `If-Match`, only if nobody changed it since.
#[utoipa::path(patch, path = "/segments/{id}", tag = "segments", params(("id" = String, Path)), request_body = RawSegment,
    operation_id = "edit_segment", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Segment), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn edit(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<RawSegment>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    let segment = actions::edit(&caller, &id, &body.value, body.problems, version).await?;
    caller.commit().await?;
    Ok(api::with_etag(&HeaderMap::new(), segment.version, &segment))
}

/// Deletes a segment; its contacts stay.
#[utoipa::path(delete, path = "/segments/{id}", tag = "segments", params(("id" = String, Path)), operation_id = "delete_segment",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<StatusCode> {
    actions::delete(&caller, &id, api::required_version(&headers)?).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A rule to count.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct CountRequest {
    #[schema(value_type = Object, required = true)]
    rule: serde_json::Value,
}

/// Whom a rule means now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Counted {
    /// Contacts that the rule means.
    pub contacts: i64,
    /// Those of them that an email would be sent to.
    pub reachable: i64,
    pub words: String,
}

/// Counts whom a rule means, without keeping it.
#[utoipa::path(post, path = "/segments/count", tag = "segments", request_body = CountRequest, operation_id = "count_segment",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Counted), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn count_rule(caller: Caller, body: Body<CountRequest>) -> Result<Json<Counted>> {
    caller.must(Permission::CampaignsManage)?;
    body.problems.finish(())?;
    let rule = rule::parse("rule", &body.value.rule)?;
    Ok(Json(counted(&caller, rule).await?))
}

/// Counts whom a rule means, and whom of them an email would reach.
pub async fn counted(caller: &Caller, rule: Rule) -> Result<Counted> {
    let mut sql = Sql::new();
    let condition = rule.condition(&mut sql, &AsOf::of(&caller.tx, caller.now).await?)?;
    let now = sql.param(caller.now);
    let text = format!(
        "SELECT count(*) AS contacts, count(*) FILTER (WHERE {}) AS reachable
         FROM app.contacts AS contact WHERE {condition}",
        may_be_sent_to(&now),
    );
    let rows = caller.tx.rows_unprepared(&text, &sql.params()).await?;
    let count = |name: &str| rows.first().map_or(0, |row| row.get::<_, i64>(name));
    Ok(Counted {
        contacts: count("contacts"),
        reachable: count("reachable"),
        words: rule::in_words(&caller.tx, &rule).await?,
    })
}
