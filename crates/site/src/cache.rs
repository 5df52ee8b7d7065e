//! Public pages kept in memory, each until something public of its organization changes.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::future::Either;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use kernel::changes;
use kernel::db::OrganizationId;
use kernel::web::{Observation, Packing, packing};
use kernel::{App, Error, answers};
use moka::sync::Cache;
use tower::Service;

use crate::domains::{self, OwnDomain};

/// A page larger than this, in bytes as it is sent, is made anew each time: a sitemap of fifty thousand addresses is kept.
const PAGE_LARGEST: usize = 12 * 1024 * 1024;
/// Names of authors stand in a table that announces nothing, so no page is kept longer, and neither is what pages share: a new
/// name is everywhere after twice this time.
pub(crate) const KEPT_FOR: Duration = Duration::from_secs(60);
/// Parameters that change what a page shows. All others, such as those of campaign links, change nothing.
const PARAMETERS: [&str; 2] = ["page", "part"];

/// What stands beneath a site and is no page of it: these answer differently to different visitors.
const NO_PAGES: [&str; 1] = ["ghost"];

/// Which page: the organization, how its bytes are packed, the host that its links name, the path with its parameters.
/// One text, with spaces between, for no part of it can hold one.
type Key = String;

/// Marks an answer that may be kept.
#[derive(Clone)]
struct Keepable;

/// The memory itself, with what it takes to know whether a page is old.
#[derive(Clone)]
pub struct PageCache {
    app: App,
    /// None when nothing is to be kept.
    pages: Option<Cache<Key, Arc<Kept>>>,
}

struct Kept {
    state: changes::State,
    headers: HeaderMap,
    body: Bytes,
}

impl PageCache {
    pub fn new(app: App) -> Self {
        let weight = |key: &Key, page: &Arc<Kept>| u32::try_from(key.len() + page.body.len() + 512).unwrap_or(u32::MAX);
        let most = app.settings.cache_bytes();
        let pages =
            (most > 0).then(|| Cache::builder().max_capacity(most).time_to_live(KEPT_FOR).weigher(weight).build());
        Self { app, pages }
    }

    /// The answer to a request, when all that it takes is in memory.
    fn answer(&self, request: &Request) -> Option<Response> {
        let pages = self.pages.as_ref()?;
        let (path, domain) = domains::remembered(&self.app, request.headers(), request.uri())?;
        if domain.is_none() && path.starts_with("/api/") {
            return answers::remembered(&self.app, request);
        }
        let asked = Asked::read(request, &path, domain.as_ref())?;
        let organization = self.app.remembered_organization(asked.slug)?;
        let state = self.app.changes.state(&organization.id)?;
        let kept = pages.get(&asked.key(organization.id.as_str())).filter(|kept| kept.state == state)?;
        let observation = Observation::of(request.method(), path.into_owned());
        let mut response = respond(&kept, request.headers().get(header::IF_NONE_MATCH));
        observation.end_from_memory(&mut response);
        Some(response)
    }
}

/// In front of everything: answers from memory where nothing changed since the page was made.
///
/// A page that is there already needs neither the router nor its layers: what is kept is the finished answer, packed and
/// with all its headers.
#[derive(Clone)]
pub struct Front<S> {
    cache: PageCache,
    inner: S,
}

impl<S> Front<S> {
    pub fn new(cache: PageCache, inner: S) -> Self {
        Self { cache, inner }
    }
}

impl<S: Service<Request, Response = Response, Error = Infallible>> Service<Request> for Front<S> {
    type Response = Response;
    type Error = Infallible;
    type Future = Either<Ready<Result<Response, Infallible>>, S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        match self.cache.answer(&request) {
            Some(response) => Either::Left(ready(Ok(response))),
            None => Either::Right(self.inner.call(request)),
        }
    }
}

