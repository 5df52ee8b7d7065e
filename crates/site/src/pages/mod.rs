//! The handlers of the public site: from an address to a page, a feed or a sitemap.

mod cards;
mod comments;
mod context;
mod elsewhere;
mod feeds;
mod items;
mod lists;
mod memory;
mod names;
mod neighbours;
mod preview;
pub mod unsaved;
mod variants;

use axum::Router;
use axum::extract::OriginalUri;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use kernel::{App, web};

pub use context::Theme;

use context::Given;
use memory::Memory;

/// The site beneath `/s/{org}`. All of it is public, and but for comments it only reads.
pub fn router(app: &App, theme: Theme) -> Router<App> {
    // Each layer around a route would be copied for each request, so what they share is given as their state.
    Router::new()
        .route("/s/{org}", get(to_home))
        .route("/s/{org}/", get(lists::home))
        .route("/s/{org}/category/{slug}", get(lists::category))
        .route("/s/{org}/tag/{slug}", get(lists::tag))
        .route("/s/{org}/author/{slug}", get(lists::author))
        .route("/s/{org}/category/{slug}/feed.xml", get(feeds::category_rss))
        .route("/s/{org}/category/{slug}/feed.json", get(feeds::category_json))
        .route("/s/{org}/tag/{slug}/feed.xml", get(feeds::tag_rss))
        .route("/s/{org}/tag/{slug}/feed.json", get(feeds::tag_json))
        .route("/s/{org}/author/{slug}/feed.xml", get(feeds::author_rss))
        .route("/s/{org}/author/{slug}/feed.json", get(feeds::author_json))
        .route("/s/{org}/feed.xml", get(feeds::rss))
        .route("/s/{org}/feed.json", get(feeds::json))
        .route("/s/{org}/sitemap.xml", get(feeds::sitemap))
        .route("/s/{org}/robots.txt", get(feeds::robots))
        .route("/s/{org}/{slug}", get(items::show))
        .route("/s/{org}/{slug}/", get(items::not_found))
        .route("/s/{org}/{slug}/{*path}", get(items::not_found))
        // Never kept: answers to questions are too many, and a colour's stylesheet is made faster than it is found.
        .route("/s/{org}/search", get(lists::search))
        .route("/s/{org}/accent.css", get(feeds::accent))
        // Never kept: who may read it is known by its address alone, and ends.
        .route("/s/{org}/preview/{token}", get(preview::show))
        .merge(comments(app))
        .with_state(Given { app: app.clone(), theme, memory: Memory::default() })
        // Never kept: each of its requests has to show a key.
        .merge(crate::ghost::router())
}

/// What visitors may send; a form that another site made their browser send is refused.
fn comments(app: &App) -> Router<Given> {
    Router::new()
        .route("/s/{org}/{slug}/comments", get(comments::show).post(comments::leave))
        .layer(from_fn_with_state(app.clone(), web::refuse_forged))
}

/// The home page ends with a slash, so that relative addresses in texts are the site's.
async fn to_home(OriginalUri(uri): OriginalUri) -> Response {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    web::redirect(StatusCode::PERMANENT_REDIRECT, &format!("{}/{query}", uri.path()))
}
