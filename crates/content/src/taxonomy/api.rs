//! The JSON API of categories and tags.

use axum::Json;
use axum::response::Response;
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body, Page, PageInfo, Query};
use kernel::error::Problem;
use kernel::{App, Result};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::categories::actions::RawCategory;
use super::categories::{self, Category};
use super::tags::{self, Tag};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_categories, create_category)).routes(routes!(read_tags))
}

/// Which page to give.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct PageParams {
    limit: Option<i64>,
    cursor: Option<String>,
}

/// The organization's categories, by slug.
#[utoipa::path(get, path = "/categories", tag = "categories", params(PageParams),
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Page<Category>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_categories(caller: Caller, Query(params): Query<PageParams>) -> Result<Json<Page<Category>>> {
    caller.must(Permission::ContentRead)?;
    let (limit, after) = (api::limit(params.limit)?, api::read_cursor::<String>(params.cursor.as_deref())?);
    let data = categories::store::list(&caller.tx, after.as_deref(), limit + 1).await?;
    let total = categories::store::count(&caller.tx).await?;
    page(data, limit, total, |category| &category.slug)
}

/// Adds a category.
#[utoipa::path(post, path = "/categories", tag = "categories", request_body = RawCategory,
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = Category), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create_category(caller: Caller, body: Body<RawCategory>) -> Result<Response> {
    let category = categories::actions::create(&caller, body.value, body.problems).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/categories/{}", category.id), category.version, &category))
}

/// The organization's tags, by slug.
#[utoipa::path(get, path = "/tags", tag = "tags", params(PageParams),
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Page<Tag>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_tags(caller: Caller, Query(params): Query<PageParams>) -> Result<Json<Page<Tag>>> {
    caller.must(Permission::ContentRead)?;
    let (limit, after) = (api::limit(params.limit)?, api::read_cursor::<String>(params.cursor.as_deref())?);
    let data = tags::store::list(&caller.tx, after.as_deref(), limit + 1).await?;
    let total = tags::store::count(&caller.tx).await?;
    page(data, limit, total, |tag| &tag.slug)
}

/// Cuts a list read with one row too many, and notes where the next page begins.
fn page<T>(mut data: Vec<T>, limit: i64, total: i64, slug: impl Fn(&T) -> &String) -> Result<Json<Page<T>>> {
    let most = usize::try_from(limit).unwrap_or(0);
    let more = data.len() > most;
    data.truncate(most);
    let next = data.last().filter(|_| more).map(|last| api::write_cursor(slug(last))).transpose()?;
    Ok(Json(Page { data, page: PageInfo { next, limit, total } }))
}
