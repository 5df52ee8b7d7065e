//! The answer to a request for a file: its headers, and who sends the bytes.

use std::ops::Range;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::response::Builder;
use http::{HeaderMap, HeaderName, Method, StatusCode, header};
use kernel::config::Delivery;
use kernel::{App, Error, Result};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::hot::HotFiles;
use super::range::{Part, part};
use crate::assets::Asset;
use crate::kinds::FileType;

/// How long an address of the store itself is good.
const SIGNED_FOR: Duration = Duration::from_secs(3600);
/// Files that browsers open by themselves can do nothing, whatever is in them.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'; sandbox";
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// An address that may stand for other bytes tomorrow is asked about again.
const ASKED_AGAIN: &str = "public, max-age=0, must-revalidate";
/// Characters of a name that stand for themselves in `filename*` (RFC 8187, 3.2.1).
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Which bytes are to be given, and how.
pub struct Wanted<'a> {
    pub key: &'a str,
    pub size: u64,
    pub content_type: &'a str,
    /// The name of what is made from the asset's file, when it is not the file itself.
    pub variant: Option<&'a str>,
    /// Another reader may get another format under this address.
    pub depends_on_reader: bool,
    /// The address names the revision that the asset has now.
    pub is_current: bool,
    pub is_download: bool,
    /// Of a private file.
    pub good_until: Option<i64>,
}

/// Answers with the file, a part of it, or that the client has it already.
pub async fn give(
    (app, hot): (&App, &HotFiles),
    asset: &Asset,
    wanted: &Wanted<'_>,
    (method, headers): (&Method, &HeaderMap),
) -> Result<Response> {
    let etag = etag(asset, wanted.variant);
    let answer = described(app, asset, wanted, &etag);
    if has_it(headers, &etag) {
        return finished(answer.status(StatusCode::NOT_MODIFIED), Body::empty());
    }
    match &app.settings.media_delivery {
        Delivery::Accelerated(prefix) => {
            return finished(answer.header("x-accel-redirect", format!("{prefix}{}", wanted.key)), Body::empty());
        }
        Delivery::Redirect => {
            if let Some(url) =
                app.files.signed_url(wanted.key, disposition(asset, wanted).as_deref(), SIGNED_FOR).await?
            {
                // The address in it is over before this would be.
                let kept = [(header::CACHE_CONTROL, "private, max-age=1800".to_owned()), (header::LOCATION, url)];
                return Ok((StatusCode::FOUND, kept).into_response());
            }
        }
        Delivery::Program => {}
    }
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    // A part of other bytes than those the client has the beginning of is of no use to it.
    let is_same = text(header::IF_RANGE).is_none_or(|known| known == etag);
    let (answer, range) = match part(text(header::RANGE).filter(|_| is_same && *method == Method::GET), wanted.size) {
        Part::Whole => (answer.status(StatusCode::OK), 0..wanted.size),
        Part::Some(range) => {
            let content_range = format!("bytes {}-{}/{}", range.start, range.end - 1, wanted.size);
            (answer.status(StatusCode::PARTIAL_CONTENT).header(header::CONTENT_RANGE, content_range), range)
        }
        Part::None => {
            let answer = answer.status(StatusCode::RANGE_NOT_SATISFIABLE);
            return finished(answer.header(header::CONTENT_RANGE, format!("bytes */{}", wanted.size)), Body::empty());
        }
    };
    let answer = answer.header(header::CONTENT_LENGTH, range.end - range.start);
    if *method == Method::HEAD || range.is_empty() {
        return finished(answer, Body::empty());
    }
    finished(answer, bytes((app, hot), (wanted, asset.revision), range).await?)
}

/// The bytes themselves: out of memory, or as they are read.
async fn bytes(
    (app, hot): (&App, &HotFiles),
    (wanted, revision): (&Wanted<'_>, i32),
    range: Range<u64>,
) -> Result<Body> {
    if let Some(bytes) = hot.get(app, (wanted.key, revision), wanted.size).await? {
        let end = bytes.len();
        let within = |place: u64| usize::try_from(place).unwrap_or(end).min(end);
        return Ok(Body::from(bytes.slice(within(range.start)..within(range.end))));
    }
    match app.files.read(wanted.key, Some(range)).await? {
        Some(reading) => Ok(Body::from_stream(reading.stream())),
        None => {
            tracing::error!(key = wanted.key, "an asset's file is not in the store");
            Err(Error::NotFound)
        }
    }
}

fn described(app: &App, asset: &Asset, wanted: &Wanted<'_>, etag: &str) -> Builder {
    let is_text = wanted.content_type.starts_with("text/");
    let content_type =
        if is_text { format!("{}; charset=utf-8", wanted.content_type) } else { wanted.content_type.into() };
    let cache = match wanted.good_until {
        Some(until) => format!("private, max-age={}", (until - app.clock.now().as_second()).max(0)),
        None if wanted.is_current => FOR_EVER.into(),
        None => ASKED_AGAIN.into(),
    };
    let mut answer = Response::builder()
        .header(header::CONTENT_TYPE, content_type)
        .header(header::ETAG, etag)
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::CACHE_CONTROL, cache)
        .header(header::LAST_MODIFIED, last_modified(asset))
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if wanted.depends_on_reader {
        answer = answer.header(header::VARY, "Accept");
    }
    // The viewers that browsers have for PDF do not work in a sandbox.
    if wanted.content_type != "application/pdf" {
        answer = answer.header(header::CONTENT_SECURITY_POLICY, POLICY);
    }
    match disposition(asset, wanted) {
        Some(disposition) => answer.header(header::CONTENT_DISPOSITION, disposition),
        None => answer,
    }
}

/// Whether a file is kept rather than shown, and under which name; none for what pages show.
fn disposition(asset: &Asset, wanted: &Wanted<'_>) -> Option<String> {
    let is_shown = FileType::named(wanted.content_type).is_some_and(FileType::is_shown_in_pages);
    if is_shown && !wanted.is_download && wanted.content_type != "application/pdf" {
        return None;
    }
    let how = if is_shown && !wanted.is_download { "inline" } else { "attachment" };
    Some(format!("{how}; filename*=UTF-8''{}", utf8_percent_encode(&asset.name, PLAIN)))
}

fn finished(answer: Builder, body: Body) -> Result<Response> {
    answer.body(body).map_err(Error::internal)
}

/// Names these very bytes: what the asset was made from, and how often it was replaced.
fn etag(asset: &Asset, variant: Option<&str>) -> String {
    let digest = asset.sha256.as_deref().unwrap_or(&asset.token);
    let variant = variant.map(|name| format!("-{name}")).unwrap_or_default();
    format!("\"{}-{}{variant}\"", digest.get(..32).unwrap_or(digest), asset.revision)
}

fn last_modified(asset: &Asset) -> String {
    asset.uploaded_at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn has_it(headers: &HeaderMap, etag: &str) -> bool {
    let Some(known) = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()) else { return false };
    known.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == etag)
}
