//! Public pages kept in memory, each until something public of its organization changes.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use kernel::changes;
use kernel::web::Observation;
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

/// What stands beneath a site and is no page of it: these answer differently to different visitors.
const NO_PAGES: [&str; 1] = ["ghost"];

/// Which page: the organization, the host that its links name, the path with its parameters, how its bytes are packed.
type Key = (String, Option<String>, String, Packing);

/// The packings (content codings) that visitors may accept, best first; empty for none.
type Packing = &'static str;
const PACKINGS: [Packing; 2] = ["br", "gzip"];

/// Marks an answer that may be kept.
#[derive(Clone)]
struct Keepable;

/// The memory itself, with what it takes to know whether a page is old.
#[derive(Clone)]
pub struct PageCache {
    app: App,
    pages: Cache<Key, Arc<Kept>>,
}

struct Kept {
    state: changes::State,
    headers: HeaderMap,
    body: Bytes,
}

impl PageCache {
    pub fn new(app: App) -> Self {
        let weight =
            |key: &Key, page: &Arc<Kept>| u32::try_from(key.2.len() + page.body.len() + 512).unwrap_or(u32::MAX);
        Self { app, pages: Cache::builder().max_capacity(LARGEST).time_to_live(KEPT_FOR).weigher(weight).build() }
    }
}

/// Middleware of the site's pages: says that they may be kept.
pub async fn mark(request: Request, next: Next) -> Response {
    let is_kept = !NEVER_KEPT.iter().any(|ending| request.uri().path().ends_with(ending));
    let mut response = next.run(request).await;
    if is_kept && response.status() == StatusCode::OK && !response.headers().contains_key(header::SET_COOKIE) {
        response.extensions_mut().insert(Keepable);
    }
    response
}

/// Middleware in front of everything: answers from memory where nothing changed since the page was made.
///
/// It stands before the router and its layers, because a page that is there already needs none of them: what is kept
/// is the finished answer, packed and with all its headers.
pub async fn answer(State(cache): State<PageCache>, mut request: Request, next: Next) -> Response {
    let asked = Asked::read(&request);
    let Some((key, state)) = key_of(&cache.app, asked).await else { return next.run(request).await };
    // Only a whole page can be kept, whatever this visitor has already.
    let known = request.headers_mut().remove(header::IF_NONE_MATCH);
    if let Some(kept) = cache.pages.get(&key).filter(|kept| kept.state == state) {
        let observation = Observation::begin(&request);
        let mut response = respond(&kept, known.as_ref());
        observation.end_from_memory(&mut response);
        return response;
    }
    let is_whole = *request.method() == Method::GET;
    request.headers_mut().remove(header::ACCEPT_ENCODING);
    if !key.3.is_empty() {
        request.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static(key.3));
    }
    let response = next.run(request).await;
    if !is_whole || response.extensions().get::<Keepable>().is_none() {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return Error::internal("a page broke off while it was made").into_response();
    };
    let kept = Arc::new(Kept { state, headers: parts.headers, body });
    if kept.body.len() <= PAGE_LARGEST {
        cache.pages.insert(key, kept.clone());
    }
    respond(&kept, known.as_ref())
}

/// What a request asks for, as far as the memory is concerned.
struct Asked {
    slug: String,
    domain: Option<String>,
    address: String,
    packing: Packing,
}

impl Asked {
    fn read(request: &Request) -> Option<Self> {
        let path = request.uri().path();
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return None;
        }
        let mut segments = path.strip_prefix("/s/")?.split('/');
        let slug = segments.next()?.to_owned();
        if segments.next().is_some_and(|segment| NO_PAGES.contains(&segment)) {
            return None;
        }
        let domain = request.extensions().get::<OwnDomain>().map(|domain| domain.0.clone());
        let mut address = path.to_owned();
        for pair in request.uri().query().unwrap_or_default().split('&') {
            if PARAMETERS.contains(&pair.split('=').next().unwrap_or_default()) {
                address.push('&');
                address.push_str(pair);
            }
        }
        Some(Self { slug, domain, address, packing: packing(request.headers()) })
    }
}

/// The page's key and the state it must have been made in. The state is read before the page is made, so a change that
/// comes meanwhile makes the page old at once.
async fn key_of(app: &App, asked: Option<Asked>) -> Option<(Key, changes::State)> {
    let Asked { slug, domain, address, packing } = asked?;
    let organization = app.organization(&slug).await.ok()?;
    let state = app.changes.state(&organization.id)?;
    Some(((organization.id.as_str().to_owned(), domain, address, packing), state))
}

/// The best packing that the visitor accepts (RFC 9110, 12.5.3): one that is named and not refused.
fn packing(headers: &HeaderMap) -> Packing {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_accepted = |packing: &str| {
        accepted.split(',').any(|one| {
            let (name, weight) = one.split_once(';').unwrap_or((one, ""));
            let is_refused = weight.trim().strip_prefix("q=").is_some_and(|weight| weight.parse() == Ok(0.0_f32));
            name.trim().eq_ignore_ascii_case(packing) && !is_refused
        })
    };
    PACKINGS.into_iter().find(|packing| is_accepted(packing)).unwrap_or_default()
}

fn respond(kept: &Kept, known: Option<&HeaderValue>) -> Response {
    let tag = kept.headers.get(header::ETAG).and_then(|tag| tag.to_str().ok());
    let known = known.and_then(|known| known.to_str().ok()).unwrap_or_default();
    let is_same = tag.is_some_and(|tag| known.split(',').any(|one| one.trim() == tag));
    let mut response = Response::new(if is_same { Body::empty() } else { Body::from(kept.body.clone()) });
    *response.headers_mut() = kept.headers.clone();
    if is_same {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        for name in [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_ENCODING] {
            response.headers_mut().remove(name);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_packing_that_is_accepted_and_not_refused_is_taken() {
        let of = |accepted: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted));
            packing(&headers)
        };
        assert_eq!(of("gzip, deflate, br, zstd"), "br");
        assert_eq!(of("GZIP;q=0.5"), "gzip");
        assert_eq!(of("br;q=0, gzip"), "gzip");
        assert_eq!(of("br; q=0.0, identity"), "");
        assert_eq!(packing(&HeaderMap::new()), "");
    }
}
