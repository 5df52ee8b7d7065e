//! The JSON API of contacts.

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

use super::draft::RawContact;
use super::history::{self, Entry};
use super::list::{self, Filter, ListQuery, Order, Position};
use super::{Contact, Status, actions, erasure, store};
use crate::audience::{page, segments};

/// The longest beginning that is looked for, in characters.
const SEARCH_LONGEST: usize = 100;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(read_list, create))
        .routes(routes!(read, edit, delete))
        .routes(routes!(read_history))
        .routes(routes!(export))
        .routes(routes!(erase))
}

/// Which contacts to give.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct ContactParams {
    /// The beginning of an address or a name.
    q: Option<String>,
    #[param(value_type = Option<String>)]
    status: Option<Status>,
    tag: Option<String>,
    /// The id of a segment: only who belongs to it now.
    segment: Option<String>,
    /// `-created_at`, `created_at` or `email`.
    sort: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// The organization's contacts, the newest first unless asked for otherwise.
#[utoipa::path(get, path = "/contacts", tag = "contacts", params(ContactParams), operation_id = "read_contacts",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<Contact>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller, Query(params): Query<ContactParams>) -> Result<Json<Page<Contact>>> {
    caller.must(Permission::CampaignsManage)?;
    let Some(order) = Order::parse(params.sort.as_deref().unwrap_or_default()) else {
        return Err(Error::invalid("sort", "unknown_value", "Sort by -created_at, created_at or email."));
    };
    let beginning = params.q.unwrap_or_default();
    if beginning.chars().count() > SEARCH_LONGEST {
        return Err(Error::invalid("q", "too_long", "Search for at most 100 characters."));
    }
    let limit = api::limit(params.limit)?;
    let after: Option<Position> = api::read_cursor(params.cursor.as_deref())?;
    let rule = match &params.segment {
        None => None,
        Some(id) => Some(
            segments::rule_of(&caller.tx, id)
                .await?
                .ok_or_else(|| Error::invalid("segment", "unknown", "There is no segment of this id."))?,
        ),
    };
    let filter = Filter { beginning, status: params.status, tag: params.tag, rule };
    let query = ListQuery { filter: &filter, order, after, limit: limit + 1, now: caller.now };
    let data = list::page(&caller.tx, &query).await?;
    let total = list::count(&caller.tx, &filter, i64::MAX, caller.now).await?;
    Ok(Json(page(data, limit, total, Position::of)?))
}

/// Adds a contact.
#[utoipa::path(post, path = "/contacts", tag = "contacts", request_body = RawContact, operation_id = "create_contact",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = Contact), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, body: Body<RawContact>) -> Result<Response> {
    let contact = actions::create(&caller, &body.value, body.problems).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/contacts/{}", contact.id), contact.version, &contact))
}

/// One contact.
#[utoipa::path(get, path = "/contacts/{id}", tag = "contacts", params(("id" = String, Path)), operation_id = "read_contact",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Contact), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id) -> Result<Response> {
    caller.must(Permission::CampaignsManage)?;
    let contact = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    Ok(api::with_etag(&HeaderMap::new(), contact.version, &contact))
}

/// Changes a contact. With `If-Match`, only if nobody changed it since.
#[utoipa::path(patch, path = "/contacts/{id}", tag = "contacts", params(("id" = String, Path)), request_body = RawContact,
    operation_id = "edit_contact", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Contact), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn edit(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<RawContact>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    let contact = actions::edit(&caller, &id, &body.value, body.problems, version).await?;
    caller.commit().await?;
    Ok(api::with_etag(&HeaderMap::new(), contact.version, &contact))
}

/// Deletes a contact. If the person had unsubscribed, the address stays on the suppression list.
#[utoipa::path(delete, path = "/contacts/{id}", tag = "contacts", params(("id" = String, Path)), operation_id = "delete_contact",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<StatusCode> {
    caller.must(Permission::CampaignsManage)?;
    let contact = store::lock(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    crate::audience::check_version(api::required_version(&headers)?, contact.version)?;
    actions::delete(&caller, &[id]).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What happened to a contact, the newest first.
#[derive(Debug, Serialize, ToSchema)]
struct History {
    data: Vec<Entry>,
}

/// What happened to a contact: consent, changes, emails. The newest 200.
#[utoipa::path(get, path = "/contacts/{id}/history", tag = "contacts", params(("id" = String, Path)),
    operation_id = "read_contact_history", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = History), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_history(caller: Caller, Id(id): Id) -> Result<Json<History>> {
    caller.must(Permission::CampaignsManage)?;
    store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    Ok(Json(History { data: history::of(&caller.tx, &id).await? }))
}

/// Everything that is known about a person, to hand to them.
#[utoipa::path(get, path = "/contacts/{id}/export", tag = "contacts", params(("id" = String, Path)),
    operation_id = "export_contact", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Object), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn export(caller: Caller, Id(id): Id) -> Result<Json<serde_json::Value>> {
    caller.must(Permission::CampaignsManage)?;
    let contact = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    Ok(Json(erasure::export(&caller.tx, &contact).await?))
}

/// Erases a person at their wish: everything about them goes; a keyed hash of the address stays, so that no import brings
/// them back.
#[utoipa::path(post, path = "/contacts/{id}/erase", tag = "contacts", params(("id" = String, Path)),
    operation_id = "erase_contact", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn erase(caller: Caller, Id(id): Id) -> Result<StatusCode> {
    actions::erase(&caller, &id).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
