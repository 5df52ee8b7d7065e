//! Categories and tags.

pub mod categories;
mod color;
pub mod former;
pub mod tags;

use kernel::App;
use kernel::api::{Page, PageInfo, write_cursor};
use kernel::doors::Pages;
use kernel::{Error, Result};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;

pub fn api() -> OpenApiRouter<App> {
    categories::api::routes().merge(tags::api::routes())
}

pub fn pages() -> Pages {
    categories::pages::routes().merge(tags::pages::routes())
}

/// Cuts a list read with one row too many, and notes where the next page begins.
pub(crate) fn page<T, P: Serialize>(
    mut data: Vec<T>,
    limit: i64,
    total: i64,
    position: impl Fn(&T) -> P,
) -> Result<axum::Json<Page<T>>> {
    let most = usize::try_from(limit).unwrap_or(0);
    let more = data.len() > most;
    data.truncate(most);
    let next = data.last().filter(|_| more).map(|last| write_cursor(&position(last))).transpose()?;
    Ok(axum::Json(Page { data, page: PageInfo { next, limit, total } }))
}

/// Refuses unless the thing still is at the version that the caller saw.
pub(crate) fn check_version(expected: Option<i32>, version: i32) -> Result<()> {
    if expected.is_none_or(|expected| expected == version) {
        return Ok(());
    }
    Err(Error::StaleVersion(format!(
        "Somebody changed this in the meantime: it is at version {version}. Load it again, then make your change."
    )))
}