/// Says of a page of the site that it may be kept.
pub fn keepable(mut response: Response) -> Response {
    if response.status() == StatusCode::OK && !response.headers().contains_key(header::SET_COOKIE) {
        response.extensions_mut().insert(Keepable);
    }
    response
}

/// Before the router, for what [`Front`] had no answer to: keeps the page that is made.
pub async fn keep(cache: &PageCache, mut request: Request, next: Next) -> Response {
    let Some(pages) = cache.pages.as_ref() else { return next.run(request).await };
    let Some(slug) = Asked::of(&request).map(|asked| asked.slug.to_owned()) else { return next.run(request).await };
    let Ok(organization) = cache.app.organization(&slug).await else { return next.run(request).await };
    let Some((key, packing, state)) = key_of(&cache.app, &request, &organization.id) else {
        return next.run(request).await;
    };
    // Only a whole page can be kept, whatever this visitor has already.
    let known = request.headers_mut().remove(header::IF_NONE_MATCH);
    if let Some(kept) = pages.get(&key).filter(|kept| kept.state == state) {
        let observation = Observation::begin(&request);
        let mut response = respond(&kept, known.as_ref());
        observation.end_from_memory(&mut response);
        return response;
    }
    let is_whole = *request.method() == Method::GET;
    request.headers_mut().remove(header::ACCEPT_ENCODING);
    if !packing.is_empty() {
        request.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static(packing));
    }
    let response = next.run(request).await;
    if !is_whole || response.extensions().get::<Keepable>().is_none() {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return Error::internal("a page broke off while it was made").into_response();
    };
    let is_kept = body.len() <= PAGE_LARGEST;
    // What is kept is no larger than it is: a page is made with room to spare.
    let body = if is_kept { Bytes::copy_from_slice(&body) } else { body };
    let kept = Arc::new(Kept { state, headers: parts.headers, body });
    if is_kept {
        pages.insert(key, kept.clone());
    }
    respond(&kept, known.as_ref())
}

/// What a request asks for, as far as the memory is concerned.
struct Asked<'a> {
    slug: &'a str,
    domain: &'a str,
    path: &'a str,
    query: &'a str,
    packing: Packing,
}

impl<'a> Asked<'a> {
    /// What a request asks for that was led to its organization's site already.
    fn of(request: &'a Request) -> Option<Self> {
        Self::read(request, request.uri().path(), request.extensions().get::<OwnDomain>())
    }

    /// What a request for this path asks for, which may have come in by an organization's own domain.
    fn read(request: &'a Request, path: &'a str, domain: Option<&'a OwnDomain>) -> Option<Self> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return None;
        }
        let mut segments = path.strip_prefix("/s/")?.split('/');
        let slug = segments.next()?;
        if segments.next().is_some_and(|segment| NO_PAGES.contains(&segment)) {
            return None;
        }
        let domain = domain.map_or("", |domain| domain.0.as_str());
        let query = request.uri().query().unwrap_or_default();
        Some(Self { slug, domain, path, query, packing: packing(request.headers()) })
    }

    fn key(&self, organization: &str) -> Key {
        let mut key = String::with_capacity(organization.len() + self.domain.len() + self.path.len() + 16);
        for part in [organization, self.packing, self.domain] {
            key.push_str(part);
            key.push(' ');
        }
        key.push_str(self.path);
        for pair in self.query.split('&') {
            if PARAMETERS.contains(&pair.split('=').next().unwrap_or_default()) {
                key.push('&');
                key.push_str(pair);
            }
        }
        key
    }
}

/// The page's key, how it is packed, and the state it must have been made in. The state is read before the page is made,
/// so a change that comes meanwhile makes the page old at once.
fn key_of(app: &App, request: &Request, organization: &OrganizationId) -> Option<(Key, Packing, changes::State)> {
    let asked = Asked::of(request)?;
    let state = app.changes.state(organization)?;
    Some((asked.key(organization.as_str()), asked.packing, state))
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
