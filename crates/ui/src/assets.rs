//! The built web assets: embedded in the program, served under names that carry their hash.

use std::collections::HashMap;
use std::sync::LazyLock;

use askama::filters::Safe;
use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "assets"]
struct Assets;

/// Plain name to hashed name, as the build wrote it; empty when the assets have not been built.
static MANIFEST: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let manifest = Assets::get("manifest.json").and_then(|file| serde_json::from_slice(&file.data).ok());
    if manifest.is_none() {
        tracing::warn!("the web assets are not built, pages have no styles: run `npm ci && npm run build`");
    }
    manifest.unwrap_or_default()
});

/// The address of an asset by its plain name: `url("app.css")` is `/assets/app-3F2A9C1B.css`.
///
/// A name that the build did not write is answered as it is, so that the page still renders.
pub fn url(name: &str) -> String {
    let hashed = MANIFEST.get(name).map_or(name, String::as_str);
    format!("/assets/{hashed}")
}

/// A picture of the sprite. It says nothing to a screen reader: the word beside it or the label of its button does.
pub fn icon(name: &str) -> Safe<String> {
    let name: String = name.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect();
    Safe(format!(
        r#"<svg class="icon" width="16" height="16" aria-hidden="true" focusable="false"><use href="{}#{name}"/></svg>"#,
        url("icons.svg")
    ))
}

/// Serves `/assets/{hashed name}`.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{name}", get(serve))
}

async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    // The manifest and the compressed twins are the build's own affair and have no address.
    if name == "manifest.json" || name.ends_with(".br") {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Some(plain) = Assets::get(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let etag = format!("\"{name}\"");
    if headers.get(header::IF_NONE_MATCH).is_some_and(|seen| seen.as_bytes() == etag.as_bytes()) {
        return with_headers(StatusCode::NOT_MODIFIED.into_response(), &name, &etag);
    }
    let compressed = accepts_brotli(&headers).then(|| Assets::get(&format!("{name}.br"))).flatten();
    let is_compressed = compressed.is_some();
    let body = Body::from(compressed.unwrap_or(plain).data);
    let mut response = with_headers(body.into_response(), &name, &etag);
    if is_compressed {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}

fn with_headers(mut response: Response, name: &str, etag: &str) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(value) = HeaderValue::from_str(etag) {
        headers.insert(header::ETAG, value);
    }
    response
}

/// Whether the browser takes brotli; `br;q=0` is a refusal.
fn accepts_brotli(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            parts.next() == Some("br") && !parts.any(|part| matches!(part, "q=0" | "q=0.0"))
        })
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}
