//! What to write: emails in blocks, templates, merge tags, previews.

use kernel::App;
use kernel::doors::Pages;
use kernel::jobs::Registry;
use utoipa_axum::router::OpenApiRouter;

pub fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
}

pub fn pages() -> Pages {
    Pages::new()
}

pub fn jobs(registry: Registry) -> Registry {
    registry
}
