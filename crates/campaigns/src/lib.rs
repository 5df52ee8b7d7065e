//! Campaigns: a goal, a time and a budget, and the content, emails and posts that serve them.

use kernel::App;
use kernel::doors::Pages;
use kernel::jobs::Registry;
use utoipa_axum::router::OpenApiRouter;

/// The routes of this feature beneath `/api/v1`.
pub fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
}

/// The pages of this feature.
pub fn pages() -> Pages {
    Pages::new()
}

/// The kinds of jobs that this feature queues.
pub fn jobs(registry: Registry) -> Registry {
    registry
}
