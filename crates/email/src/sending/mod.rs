//! How it is sent and what comes back: recipients, workers, signatures, opens, clicks, bounces.

pub mod compose;
pub mod delivery;
pub mod dkim;
pub mod domains;
pub mod emails;
pub mod jobs;
pub mod local_time;
pub mod report;
pub mod smtp;
pub mod tracking;
pub mod trial;

use axum::Router;
use kernel::App;
use kernel::doors::Pages;
use kernel::jobs::Registry;
use utoipa_axum::router::OpenApiRouter;

pub fn api() -> OpenApiRouter<App> {
    emails::api::routes().merge(domains::api::routes()).merge(report::api::routes())
}

pub fn pages() -> Pages {
    emails::pages::routes().merge(domains::pages::routes()).merge(report::pages::routes())
}

pub fn router() -> Router<App> {
    tracking::router()
}

pub fn jobs(registry: Registry) -> Registry {
    registry.with_on_time::<jobs::StartSending>().with::<jobs::SendTest>().with_on_time::<trial::DecideTrial>()
}
