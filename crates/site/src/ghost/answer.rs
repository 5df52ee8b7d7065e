//! The headers around every answer.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use kernel::secret;
use serde_json::Value;

use super::refusal::Refused;

/// The version of Ghost whose answers these are.
const VERSION: HeaderValue = HeaderValue::from_static("v6.0");
const CONTENT_VERSION: HeaderName = HeaderName::from_static("content-version");
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// The answer to a browser that asks whether a script of another site may read here. Anybody's may: a key is public.
pub fn preflight() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    shared(headers);
    let fixed = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "Accept-Version, Authorization, Content-Type, If-None-Match"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// An outcome as Ghost would send it, or 304 when the client has it already.
pub fn answer(outcome: Refused<Value>, asked: &HeaderMap) -> Response {
    let mut response = match outcome {
        Ok(body) => known_by_content(body.to_string(), asked),
        Err(refusal) => {
            let status = refusal.status();
            let caching =
                (header::CACHE_CONTROL, HeaderValue::from_static("no-cache, private, no-store, must-revalidate"));
            (status, [caching, (header::CONTENT_TYPE, JSON)], refusal.into_body().to_string()).into_response()
        }
    };
    shared(response.headers_mut());
    response
}

fn known_by_content(body: String, asked: &HeaderMap) -> Response {
    // Weak, for the same answer travels compressed and plain.
    let tag = format!("W/\"{}\"", &secret::digest_hex(body.as_bytes())[..32]);
    let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let is_known = known.is_some_and(|known| known.split(',').any(|one| one.trim() == tag));
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, JSON)], body).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=0"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

fn shared(headers: &mut HeaderMap) {
    headers.insert(CONTENT_VERSION, VERSION);
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Version, Accept-Encoding"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("ETag, Content-Version"));
}
