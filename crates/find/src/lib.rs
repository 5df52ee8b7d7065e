//! One search over everything of an organization: its pages, content, media, categories, tags and contacts.
//!
//! The features are asked in their own ways and never know of it; what they give is ranked here by one rule.

mod api;
mod commands;
mod model;
mod pages;
mod sources;

use kernel::App;
use kernel::doors::Pages;
use utoipa_axum::router::OpenApiRouter;

/// The routes of this feature beneath `/api/v1`.
pub fn api() -> OpenApiRouter<App> {
    api::routes()
}

/// The pages of this feature.
pub fn pages() -> Pages {
    pages::routes()
}
