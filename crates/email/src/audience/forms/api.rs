//! The JSON API of sign-up forms.

use axum::Json;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use kernel::access::{Caller, Permission};
use kernel::api::{self, Body, Id, Page, PageInfo};
use kernel::error::Problem;
use kernel::organization::site_settings;
use kernel::{App, Error, Result};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions::{self, FORMS_MOST, RawForm};
use super::{SubscribeForm, all, find};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_list, create)).routes(routes!(read, edit, delete))
}

/// A form as the API shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SubscribeFormAndPlace)]
struct Shown {
    #[serde(flatten)]
    form: SubscribeForm,
    /// Its own page, which other pages may send what is typed to.
    url: String,
    /// Whether the pages of the site show it.
    on_site: bool,
}

async fn shown(caller: &Caller, forms: Vec<SubscribeForm>) -> Result<Vec<Shown>> {
    let on_site = site_settings(&caller.tx).await?.newsletter.map(|shown| shown.form);
    let base = format!("{}/s/{}/subscribe", caller.app.settings.public_url, caller.organization.slug);
    let one = |form: SubscribeForm| Shown {
        url: format!("{base}/{}", form.slug),
        on_site: on_site.as_ref() == Some(&form.slug),
        form,
    };
    Ok(forms.into_iter().map(one).collect())
}

async fn shown_one(caller: &Caller, form: SubscribeForm) -> Result<Shown> {
    let shown = shown(caller, vec![form]).await?.pop();
    shown.ok_or_else(|| Error::internal("a form that was just read is gone"))
}

/// The organization's forms, by title, all on one page: there are 100 at most.
#[utoipa::path(get, path = "/subscribe-forms", tag = "contacts", operation_id = "read_subscribe_forms",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Page<Shown>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller) -> Result<Json<Page<Shown>>> {
    caller.must(Permission::CampaignsManage)?;
    let data = shown(&caller, all(&caller.tx).await?).await?;
    let total = i64::try_from(data.len()).unwrap_or(i64::MAX);
    Ok(Json(Page { data, page: PageInfo { next: None, limit: FORMS_MOST, total } }))
}

/// Adds a form.
#[utoipa::path(post, path = "/subscribe-forms", tag = "contacts", request_body = RawForm, operation_id = "create_subscribe_form",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 201, body = Shown), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, body: Body<RawForm>) -> Result<Response> {
    let form = actions::create(&caller, &body.value, body.problems).await?;
    let shown = shown_one(&caller, form).await?;
    caller.commit().await?;
    Ok(api::created(&format!("/api/v1/subscribe-forms/{}", shown.form.id), shown.form.version, &shown))
}

/// One form.
#[utoipa::path(get, path = "/subscribe-forms/{id}", tag = "contacts", params(("id" = String, Path)), operation_id = "read_subscribe_form",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Shown), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    caller.must(Permission::CampaignsManage)?;
    let form = find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let shown = shown_one(&caller, form).await?;
    // Which form the site shows changes without it.
    api::with_etag_of_body(&headers, shown.form.version, &shown)
}

/// Changes a form. With `If-Match`, only if nobody changed it since.
#[utoipa::path(patch, path = "/subscribe-forms/{id}", tag = "contacts", params(("id" = String, Path)), request_body = RawForm,
    operation_id = "edit_subscribe_form", extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 200, body = Shown), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn edit(caller: Caller, Id(id): Id, headers: HeaderMap, body: Body<RawForm>) -> Result<Response> {
    let version = api::required_version(&headers)?;
    let form = actions::edit(&caller, &id, &body.value, body.problems, version).await?;
    let shown = shown_one(&caller, form).await?;
    caller.commit().await?;
    Ok(api::with_etag(&HeaderMap::new(), shown.form.version, &shown))
}

/// Deletes a form, with the sign-ups that wait for a click. Who came by it stays.
#[utoipa::path(delete, path = "/subscribe-forms/{id}", tag = "contacts", params(("id" = String, Path)), operation_id = "delete_subscribe_form",
    extensions(("x-least-role" = json!("ADMIN"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn delete(caller: Caller, Id(id): Id, headers: HeaderMap) -> Result<StatusCode> {
    actions::delete(&caller, &id, api::required_version(&headers)?).await?;
    caller.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
