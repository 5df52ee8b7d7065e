//! Somebody who asks, and what they are answered.

use std::net::{Ipv4Addr, SocketAddr};

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use kernel::access::Role;
use serde::Serialize;
use serde_json::Value;
use tower::ServiceExt;

use super::{MARKER, Side, World};

/// Somebody who sends requests to the world's router.
///
/// With an API key at first; [`in_browser`](Self::in_browser) makes it a signed-in browser.
#[derive(Clone)]
pub struct Client<'a> {
    world: &'a World,
    member: Option<(Side, Role)>,
    is_browser: bool,
    headers: Vec<(String, String)>,
}

impl<'a> Client<'a> {
    pub(super) fn member(world: &'a World, side: Side, role: Role) -> Self {
        Self { world, member: Some((side, role)), is_browser: false, headers: Vec::new() }
    }

    pub(super) fn stranger(world: &'a World) -> Self {
        Self { world, member: None, is_browser: false, headers: Vec::new() }
    }

    /// The same person in a browser: with a session cookie, sending forms from the site's own pages.
    #[must_use]
    pub fn in_browser(mut self) -> Self {
        self.is_browser = true;
        self
    }

    /// Adds a header to every request.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Body::empty(), None).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, Body::empty(), None).await
    }

    /// Sends JSON; `()` sends no body.
    pub async fn post(&self, path: &str, body: impl Serialize) -> Answer {
        self.send_json(Method::POST, path, body).await
    }

    /// Sends JSON; `()` sends no body.
    pub async fn patch(&self, path: &str, body: impl Serialize) -> Answer {
        self.send_json(Method::PATCH, path, body).await
    }

    /// Sends a form, as a browser does.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let text = fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
        let body = text.collect::<Vec<_>>().join("&");
        self.send(Method::POST, path, Body::from(body), Some("application/x-www-form-urlencoded")).await
    }

    async fn send_json(&self, method: Method, path: &str, body: impl Serialize) -> Answer {
        match serde_json::to_value(body).expect("the body is JSON") {
            Value::Null => self.send(method, path, Body::empty(), None).await,
            value => self.send(method, path, Body::from(value.to_string()), Some("application/json")).await,
        }
    }

    async fn send(&self, method: Method, path: &str, body: Body, content_type: Option<&str>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(kind) = content_type {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        self.raw(request.body(body).expect("the request is well-formed")).await
    }

    /// Sends any request, with this person's key or cookie and headers added.
    pub async fn raw(&self, mut request: Request<Body>) -> Answer {
        self.identify(request.headers_mut()).await;
        for (name, value) in &self.headers {
            let name: http::HeaderName = name.parse().expect("the header's name is well-formed");
            request.headers_mut().insert(name, value.parse().expect("the header is well-formed"));
        }
        let asked = format!("{} {}", request.method(), request.uri());
        let path = request.uri().path().to_owned();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((Ipv4Addr::LOCALHOST, 50_000))));
        let response = self.world.router.clone().oneshot(request).await;
        let (parts, body) = response.unwrap_or_else(|never| match never {}).into_parts();
        let body = body.collect().await.expect("the answer has an end").to_bytes().to_vec();
        let answer = Answer { status: parts.status, headers: parts.headers, body, asked };
        self.refuse_leak(&path, &answer);
        answer
    }

    async fn identify(&self, headers: &mut HeaderMap) {
        if self.is_browser {
            headers.insert("sec-fetch-site", http::HeaderValue::from_static("same-origin"));
        }
        let Some((side, role)) = self.member else { return };
        let (name, value) = if self.is_browser {
            let token = self.world.session(side, role).await;
            (header::COOKIE, format!("{}={token}", kernel::session::COOKIE))
        } else {
            let role = role.as_str().to_lowercase();
            (header::AUTHORIZATION, format!("Bearer cp_{}_{role}", side.slug()))
        };
        headers.insert(name, value.parse().expect("the header is well-formed"));
    }

    /// The rival's texts may be shown to the rival, and to everybody on the rival's public site.
    fn refuse_leak(&self, path: &str, answer: &Answer) {
        let is_rival = matches!(self.member, Some((Side::Rival, _)));
        if is_rival || path == "/s/rival" || path.starts_with("/s/rival/") {
            return;
        }
        let text = String::from_utf8_lossy(&answer.body).to_uppercase();
        assert!(!text.contains(MARKER), "{} showed the rival's rows: {}", answer.asked, answer.excerpt());
    }
}

/// What somebody was answered.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    asked: String,
}

impl Answer {
    /// Ends the test unless the status is this one.
    #[track_caller]
    #[allow(clippy::must_use_candidate, reason = "mostly it is the whole assertion")]
    pub fn is(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{} was answered: {}", self.asked, self.excerpt());
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => panic!("{} was not answered with JSON ({error}): {}", self.asked, self.excerpt()),
        }
    }

    /// The `id` of the object in the answer.
    #[track_caller]
    pub fn id(&self) -> String {
        match self.json()["id"].as_str() {
            Some(id) => id.to_owned(),
            None => panic!("{} was answered {} without an id: {}", self.asked, self.status, self.excerpt()),
        }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's text; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where the answer points; empty when nowhere.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// The fields that a problem names, with their codes: `[("title", "too_long")]`.
    #[track_caller]
    pub fn errors(&self) -> Vec<(String, String)> {
        let json = self.json();
        let errors = json["errors"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        errors.iter().map(|error| (text(&error["field"]), text(&error["code"]))).collect()
    }

    fn excerpt(&self) -> String {
        self.text().chars().take(1000).collect()
    }
}

/// Percent-encodes a form's name or value.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
