//! Ghost's Content API beneath `/s/{org}/ghost/api/`, so that its official client and the front ends made for it work unmodified.
//!
//! It only reads what is published. Addresses, parameters, objects and errors are Ghost's, version 6
//! (<https://docs.ghost.org/content-api>), not those of our own API.

mod address;
mod answer;
mod columns;
mod conditions;
mod ids;
mod lists;
mod nql;
mod options;
mod people;
mod posts;
mod refusal;
mod settings;
mod tags;
mod visit;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use axum::routing::any;
use http::Method;
use kernel::App;
use serde_json::{Value, json};

use address::{Address, Resource};
use refusal::{Refusal, Refused};
use visit::Visit;

/// The API of one organization. One route, for Ghost answers every address beneath it in its own shape.
pub fn router() -> Router<App> {
    Router::new().route("/s/{org}/ghost/api/{*path}", any(show))
}

async fn show(
    State(app): State<App>,
    Path((organization, path)): Path<(String, String)>,
    request: Request,
) -> Response {
    // The body is nothing to anybody, and keeping it would tie the rest to one thread.
    let (parts, _) = request.into_parts();
    if parts.method == Method::OPTIONS {
        return answer::preflight();
    }
    let outcome = async {
        let address = Address::parse(&path).filter(|_| matches!(parts.method, Method::GET | Method::HEAD));
        let address = address.ok_or(Refusal::NotFound("Resource not found"))?;
        read(&Visit::begin(&app, &organization, &parts).await?, &address).await
    };
    answer::answer(outcome.await, &parts.headers)
}

async fn read(visit: &Visit, address: &Address) -> Refused<Value> {
    match address.resource {
        Resource::Posts | Resource::Pages => posts::answer(visit, address).await,
        Resource::Tags => tags::answer(visit, address).await,
        Resource::Authors => people::answer(visit, address).await,
        Resource::Settings => Ok(settings::answer(visit)),
        // There are no paying readers here, and newsletters are not subscribed to by this way.
        Resource::Tiers | Resource::Newsletters => {
            Ok(json!({ address.resource.as_str(): [], "meta": { "pagination": lists::pagination(1, 15, 0) } }))
        }
    }
}
