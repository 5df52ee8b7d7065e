//! The JSON API of campaigns.

use axum::Json;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body, Id, Page, Query};
use kernel::error::Problem;
use kernel::{App, Error, Result};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::draft::RawCampaign;
use super::list::{self, Filter, Order, Position, SEARCH_LONGEST};
use super::model::{Campaign, CampaignType};
use super::status::Status;
use super::{actions, api_moves, store};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_list, create))
        .routes(routes!(read, edit, delete))
        .routes(routes!(duplicate))
        .merge(api_moves::routes())
}

/// Which campaigns to give.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct CampaignParams {
    #[param(value_type = Option<String>)]
    status: Option<Status>,
    #[param(value_type = Option<String>)]
    r#type: Option<CampaignType>,
    /// The id of an item that belongs to them.
    content_id: Option<String>,
    /// Words in the name or the description.
    q: Option<String>,
    /// `updated_at`, `created_at`, `name`, `start_date` or `end_date`, with `-` before it for the greatest first. A campaign
    /// without the date comes behind all that have one.
    sort: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// The organization's campaigns, the last changed first unless asked for otherwise.
#[utoipa::path(get, path = "/campaigns", tag = "campaigns", params(CampaignParams), operation_id = "read_campaigns",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<Campaign>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller, Query(params): Query<CampaignParams>) -> Result<Json<Page<Campaign>>> {
    caller.must(Permission::CampaignsManage)?;
    let Some(order) = Order::parse(params.sort.as_deref().unwrap_or_default()) else {
        let words =
            "Sort by updated_at, created_at, name, start_date or end_date, with - before it for the greatest first.";
        return Err(Error::invalid("sort", "unknown_value", words));
    };
    if params.q.as_deref().is_some_and(|words| words.chars().count() > SEARCH_LONGEST || words.contains('\0')) {
        return Err(Error::invalid("q", "too_long", "Search for at most 100 characters."));
    }
    if params.content_id.as_deref().is_some_and(|id| !kernel::id::is_well_formed(id)) {
        return Err(Error::invalid("content_id", "unknown", "This is the id of no item."));
    }
    let limit = api::limit(params.limit)?;
    let after: Option<Position> = api::read_cursor(params.cursor.as_deref())?;
    after.as_ref().map_or(Ok(()), |after| after.must_fit(order))?;
    let words = params.q.filter(|words| !words.trim().is_empty());
    let filter = Filter { status: params.status, r#type: params.r#type, words, content: params.content_id };
    let data = list::page(&caller.tx, &filter, order, after.as_ref(), limit + 1).await?;
    let total = list::count(&caller.tx, &filter).await?;
    let page = crate::page(data, limit, total, |campaign| Position::of(campaign, order))?;
    Ok(Json(Page { data: page.data.into_iter().map(|(campaign, _)| campaign).collect(), page: page.page }))
}

/// Makes a draft, moved on where `status` says so. Answered with 402 when the plan allows no more campaigns this month.
#[utoipa::path(post, path = "/campaigns", tag = "campaigns", request_body = RawCampaign, operation_id = "create_campaign",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = Campaign), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, body: Body<RawCampaign>) -> Result<Response> {
    let campaign = actions::create(&caller, &body.value, body.problems).await?;
    caller.commit().await?;
    Ok(created(&campaign))
}

/// One campaign with what it brought and cost.
#[utoipa::path(get, path = "/campaigns/{id}", tag = "campaigns", params(("id" = String, Path)), operation_id = "read_campaign",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Campaign), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    caller.must(Permission::CampaignsManage)?;
    let campaign = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    // Figures change without the version.
    api::with_etag_of_body(&headers, campaign.version, &campaign)
}

/// Changes a campaign, and makes the legal move that leads to `status`. With `If-Match`, only if nobody changed it since.
#[utoipa::path(patch, path = "/campaigns/{id}", tag = "campaigns", params(("id" = String, Path)), request_body = RawCampaign,
    operation_id = "edit_campaign", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Campaign), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn edit(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<RawCampaign>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    let campaign = actions::edit(&caller, &id, &body.value, body.problems, version).await?;
    caller.commit().await?;
    Ok(answer(&campaign))
}

/// Deletes a campaign with the entries of what was spent on it. Its content, emails and posts stay as they are.
#[utoipa::path(delete, path = "/campaigns/{id}", tag = "campaigns", params(("id" = String, Path)), operation_id = "delete_campaign",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<StatusCode> {
    actions::delete(&caller, &id, api::required_version(&headers)?).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a draft with the same details and content. Emails, posts and what was spent stay with the first.
#[utoipa::path(post, path = "/campaigns/{id}/duplicate", tag = "campaigns", params(("id" = String, Path)),
    operation_id = "duplicate_campaign", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = Campaign), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn duplicate(caller: Caller, Id(id): Id) -> Result<Response> {
    let campaign = actions::duplicate(&caller, &id).await?;
    caller.commit().await?;
    Ok(created(&campaign))
}

fn created(campaign: &Campaign) -> Response {
    api::created(&format!("/api/v1/campaigns/{}", campaign.id), campaign.version, campaign)
}

pub fn answer(campaign: &Campaign) -> Response {
    api::with_etag(&HeaderMap::new(), campaign.version, campaign)
}
