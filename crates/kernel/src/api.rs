//! The conventions of the JSON API: reading bodies and parameters strictly, pages of lists, entity tags.

mod patch;
mod reading;

use axum::Json;
use axum::extract::OriginalUri;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use crate::{Error, Result};

pub use patch::Patch;
use reading::holds_nul;
pub use reading::{BODY_LARGEST, Body, Id, Query, read_body};

pub const LIMIT_DEFAULT: i64 = 25;
pub const LIMIT_LARGEST: i64 = 100;

/// A list's answer: `{"data": […], "page": {…}}`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    pub data: Vec<T>,
    pub page: PageInfo,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PageInfo {
    /// Pass it as `cursor` to get the next page; null on the last one.
    pub next: Option<String>,
    pub limit: i64,
    /// How many there are in all pages together.
    pub total: i64,
}

/// Checks a list's `limit`.
pub fn limit(requested: Option<i64>) -> Result<i64> {
    let limit = requested.unwrap_or(LIMIT_DEFAULT);
    if (1..=LIMIT_LARGEST).contains(&limit) {
        return Ok(limit);
    }
    Err(Error::invalid("limit", "out_of_range", format!("Ask for 1 to {LIMIT_LARGEST} at once.")))
}

/// Makes an opaque cursor out of where a page ended.
pub fn write_cursor(position: &impl Serialize) -> Result<String> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(position)?))
}

/// Reads a cursor that [`write_cursor`] made for the same kind of list.
pub fn read_cursor<T: DeserializeOwned>(cursor: Option<&str>) -> Result<Option<T>> {
    let Some(text) = cursor else { return Ok(None) };
    let value = BASE64_URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let position = value.filter(|value| !holds_nul(value)).and_then(|value| serde_json::from_value(value).ok());
    match position {
        Some(position) => Ok(Some(position)),
        None => Err(Error::Malformed("This cursor belongs to no page of this list. Begin again without one.".into())),
    }
}

/// The entity tag of what was read of a row: its version and, since names of other rows and counters stand in it that
/// change without it, a hash of the whole. `If-Match` asks for the version alone.
pub(crate) fn etag_of_body(version: i32, body: &[u8]) -> String {
    format!("\"v{version}.{}\"", crate::answers::hash_of(body))
}

/// The entity tag of a row's version.
pub fn etag(version: i32) -> String {
    format!("\"v{version}\"")
}

/// The version that the request insists on with `If-Match`, if it does.
pub fn required_version(headers: &HeaderMap) -> Result<Option<i32>> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let number = text.strip_prefix("\"v").and_then(|rest| rest.strip_suffix('"'));
    // What was read says more behind the version, which no edit takes away.
    let number = number.map(|number| number.split('.').next().unwrap_or_default());
    // A tag that is none of ours cannot be the present version's.
    Ok(Some(number.and_then(|number| number.parse().ok()).unwrap_or(-1)))
}

/// Whether the caller has what this entity tag names already (`If-None-Match`).
pub(crate) fn knows(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_it = |one: &str| one.as_bytes() == tag.as_bytes() || one == "*";
    known.split(',').any(|one| is_it(one.trim().trim_start_matches("W/")))
}

/// 200 with the entity tag, or 304 when the caller has this version already (`If-None-Match`).
pub fn with_etag<T: Serialize>(headers: &HeaderMap, version: i32, body: &T) -> Response {
    let tag = HeaderValue::from_str(&etag(version)).unwrap_or(HeaderValue::from_static("\"\""));
    if knows(headers, &tag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    ([(header::ETAG, tag)], Json(body)).into_response()
}

/// 200 with the entity tag of this very answer, or 304 when the caller has it already (`If-None-Match`).
pub fn with_etag_of_body<T: Serialize>(headers: &HeaderMap, version: i32, body: &T) -> Result<Response> {
    let body = serde_json::to_vec(body)?;
    let tag = HeaderValue::from_str(&etag_of_body(version, &body)).unwrap_or(HeaderValue::from_static("\"\""));
    if knows(headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let json = HeaderValue::from_static("application/json");
    Ok(([(header::CONTENT_TYPE, json), (header::ETAG, tag)], body).into_response())
}

/// 201 with the new thing's address and tag.
pub fn created<T: Serialize>(location: &str, version: i32, body: &T) -> Response {
    let headers = [(header::LOCATION, location.to_owned()), (header::ETAG, etag(version))];
    (StatusCode::CREATED, headers, Json(body)).into_response()
}

/// Answers an address of the API that does not exist.
pub async fn not_found(OriginalUri(_): OriginalUri) -> Error {
    Error::NotFound
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_and_a_made_up_one_is_refused() {
        let cursor = write_cursor(&("2026-01-01", "id")).unwrap();
        assert_eq!(read_cursor::<(String, String)>(Some(&cursor)).unwrap(), Some(("2026-01-01".into(), "id".into())));
        assert!(read_cursor::<(String, String)>(Some("bm9uc2Vuc2U")).is_err());
        assert!(read_cursor::<(String, String)>(Some("%%%")).is_err());
        // PostgreSQL keeps no NUL, and asking it with one would be an error of ours.
        let nul = write_cursor(&("2026-01-01", "\0")).unwrap();
        assert!(read_cursor::<(String, String)>(Some(&nul)).is_err());
    }
}
