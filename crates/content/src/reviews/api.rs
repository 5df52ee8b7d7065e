//! The JSON API of reviews; their moves are calls of the item.

use kernel::access::{Caller, Permission};
use kernel::api::{Id, Page, PageInfo};
use kernel::error::Problem;
use kernel::{App, Error, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Review, store};
use crate::items;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(read_list))
}

/// The conversation of writers and reviewers about an item, the newest first: at most the last hundred steps.
#[utoipa::path(get, path = "/content/{id}/reviews", tag = "content", params(("id" = String, Path)),
    extensions(("x-least-role" = json!("VIEWER"))),
    responses((status = 200, body = Page<Review>), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read_list(caller: Caller, Id(id): Id) -> Result<axum::Json<Page<Review>>> {
    caller.must(Permission::ContentRead)?;
    items::store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let data = store::of_item(&caller.tx, &id).await?;
    let total = store::count_of_item(&caller.tx, &id).await?;
    Ok(axum::Json(Page { data, page: PageInfo { next: None, limit: store::READ_AT_MOST, total } }))
}
