use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

const COOKIE: &str = "flash";

/// Longer messages are cut, because browsers drop cookies over 4 KB.
const MESSAGE_CHARACTERS: usize = 500;

/// How a message is coloured and announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlashKind {
    /// Something was done; announced politely.
    Success,
    /// Something was not done; announced at once.
    Error,
}

/// One message shown at the top of the next page, carried over a redirect in a short-lived cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flash {
    /// Success or error.
    pub kind: FlashKind,
    /// A sentence in plain words.
    pub words: String,
    /// Where a POST takes back what was done, a path of our own.
    pub undo: Option<String>,
}

impl Flash {
    /// "Saved.", "Published.": something was done.
    pub fn success(words: impl Into<String>) -> Self {
        Self { kind: FlashKind::Success, words: words.into(), undo: None }
    }

    /// Something was not done, and what to do about it.
    pub fn error(words: impl Into<String>) -> Self {
        Self { kind: FlashKind::Error, words: words.into(), undo: None }
    }

    /// The same message with a button that takes back what was done by a POST to this path.
    pub fn with_undo(self, undo: Option<String>) -> Self {
        Self { undo, ..self }
    }

    /// Sends the browser to `address` with GET (303) and shows this message there.
    ///
    /// `address` must be a path of our own; an address that is not a valid header value becomes `/admin`.
    pub fn redirect(&self, address: &str) -> Response {
        let location = HeaderValue::from_str(address).unwrap_or_else(|_| HeaderValue::from_static("/admin"));
        let mut response = StatusCode::SEE_OTHER.into_response();
        response.headers_mut().insert(header::LOCATION, location);
        if let Ok(cookie) = HeaderValue::from_str(&format!(
            "{COOKIE}={}; Path=/admin; Max-Age=60; HttpOnly; SameSite=Lax",
            self.encode()
        )) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }

    /// The message a redirect left for this request. [`forget_flash`] removes it once a page was answered.
    pub fn take(headers: &HeaderMap) -> Option<Self> {
        cookie_value(headers).and_then(Self::decode)
    }

    /// Whether the message is about something that was not done.
    pub fn is_error(&self) -> bool {
        self.kind == FlashKind::Error
    }

    fn encode(&self) -> String {
        let kind = if self.is_error() { "e" } else { "s" };
        let words: String = self.words.chars().take(MESSAGE_CHARACTERS).collect();
        let undo = self.undo.as_ref().map(|undo| format!(".{}", URL_SAFE_NO_PAD.encode(undo))).unwrap_or_default();
        format!("{kind}{}{undo}", URL_SAFE_NO_PAD.encode(words))
    }

    fn decode(value: &str) -> Option<Self> {
        let (kind, encoded) = value.split_at_checked(1)?;
        let text = |encoded: &str| String::from_utf8(URL_SAFE_NO_PAD.decode(encoded).ok()?).ok();
        let (words, undo) = match encoded.split_once('.') {
            // The cookie is the browser's: whatever it holds, the button leads to the application and nowhere else.
            Some((words, undo)) => (words, text(undo).filter(|undo| undo.starts_with("/admin/"))),
            None => (encoded, None),
        };
        let words = text(words)?;
        match kind {
            "s" => Some(Self::success(words).with_undo(undo)),
            "e" => Some(Self::error(words).with_undo(undo)),
            _ => None,
        }
    }
}

fn cookie_value(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// Middleware for `/admin`: once a page has been answered, the message it showed is removed from the browser,
/// so that a reload does not say "Saved." again.
///
/// A redirect on the way keeps the message for the page it leads to.
pub async fn forget_flash(request: Request, next: Next) -> Response {
    let had_flash = cookie_value(request.headers()).is_some();
    let mut response = next.run(request).await;
    let is_page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if had_flash && is_page {
        response.headers_mut().append(
            header::SET_COOKIE,
            HeaderValue::from_static("flash=; Path=/admin; Max-Age=0; HttpOnly; SameSite=Lax"),
        );
    }
    response
}
