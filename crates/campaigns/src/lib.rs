//! Campaigns: a goal, a time and a budget, and the content, emails and posts that serve them.

pub mod attached;
pub mod campaign;
pub mod demo;
pub mod money;
mod pages;
pub mod spend;
pub mod templates;
mod views;

use kernel::api::{Page, PageInfo, write_cursor};
use kernel::doors::Pages;
use kernel::jobs::Registry;
use kernel::{App, Error, Result};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;

/// The routes of this feature beneath `/api/v1`.
pub fn api() -> OpenApiRouter<App> {
    campaign::api::routes().merge(attached::api::routes()).merge(spend::api::routes()).merge(templates::api::routes())
}

/// The pages of this feature.
pub fn pages() -> Pages {
    pages::routes()
}

/// The kinds of jobs that this feature queues.
pub fn jobs(registry: Registry) -> Registry {
    registry
}

/// Cuts a list read with one row too many, and notes where the next page begins.
fn page<T, P: Serialize>(mut data: Vec<T>, limit: i64, total: i64, position: impl Fn(&T) -> P) -> Result<Page<T>> {
    let most = usize::try_from(limit).unwrap_or(0);
    let more = data.len() > most;
    data.truncate(most);
    let next = data.last().filter(|_| more).map(|last| write_cursor(&position(last))).transpose()?;
    Ok(Page { data, page: PageInfo { next, limit, total } })
}

/// Refuses unless the thing still is at the version that the caller saw.
fn check_version(expected: Option<i32>, version: i32) -> Result<()> {
    if expected.is_none_or(|expected| expected == version) {
        return Ok(());
    }
    Err(Error::StaleVersion(format!(
        "Somebody changed this in the meantime: it is at version {version}. Load it again, then make your change."
    )))
}

/// Answers what cannot be an id like one of nothing.
fn well_formed(ids: &[&str]) -> Result<()> {
    if ids.iter().all(|id| kernel::id::is_well_formed(id)) { Ok(()) } else { Err(Error::NotFound) }
}
