//! Whom to write to: contacts with their consent, segments, forms, suppressions.

pub mod address;
pub mod contacts;
pub mod fields;
pub mod forms;
pub mod imports;
pub mod link;
pub mod preferences;
pub mod public;
pub mod rule;
pub(crate) mod rule_form;
pub mod segments;
pub mod subscribe;
pub mod suppressions;
pub(crate) mod views;

use axum::Router;
use kernel::api::{Page, PageInfo, write_cursor};
use kernel::doors::Pages;
use kernel::jobs::Registry;
use kernel::{App, Error, Result};
use serde::Serialize;
use ui::FieldErrors;
use utoipa_axum::router::OpenApiRouter;

pub use rule::is_key as rule_key;

pub fn api() -> OpenApiRouter<App> {
    contacts::api::routes()
        .merge(segments::api::routes())
        .merge(fields::api::routes())
        .merge(forms::api::routes())
        .merge(imports::api::routes())
        .merge(suppressions::api::routes())
}

pub fn pages() -> Pages {
    contacts::pages::routes()
        .merge(segments::pages::routes())
        .merge(fields::pages::routes())
        .merge(imports::pages::routes())
        .merge(forms::pages::routes())
        .merge(suppressions::pages::routes())
}

pub fn router() -> Router<App> {
    public::router().merge(preferences::router()).merge(subscribe::router())
}

pub fn jobs(registry: Registry) -> Registry {
    registry.with::<imports::jobs::RunImport>().with::<imports::jobs::ForgetImports>()
}

/// Cuts a list read with one row too many, and notes where the next page begins.
pub(crate) fn page<T, P: Serialize>(
    mut data: Vec<T>,
    limit: i64,
    total: i64,
    position: impl Fn(&T) -> P,
) -> Result<Page<T>> {
    let most = usize::try_from(limit).unwrap_or(0);
    let more = data.len() > most;
    data.truncate(most);
    let next = data.last().filter(|_| more).map(|last| write_cursor(&position(last))).transpose()?;
    Ok(Page { data, page: PageInfo { next, limit, total } })
}

/// What a refused form is shown again with; an error that no form can show stays an error.
pub(crate) fn refusal(error: Error) -> Result<(http::StatusCode, FieldErrors)> {
    let status = error.status();
    let mut errors = FieldErrors::none();
    match error {
        Error::Invalid(problems) => problems.into_iter().for_each(|problem| errors.add(problem.field, problem.message)),
        Error::Taken(problem) => errors.add(problem.field, problem.message),
        Error::Conflict(words) => errors.add("", words),
        Error::StaleVersion(_) => {
            errors.add("", "Somebody else changed this in the meantime. What you typed is still here; saving again replaces theirs.");
        }
        other => return Err(other),
    }
    let status = if status == http::StatusCode::PRECONDITION_FAILED { http::StatusCode::CONFLICT } else { status };
    Ok((status, errors))
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
