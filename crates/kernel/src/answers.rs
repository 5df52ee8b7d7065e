//! Answers of the API kept in memory: those that show nothing but public content, each until something of it changes.
//!
//! Sites are built from the same few lists and items, asked for again and again. An answer is kept under the address that
//! was asked for; who asks is checked before anything is looked up here.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use moka::sync::Cache;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::access::Caller;
use crate::changes::OwnState;
use crate::{App, Result, api};

/// Bytes of answers kept at most.
const LARGEST: u64 = 32 * 1024 * 1024;
/// Counters and names of authors announce no change, so no answer is kept longer.
const KEPT_FOR: Duration = Duration::from_secs(30);
/// Bytes of the hash that tells answers apart.
const TAG_BYTES: usize = 12;

/// The memory.
pub(crate) struct Answers(Cache<(String, String), Arc<Kept>>);

struct Kept {
    state: OwnState,
    tag: HeaderValue,
    body: Bytes,
}

impl Default for Answers {
    fn default() -> Self {
        let weight = |key: &(String, String), kept: &Arc<Kept>| {
            u32::try_from(key.1.len() + kept.body.len() + 256).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(LARGEST).time_to_live(KEPT_FOR).weigher(weight).build())
    }
}

/// Where the answer to one request is kept. Made before the answer, so that what changes meanwhile makes it old at once.
pub struct Place {
    app: App,
    key: (String, String),
    state: OwnState,
}

impl Place {
    /// The place of an address; none while this node does not hear of changes.
    pub fn of(caller: &Caller, address: &Uri) -> Option<Self> {
        let organization = caller.tx.organization();
        let state = caller.app.changes.own_state(organization)?;
        let address = address.path_and_query()?.as_str().to_owned();
        Some(Self { app: caller.app.clone(), key: (organization.as_str().to_owned(), address), state })
    }

    /// The answer that is kept here, if it still holds: 304 for whoever has it already.
    pub fn answer(&self, headers: &HeaderMap) -> Option<Response> {
        let kept = self.app.answers.0.get(&self.key).filter(|kept| kept.state == self.state)?;
        Some(respond(&kept, headers))
    }

    /// Keeps an answer and gives it. With a version, that is its entity tag; else its content is.
    pub fn keep(self, headers: &HeaderMap, version: Option<i32>, body: &impl Serialize) -> Result<Response> {
        let body = Bytes::from(serde_json::to_vec(body)?);
        let tag = version.map_or_else(|| tag_of(&body), api::etag);
        let tag = HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("\"\""));
        let kept = Arc::new(Kept { state: self.state, tag, body });
        self.app.answers.0.insert(self.key, kept.clone());
        Ok(respond(&kept, headers))
    }
}

fn tag_of(body: &[u8]) -> String {
    format!("\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(body)[..TAG_BYTES]))
}

fn respond(kept: &Kept, headers: &HeaderMap) -> Response {
    let mut response = if api::knows(headers, &kept.tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let json = HeaderValue::from_static("application/json");
        ([(header::CONTENT_TYPE, json)], Body::from(kept.body.clone())).into_response()
    };
    response.headers_mut().insert(header::ETAG, kept.tag.clone());
    response
}
