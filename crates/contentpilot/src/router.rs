//! Every route of the program and what each request passes on its way.

use std::any::Any;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Extension, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::StatusCode;
use kernel::doors::{Door, Pages};
use kernel::jobs::Registry;
use kernel::{App, Error, answers, api, idempotency, web};
use tower::{Service, ServiceBuilder};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate};

use crate::{docs, monitoring, openapi, strict};

/// A request that takes longer is given up; its transaction rolls back.
const REQUEST_LONGEST: Duration = Duration::from_secs(30);
/// One that brings a file takes as long as it goes on arriving, within reason.
const FILE_LONGEST: Duration = Duration::from_secs(90 * 60);

/// The whole program as tests ask it: in a router, which says how long answers are and leaves bodies away that nobody asked for,
/// as a connection does.
pub fn router(app: App) -> Router {
    Router::new().fallback_service(service(app))
}

/// The whole program. What it has an answer to in memory never comes to a router.
pub(crate) fn service(
    app: App,
) -> impl Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static {
    monitoring::start();
    let (pages, _) = pages().into_parts();
    let routes = Router::new()
        .merge(api_routes(&app))
        .merge(personal(pages.route_layer(from_fn(ui::forget_flash)).layer(Extension(theme())), &app))
        .merge(site::router(&app, theme()))
        .route("/", get(|| async { Redirect::temporary("/admin") }))
        .merge(media::router())
        .merge(email::router())
        .merge(importers::router())
        .merge(ui::assets::router())
        .route("/healthz", get(monitoring::alive))
        .route("/readyz", get(monitoring::ready))
        .route("/metrics", get(monitoring::metrics))
        .fallback(api::not_found)
        .method_not_allowed_fallback(method_not_allowed);
    let layers = ServiceBuilder::new()
        .layer(CompressionLayer::new().compress_when(DefaultPredicate::new().and(is_asked_for_whole)))
        .layer(from_fn(passed))
        .layer(CatchPanicLayer::custom(web::answer_panic as fn(Box<dyn Any + Send>) -> Response))
        .layer(DefaultBodyLimit::max(api::BODY_LARGEST));
    let inner = routes.layer(layers).with_state(app.clone());
    let pages = site::cache::PageCache::new(app.clone());
    let inner = ServiceBuilder::new().layer(from_fn_with_state((app, pages.clone()), led_and_kept)).service(inner);
    site::cache::Front::new(pages, inner)
}

/// The files of the public theme.
fn theme() -> site::Theme {
    site::Theme { stylesheet_url: ui::assets::url("site.css").into(), icon_url: ui::assets::url("favicon.svg").into() }
}

/// The doors of every page.
pub fn doors() -> Vec<Door> {
    pages().into_parts().1
}

/// Every kind of job.
pub fn jobs() -> Registry {
    let features = [accounts::jobs, content::jobs, media::jobs, campaigns::jobs, email::jobs, importers::jobs];
    let kernel = Registry::default().with::<kernel::mail::DeliverMail>();
    features.into_iter().fold(kernel, |registry, of_feature| of_feature(registry))
}

fn pages() -> Pages {
    accounts::pages()
        .merge(content::pages())
        .merge(site::pages_of_writers())
        .merge(media::pages())
        .merge(campaigns::pages())
        .merge(email::pages())
        .merge(find::pages())
        .merge(importers::pages())
        .merge(planning::pages())
}

fn api_routes(app: &App) -> Router<App> {
    let (routes, _) = openapi::routes().split_for_parts();
    let once = from_fn_with_state(app.clone(), idempotency::answer_once);
    let strict = from_fn_with_state(app.clone(), strict::refuse_surplus);
    personal(routes.route_layer(once).route_layer(strict), app)
        .route("/api/v1/openapi.json", get(|| async { Json(openapi::shared()) }))
        .route("/api/docs", get(docs::show))
}

/// Pages and calls of signed-in people: never kept by a shared cache, never sent by another site, with parameters that
/// the database can take.
fn personal(routes: Router<App>, app: &App) -> Router<App> {
    let routes = routes.layer(from_fn(without_nul)).layer(from_fn(web::never_cached));
    routes.layer(from_fn_with_state(app.clone(), web::refuse_forged))
}

/// What may be asked for in parts is sent as it is: parts of compressed bytes would be of no use.
fn is_asked_for_whole(_: StatusCode, _: http::Version, headers: &http::HeaderMap, _: &http::Extensions) -> bool {
    !headers.contains_key(http::header::ACCEPT_RANGES)
}

async fn method_not_allowed() -> Error {
    Error::MethodNotAllowed
}

/// What each request passes before the router: the host decides about the path, and what is made may be kept.
async fn led_and_kept(
    State((app, pages)): State<(App, site::cache::PageCache)>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Err(error) = site::domains::lead(&app, &mut request).await {
        return web::secured(error.into_response());
    }
    if is_call(&request) {
        answers::keep(&app, request, next).await
    } else {
        site::cache::keep(&pages, request, next).await
    }
}

/// What each request passes on its way to its route. One layer for all of it: each of its own would clone those beneath it
/// for each request.
async fn passed(request: Request, next: Next) -> Response {
    let bounded = |request| bounded_in_time(request, next);
    web::secured(web::observe(request, |request| errors_in_their_outfit(request, bounded)).await)
}

/// Programs are answered with problem documents, people with pages.
async fn errors_in_their_outfit<F: Future<Output = Response>>(
    request: Request,
    answer: impl FnOnce(Request) -> F,
) -> Response {
    if is_call(&request) { answer(request).await } else { ui::error_pages(request, answer).await }
}

fn is_call(request: &Request) -> bool {
    let path = request.uri().path();
    path == "/api" || path.starts_with("/api/")
}

/// PostgreSQL keeps no text with a NUL, and no parameter has a use for one.
async fn without_nul(request: Request, next: Next) -> Response {
    if request.uri().query().is_some_and(|query| query.contains("%00")) {
        return Error::Malformed("The address holds a NUL character (%00). Leave it out.".into()).into_response();
    }
    next.run(request).await
}

async fn bounded_in_time(request: Request, next: Next) -> Response {
    let path = web::loggable_path(&request);
    let (method, address) = (request.method(), request.uri().path());
    let brings_file = media::brings_file(method, address) || email::audience::imports::brings_file(method, address);
    let longest = if brings_file { FILE_LONGEST } else { REQUEST_LONGEST };
    match tokio::time::timeout(longest, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!(path, "given up after {} seconds", longest.as_secs());
            Error::Unavailable.into_response()
        }
    }
}
