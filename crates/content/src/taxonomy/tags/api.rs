//! The JSON API of tags.

use axum::Json;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body, Id, Page, Query};
use kernel::error::Problem;
use kernel::{App, Error, Result, validate};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::draft::RawTag;
use super::store::{self, ListQuery, Order, Position};
use super::{Tag, actions};
use crate::taxonomy;

/// The longest beginning of a name that is looked for.
const SEARCH_LONGEST: usize = 100;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_list, create)).routes(routes!(read, edit, delete)).routes(routes!(merge))
}

/// Which tags to give.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct TagParams {
    /// The beginning of a name, whatever its case and accents.
    q: Option<String>,
    /// `slug`, or `-usage_count` for the most used first.
    sort: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// The organization's tags, by slug unless asked for otherwise.
#[utoipa::path(get, path = "/tags", tag = "tags", params(TagParams), operation_id = "read_tags",
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Page<Tag>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller, Query(params): Query<TagParams>) -> Result<Json<Page<Tag>>> {
    caller.must(Permission::ContentRead)?;
    let order = match params.sort.as_deref() {
        None | Some("slug") => Order::BySlug,
        Some("-usage_count") => Order::ByUsage,
        Some(_) => return Err(Error::invalid("sort", "unknown_value", "Sort by slug or -usage_count.")),
    };
    let typed = params.q.as_deref().unwrap_or_default().trim();
    let beginning = validate::slug_from(typed);
    if typed.chars().count() > SEARCH_LONGEST {
        return Err(Error::invalid("q", "too_long", "Search for at most 100 characters."));
    }
    let limit = api::limit(params.limit)?;
    let after: Option<Position> = api::read_cursor(params.cursor.as_deref())?;
    if !typed.is_empty() && beginning.is_empty() {
        return taxonomy::page(Vec::new(), limit, 0, Position::of);
    }
    let query = ListQuery { beginning, order, after, limit: limit + 1 };
    let data = store::list(&caller.tx, &query).await?;
    let total = store::count(&caller.tx, &query.beginning).await?;
    taxonomy::page(data, limit, total, Position::of)
}

/// Adds a tag.
#[utoipa::path(post, path = "/tags", tag = "tags", request_body = RawTag, operation_id = "create_tag",
    extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 201, body = Tag), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, body: Body<RawTag>) -> Result<Response> {
    let tag = actions::create(&caller, body.value, body.problems).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/tags/{}", tag.id), tag.version, &tag))
}

/// One tag.
#[utoipa::path(get, path = "/tags/{id}", tag = "tags", params(("id" = String, Path)), operation_id = "read_tag",
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Tag), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id) -> Result<Response> {
    caller.must(Permission::ContentRead)?;
    let tag = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    // The number of its items changes without its version, so nobody is told that nothing changed.
    Ok(api::with_etag(&HeaderMap::new(), tag.version, &tag))
}

/// Changes a tag on everything that carries it. With `If-Match`, only if nobody changed it since.
#[utoipa::path(patch, path = "/tags/{id}", tag = "tags", params(("id" = String, Path)), request_body = RawTag,
    operation_id = "edit_tag", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Tag), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn edit(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<RawTag>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    let tag = actions::edit(&caller, &id, &body.value, body.problems, version).await?;
    answer(caller, &tag).await
}

/// Deletes a tag and takes it from everything that carries it.
#[utoipa::path(delete, path = "/tags/{id}", tag = "tags", params(("id" = String, Path)), operation_id = "delete_tag",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<StatusCode> {
    actions::delete(&caller, &id, api::required_version(&headers)?).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which tag takes another's place.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct MergeRequest {
    /// The id of the tag that stays.
    #[schema(required = true)]
    into: String,
}

/// Puts the tag `into` in this one's place everywhere, deletes this one, and gives the other.
#[utoipa::path(post, path = "/tags/{id}/merge", tag = "tags", params(("id" = String, Path)), request_body = MergeRequest,
    operation_id = "merge_tag", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Tag), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn merge(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<MergeRequest>) -> Result<Response> {
    caller.must(Permission::TaxonomyManage)?;
    let version = api::required_version(&headers)?;
    body.problems.finish(())?;
    let tag = actions::merge(&caller, &id, &body.value.into, version).await?;
    answer(caller, &tag).await
}

/// Commits, and answers with the tag as it is now.
async fn answer(caller: Caller, tag: &Tag) -> Result<Response> {
    caller.commit().await?;
    Ok(api::with_etag(&HeaderMap::new(), tag.version, tag))
}
