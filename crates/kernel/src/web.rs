//! What every request passes: an id, protection against forged requests, headers, one log line and the metrics.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{LazyLock, PoisonError, RwLock};
use std::time::Instant;

use axum::extract::{ConnectInfo, FromRef, FromRequestParts, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

use crate::{App, Error};

pub static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id under which the log knows a request.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Who is at the other end, as far as that can be known.
#[derive(Clone, Debug, Default)]
pub struct Client {
    pub ip: String,
    pub user_agent: String,
}

/// The longest user agent that is kept, in characters.
const USER_AGENT_LONGEST: usize = 300;

impl<State: Send + Sync> FromRequestParts<State> for Client
where
    App: FromRef<State>,
{
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Self::Rejection> {
        let app = App::from_ref(state);
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let user_agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("");
        Ok(Self {
            ip: client_ip(peer, &parts.headers, &app.settings.trusted_proxies),
            user_agent: user_agent.chars().take(USER_AGENT_LONGEST).collect(),
        })
    }
}

/// The client's address: the peer's, or behind trusted proxies the right-most hop that is none of them.
fn client_ip(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpAddr]) -> String {
    let Some(mut address) = peer else { return String::new() };
    let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = forwarded.flat_map(|line| line.split(',')).map(str::trim).collect();
    for hop in hops.iter().rev() {
        if !trusted.contains(&address) {
            break;
        }
        match hop.parse() {
            Ok(before) => address = before,
            Err(_) => break,
        }
    }
    address.to_string()
}

/// Gives each request an id, logs it in one line and counts it. Methods that nobody knows are refused before they are
/// counted: each would be a new row of numbers.
pub async fn observe<F: Future<Output = Response>>(
    mut request: Request,
    answer: impl FnOnce(Request) -> F,
) -> Response {
    if !KNOWN_METHODS.contains(request.method()) {
        return Error::MethodNotAllowed.into_response();
    }
    let observation = Observation::begin(&request);
    request.extensions_mut().insert(RequestId(observation.id.clone()));
    let route = request.extensions().get::<MatchedPath>().cloned();
    let span = tracing::info_span!("request", id = observation.id);
    let mut response = tracing::Instrument::instrument(answer(request), span).await;
    let seconds = observation.started.elapsed().as_secs_f64();
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    let (count, times) = numbers_of(route, &observation.method, response.status());
    count.increment(1);
    times.record(seconds);
    observation.end(&mut response);
    response
}

/// The methods of RFC 9110 and RFC 5789.
const KNOWN_METHODS: [Method; 9] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
    Method::TRACE,
    Method::CONNECT,
];

type Numbers = (metrics::Counter, metrics::Histogram);
type OfRoute = HashMap<(Method, u16), Numbers>;

/// The numbers of requests by route, then by method and status. To look them up by their labels for each request takes as
/// long as to log it.
static NUMBERS: LazyLock<RwLock<HashMap<String, OfRoute>>> = LazyLock::new(RwLock::default);

fn numbers_of(route: &str, method: &Method, status: StatusCode) -> Numbers {
    let key = (method.clone(), status.as_u16());
    let known = NUMBERS.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(numbers) = known.get(route).and_then(|of_route| of_route.get(&key)) {
        return numbers.clone();
    }
    drop(known);
    let labels = [("method", method.to_string()), ("route", route.to_owned()), ("status", key.1.to_string())];
    let numbers = (
        metrics::counter!("contentpilot_http_requests_total", &labels),
        metrics::histogram!("contentpilot_http_request_seconds", &labels),
    );
    let mut known = NUMBERS.write().unwrap_or_else(PoisonError::into_inner);
    known.entry(route.to_owned()).or_default().insert(key, numbers.clone());
    numbers
}

/// One request on its way, for the line that the log keeps of it.
pub struct Observation {
    id: String,
    method: Method,
    path: String,
    started: Instant,
}

/// Answers out of memory are counted under one name for all of them, and the counters are looked up once: to do it for each
/// costs as much as answering.
static FROM_MEMORY: LazyLock<(metrics::Counter, metrics::Histogram)> = LazyLock::new(|| {
    let labels = [("method", "GET"), ("route", "memory"), ("status", "200")];
    (
        metrics::counter!("contentpilot_http_requests_from_memory_total"),
        metrics::histogram!("contentpilot_http_request_seconds", &labels),
    )
});

impl Observation {
    pub fn begin(request: &Request) -> Self {
        Self::of(request.method(), loggable_path(request))
    }

    /// Of a request with this path.
    pub fn of(method: &Method, path: String) -> Self {
        let id = crate::id::new(jiff::Timestamp::now());
        Self { id, method: method.clone(), path, started: Instant::now() }
    }

