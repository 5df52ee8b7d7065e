//! Answers of the API kept in memory: those that show nothing but public content, each until something of it changes.
//!
//! Sites are built from the same few lists and items, asked for again and again. An answer is kept under the address that
//! was asked for; who asks is checked before anything is looked up here. It is kept twice: as its call made it, for
//! everybody who may read content ([`Place`]), and as it went out, packed and with all its headers, for those who ask
//! with a key ([`remembered`]): they need neither the router nor its layers.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use moka::sync::Cache;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::access::{Caller, Permission};
use crate::changes::OwnState;
use crate::db::OrganizationId;
use crate::web::{Observation, Packing, packing};
use crate::{App, Error, Result, api, session};

/// Counters and names of authors announce no change, so no answer is kept longer: as made, and then as it went out.
const KEPT_FOR: Duration = Duration::from_secs(15);
/// Bytes of the hash that tells answers apart.
const TAG_BYTES: usize = 12;

/// The memory.
pub(crate) struct Answers {
    made: Cache<(String, String), Arc<Kept>>,
    finished: Cache<String, Arc<Finished>>,
}

struct Kept {
    state: OwnState,
    tag: HeaderValue,
    body: Bytes,
}

impl Answers {
    /// Keeps up to so many bytes.
    pub(crate) fn new(most: u64) -> Self {
        let weight = |key: &(String, String), kept: &Arc<Kept>| {
            u32::try_from(key.1.len() + kept.body.len() + 256).unwrap_or(u32::MAX)
        };
        let finished_weight = |key: &String, finished: &Arc<Finished>| {
            u32::try_from(key.len() + finished.body.len() + 512).unwrap_or(u32::MAX)
        };
        Self {
            made: Cache::builder().max_capacity(most / 2).time_to_live(KEPT_FOR).weigher(weight).build(),
            finished: Cache::builder().max_capacity(most / 2).time_to_live(KEPT_FOR).weigher(finished_weight).build(),
        }
    }
}

/// An answer as it goes out.
struct Finished {
    state: OwnState,
    headers: HeaderMap,
    body: Bytes,
}

/// Marks an answer that may be kept as it goes out: whose it is, and the state it was made in.
#[derive(Clone)]
struct Keepable(OrganizationId, OwnState);

/// Where the answer to one request is kept, for calls that whoever may read content may make. Made before the answer, so
/// that what changes meanwhile makes it old at once.
pub struct Place {
    app: App,
    organization: OrganizationId,
    key: (String, String),
    state: OwnState,
}

impl Place {
    /// The place of an address; none while this node does not hear of changes, or is to keep nothing.
    pub fn of(caller: &Caller, address: &Uri) -> Option<Self> {
        if caller.app.settings.cache_bytes() == 0 {
            return None;
        }
        let organization = caller.tx.organization();
        let state = caller.app.changes.own_state(organization)?;
        let address = address.path_and_query()?.as_str().to_owned();
        let key = (organization.as_str().to_owned(), address);
        Some(Self { app: caller.app.clone(), organization: organization.clone(), key, state })
    }

    /// The answer that is kept here, if it still holds: 304 for whoever has it already.
    pub fn answer(&self, headers: &HeaderMap) -> Option<Response> {
        let kept = self.app.answers.made.get(&self.key).filter(|kept| kept.state == self.state)?;
        Some(respond(&kept, headers, &self.organization))
    }

    /// Keeps an answer and gives it. Its content is its entity tag, behind the version where it has one.
    pub fn keep(self, headers: &HeaderMap, version: Option<i32>, body: &impl Serialize) -> Result<Response> {
        let body = Bytes::from(serde_json::to_vec(body)?);
        let tag =
            version.map_or_else(|| format!("\"{}\"", hash_of(&body)), |version| api::etag_of_body(version, &body));
        let tag = HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("\"\""));
        let kept = Arc::new(Kept { state: self.state, tag, body });
        self.app.answers.made.insert(self.key, kept.clone());
        Ok(respond(&kept, headers, &self.organization))
    }
}

/// What tells an answer from others, as it stands in entity tags.
pub(crate) fn hash_of(body: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(body)[..TAG_BYTES])
}

fn respond(kept: &Kept, headers: &HeaderMap, organization: &OrganizationId) -> Response {
    let mut response = if api::knows(headers, &kept.tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let json = HeaderValue::from_static("application/json");
        let mut response = ([(header::CONTENT_TYPE, json)], Body::from(kept.body.clone())).into_response();
        response.extensions_mut().insert(Keepable(organization.clone(), kept.state));
        response
    };
    response.headers_mut().insert(header::ETAG, kept.tag.clone());
    response
}

/// What somebody with a key asks for, as far as the memory is concerned.
struct Asked<'a> {
    address: &'a str,
    packing: Packing,
}

impl<'a> Asked<'a> {
    /// Nothing for what cannot be kept: other methods, other callers, and requests with a body.
    fn read(request: &'a Request) -> Option<Self> {
        let headers = request.headers();
        let has_body = headers.contains_key(header::CONTENT_LENGTH) || headers.contains_key(header::TRANSFER_ENCODING);
        let is_asked = *request.method() == Method::GET && request.uri().path().starts_with("/api/") && !has_body;
        if !is_asked || !headers.contains_key(header::AUTHORIZATION) {
            return None;
        }
        Some(Self { address: request.uri().path_and_query()?.as_str(), packing: packing(headers) })
    }

    /// One text, with spaces between, for no part of it can hold one.
    fn key(&self, organization: &OrganizationId) -> String {
        format!("{organization} {} {}", self.packing, self.address)
    }
}

/// The answer to a call with a key, when all that it takes is in memory: the key, that it may read, and the answer.
pub fn remembered(app: &App, request: &Request) -> Option<Response> {
    let asked = Asked::read(request)?;
    let (organization, role) = session::remembered_key(app, request.headers())?;
    let state = app.changes.own_state(&organization).filter(|_| role.may(Permission::ContentRead))?;
    let finished = app.answers.finished.get(&asked.key(&organization)).filter(|finished| finished.state == state)?;
    let observation = Observation::begin(request);
    let is_known = finished.headers.get(header::ETAG).is_some_and(|tag| api::knows(request.headers(), tag));
    let mut response = Response::new(if is_known { Body::empty() } else { Body::from(finished.body.clone()) });
    *response.headers_mut() = finished.headers.clone();
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        for name in [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_ENCODING] {
            response.headers_mut().remove(name);
        }
    }
    observation.end_from_memory(&mut response);
    Some(response)
}

/// Before the router, for what [`remembered`] had no answer to: keeps what may be kept as it goes out.
pub async fn keep(app: &App, mut request: Request, next: Next) -> Response {
    let Some(Asked { packing, .. }) = Asked::read(&request) else { return next.run(request).await };
    let Some(address) = request.uri().path_and_query().map(|address| address.as_str().to_owned()) else {
        return next.run(request).await;
    };
    // Packed as it will be looked for.
    request.headers_mut().remove(header::ACCEPT_ENCODING);
    if !packing.is_empty() {
        request.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static(packing));
    }
    let response = next.run(request).await;
    let Some(Keepable(organization, state)) = response.extensions().get::<Keepable>().cloned() else {
        return response;
    };
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return Error::internal("an answer broke off while it was made").into_response();
    };
    let key = Asked { address: &address, packing }.key(&organization);
    app.answers.finished.insert(key, Arc::new(Finished { state, headers: parts.headers.clone(), body: body.clone() }));
    Response::from_parts(parts, Body::from(body))
}
