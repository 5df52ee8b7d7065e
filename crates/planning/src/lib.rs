//! Planning: what waits for whom, and what goes out when.

pub mod calendar;
pub mod dashboard;
pub mod timeline;
mod views;

use kernel::App;
use kernel::doors::Pages;
use utoipa_axum::router::OpenApiRouter;

/// The routes of this feature beneath `/api/v1`.
pub fn api() -> OpenApiRouter<App> {
    calendar::api::routes()
}

/// The pages of this feature.
pub fn pages() -> Pages {
    calendar::pages::routes().merge(dashboard::pages::routes()).merge(timeline::pages::routes())
}