    /// Counts an answer that came out of memory. Who wants a line of the log for each asks for more of it: to write it takes
    /// a fifth of the time.
    pub fn end_from_memory(self, response: &mut Response) {
        let (count, seconds) = &*FROM_MEMORY;
        count.increment(1);
        seconds.record(self.started.elapsed().as_secs_f64());
        let (status, milliseconds) = self.outcome(response);
        tracing::debug!(request_id = self.id, method = %self.method, path = self.path, status, milliseconds, "from memory");
        self.name(response);
    }

    fn end(self, response: &mut Response) {
        let (status, milliseconds) = self.outcome(response);
        tracing::info!(request_id = self.id, method = %self.method, path = self.path, status, milliseconds, "request");
        self.name(response);
    }

    fn outcome(&self, response: &Response) -> (u16, f64) {
        (response.status().as_u16(), self.started.elapsed().as_secs_f64() * 1e3)
    }

    fn name(self, response: &mut Response) {
        if let Ok(value) = HeaderValue::try_from(self.id) {
            response.headers_mut().insert(REQUEST_ID.clone(), value);
        }
    }
}

/// The path as the log may keep it: links in mails let somebody in, so their tokens are left out.
pub fn loggable_path(request: &Request) -> String {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    match route.filter(|route| route.contains("{token}")) {
        Some(route) => route.to_owned(),
        None => request.uri().path().to_owned(),
    }
}

/// Refuses writing requests that another site made a browser send.
///
/// `Sec-Fetch-Site` decides where a browser sends it, else `Origin`; a request with neither comes from no browser.
/// Calls of the API with a key pass: no browser sends a key by itself, and beside a key no session is looked at.
pub async fn refuse_forged(State(app): State<App>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if reads || carries_key(&request) || is_own(request.headers(), &app) {
        return next.run(request).await;
    }
    Error::Forbidden("This request came from another site. Open the page here and send it again.".into())
        .into_response()
}

fn carries_key(request: &Request) -> bool {
    let value = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let scheme = value.split(' ').next().unwrap_or_default();
    request.uri().path().starts_with("/api/") && scheme.eq_ignore_ascii_case("bearer")
}

fn is_own(headers: &HeaderMap, app: &App) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let host = text("host").unwrap_or_default();
            origin.split_once("://").is_some_and(|(_, rest)| rest == host) || origin == app.settings.public_url
        }
        (None, None) => true,
    }
}

/// The policy for pages of the application: nothing from elsewhere, nothing inline.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; \
    img-src 'self' data: https: http:; media-src 'self' https: http:; connect-src 'self'; form-action 'self'; \
    frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'";

/// How the bytes of an answer are packed (content coding); empty for not at all.
pub type Packing = &'static str;

/// The packings that are made, best first.
const PACKINGS: [Packing; 2] = ["br", "gzip"];

/// The best packing that the visitor accepts (RFC 9110, 12.5.3): one that is named and not refused.
pub fn packing(headers: &HeaderMap) -> Packing {
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

/// Sets the headers that keep browsers from guessing, framing and leaking, where the handler set none itself.
pub fn secured(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    ];
    for (name, value) in fixed {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Nothing of the application or the API may be kept by a shared cache.
pub async fn never_cached(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Answers a panic like any internal error, with a reference and no more.
#[allow(clippy::needless_pass_by_value, reason = "the shape that the panic layer calls")]
pub fn answer_panic(panic: Box<dyn std::any::Any + Send>) -> Response {
    let words = panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default();
    Error::internal(format!("a handler panicked: {words}")).into_response()
}

/// A redirect after a form was taken: the browser goes on with GET.
pub fn see_other(location: &str) -> Response {
    redirect(StatusCode::SEE_OTHER, location)
}

/// A redirect with this status. A location that cannot stand in a header becomes `/`.
pub fn redirect(status: StatusCode, location: &str) -> Response {
    let location = HeaderValue::from_str(location).unwrap_or(HeaderValue::from_static("/"));
    (status, [(header::LOCATION, location)]).into_response()
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

    #[test]
    fn only_trusted_proxies_may_say_who_the_client_is() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("6.6.6.6, 9.9.9.9, 127.0.0.2"));
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let seen = |peer: &str, trusted: &[IpAddr]| client_ip(Some(ip(peer)), &headers, trusted);
        assert_eq!(seen("8.8.8.8", &[]), "8.8.8.8");
        assert_eq!(seen("127.0.0.1", &[ip("127.0.0.1")]), "127.0.0.2");
        assert_eq!(seen("127.0.0.1", &[ip("127.0.0.1"), ip("127.0.0.2")]), "9.9.9.9");
    }
}
