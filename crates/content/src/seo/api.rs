//! The JSON API of the checks.

use axum::Json;
use kernel::access::{Caller, Permission};
use kernel::api::Id;
use kernel::error::Problem;
use kernel::{App, Error, Result, organization};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::preview::Address;
use super::report::Report;
use super::subject::Texts;
use crate::items::store;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read))
}

/// The score of an item for search engines and readers, with each check: what it found, where, and what to do.
#[utoipa::path(get, path = "/content/{id}/seo", tag = "content", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Report), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id) -> Result<Json<Report>> {
    caller.must(Permission::ContentRead)?;
    let item = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let site = organization::site_settings(&caller.tx).await?;
    let address = Address::of(&caller.app, &caller.organization.slug, site.domain.as_deref());
    let texts = Texts::of(&item, &site.title, &address.host).with_files(&caller.tx).await?;
    Ok(Json(super::report(&texts)))
}
