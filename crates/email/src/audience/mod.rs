//! Whom to write to: contacts with their consent, segments, forms, suppressions.

use axum::Router;
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

pub fn router() -> Router<App> {
    Router::new()
}

pub fn jobs(registry: Registry) -> Registry {
    registry
}
