//! Public pages kept in memory, each until something public of its organization changes.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Extension, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode, header};
use kernel::changes;
use kernel::{App, Error};
use moka::sync::Cache;

use crate::domains::OwnDomain;

/// Bytes of pages kept at most.
const LARGEST: u64 = 64 * 1024 * 1024;
/// A page larger than this is made anew each time.
const PAGE_LARGEST: usize = 2 * 1024 * 1024;
/// Names of authors stand in a table that announces nothing, so no page is kept longer.
const KEPT_FOR: Duration = Duration::from_secs(60);
/// Parameters that change what a page shows. All others, such as those of campaign links, change nothing.
const PARAMETERS: [&str; 2] = ["page", "part"];
/// Pages that are not kept: answers to questions are too many.
const NEVER_KEPT: [&str; 2] = ["/search", "/accent.css"];

/// Which page: the organization, the host that its links name, the path with its parameters.
type Key = (String, Option<String>, String);

#[derive(Clone)]
pub struct PageCache(Cache<Key, Arc<Kept>>);

struct Kept {
    state: changes::State,
    headers: HeaderMap,
    body: Bytes,
}

impl Default for PageCache {
    fn default() -> Self {
        let weight =
            |key: &Key, page: &Arc<Kept>| u32::try_from(key.2.len() + page.body.len() + 512).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(LARGEST).time_to_live(KEPT_FOR).weigher(weight).build())
    }
}

/// Middleware around the site's routes: answers from memory where nothing changed since the page was made.
pub async fn answer(
    State(app): State<App>,
    Extension(cache): Extension<PageCache>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let Some((key, state)) = key_of(&app, &parts).await else {
        return next.run(Request::from_parts(parts, body)).await;
    };
    // Only a whole page can be kept, whatever this visitor has already.
    let known = parts.headers.remove(header::IF_NONE_MATCH);
    if let Some(kept) = cache.0.get(&key).filter(|kept| kept.state == state) {
        return respond(&kept, known.as_ref());
    }
    let response = next.run(Request::from_parts(parts, body)).await;
    if response.status() != StatusCode::OK {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return Error::internal("a page broke off while it was made").into_response();
    };
    let kept = Arc::new(Kept { state, headers: parts.headers, body });
    if kept.body.len() <= PAGE_LARGEST {
        cache.0.insert(key, kept.clone());
    }
    respond(&kept, known.as_ref())
}

/// The page's key and the state it must have been made in. The state is read before the page is made, so a change that
/// comes meanwhile makes the page old at once.
async fn key_of(app: &App, request: &Parts) -> Option<(Key, changes::State)> {
    let path = request.uri.path();
    let reads = matches!(request.method, Method::GET | Method::HEAD);
    if !reads || NEVER_KEPT.iter().any(|ending| path.ends_with(ending)) {
        return None;
    }
    let slug = path.strip_prefix("/s/")?.split('/').next()?;
    let organization = app.organization(slug).await.ok()?;
    let state = app.changes.state(&organization.id)?;
    let domain = request.extensions.get::<OwnDomain>().map(|domain| domain.0.clone());
    let mut address = path.to_owned();
    for pair in request.uri.query().unwrap_or_default().split('&') {
        if PARAMETERS.contains(&pair.split('=').next().unwrap_or_default()) {
            address.push('&');
            address.push_str(pair);
        }
    }
    Some(((organization.id.as_str().to_owned(), domain, address), state))
}

fn respond(kept: &Kept, known: Option<&http::HeaderValue>) -> Response {
    let tag = kept.headers.get(header::ETAG).and_then(|tag| tag.to_str().ok());
    let known = known.and_then(|known| known.to_str().ok()).unwrap_or_default();
    let is_same = tag.is_some_and(|tag| known.split(',').any(|one| one.trim() == tag));
    let mut response =
        if is_same { StatusCode::NOT_MODIFIED.into_response() } else { Body::from(kept.body.clone()).into_response() };
    response.headers_mut().extend(kept.headers.clone());
    if is_same {
        response.headers_mut().remove(header::CONTENT_TYPE);
        response.headers_mut().remove(header::CONTENT_LENGTH);
    }
    response
}
