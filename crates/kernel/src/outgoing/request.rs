use std::error::Error as _;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use url::Url;

use super::{Outgoing, Refused};

/// Redirects that [`Outgoing::fetch`] follows at most.
const REDIRECTS_MOST: usize = 5;

/// What is sent, to an address that [`Outgoing::check`] has read.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Request {
    pub fn get(url: Url) -> Self {
        Self { method: Method::GET, url, headers: HeaderMap::new(), body: Bytes::new() }
    }

    pub fn post(url: Url, headers: HeaderMap, body: Bytes) -> Self {
        Self { method: Method::POST, url, headers, body }
    }
}

/// How long and how large an exchange may become.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For the whole exchange, or with a stream until the answer's head is there.
    pub time: Duration,
    /// Bytes of the answer that are read; what is over is left unread.
    pub bytes: usize,
}

impl Limits {
    /// For answers of which only a little matters.
    pub const SMALL: Self = Self { time: Duration::from_secs(20), bytes: 64 * 1024 };
}

/// An answer, of which no more was read than asked.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// The body went on beyond the limit.
    pub is_cut: bool,
}

/// Why there is no answer. The words are for whoever gave the address.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// The address may not be reached from here.
    #[error("{0}")]
    Refused(String),
    #[error("There was no answer within {} seconds.", .0.as_secs())]
    TooSlow(Duration),
    #[error("{0}")]
    Unreachable(String),
}

/// An answer whose body is read piece by piece, as long as its caller likes.
pub struct Stream {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// Where the answer came from, after redirects.
    pub url: Url,
    response: reqwest::Response,
    /// How long the next piece may take.
    patience: Duration,
}

impl Stream {
    /// The next piece, or none at the end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        match tokio::time::timeout(self.patience, self.response.chunk()).await {
            Ok(outcome) => outcome.map_err(|error| failure(&error)),
            Err(_) => Err(Failure::TooSlow(self.patience)),
        }
    }
}

impl Outgoing {
    /// Sends a request and reads its answer. A redirect is an answer like any other.
    pub async fn send(&self, request: Request, limits: Limits) -> Result<Reply, Failure> {
        let work = async {
            let mut response = self.head(request).await?;
            let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
            let (body, is_cut) = read(&mut response, limits.bytes).await?;
            Ok(Reply { status, headers, body, is_cut })
        };
        tokio::time::timeout(limits.time, work).await.unwrap_or(Err(Failure::TooSlow(limits.time)))
    }

    /// Fetches what lies at an address, following redirects with each new address checked like the first.
    ///
    /// `patience` bounds the way to the answer's head, and afterwards the wait for each piece; whoever reads bounds the
    /// size.
    pub async fn fetch(&self, url: Url, patience: Duration) -> Result<Stream, Failure> {
        let mut url = url;
        for _ in 0..=REDIRECTS_MOST {
            let asked = tokio::time::timeout(patience, self.head(Request::get(url.clone()))).await;
            let mut response = asked.unwrap_or(Err(Failure::TooSlow(patience)))?;
            let Some(next) = redirect(&url, &response) else {
                let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
                return Ok(Stream { status, headers, url, response, patience });
            };
            url = self.check(&next).map_err(Failure::Refused)?;
        }
        Err(Failure::Unreachable(format!("The address leads on more than {REDIRECTS_MOST} times.")))
    }

    async fn head(&self, request: Request) -> Result<reqwest::Response, Failure> {
        self.admit(&request.url).map_err(Failure::Refused)?;
        let outgoing = self.client()?.request(request.method, request.url).headers(request.headers).body(request.body);
        outgoing.send().await.map_err(|error| failure(&error))
    }
}

/// Where a redirect leads, as an absolute address.
fn redirect(from: &Url, response: &reqwest::Response) -> Option<String> {
    let is_redirect = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = response.headers().get(header::LOCATION).map(HeaderValue::to_str)?.ok()?;
    let next = from.join(location).ok()?;
    is_redirect.then(|| next.into())
}

async fn read(response: &mut reqwest::Response, most: usize) -> Result<(Bytes, bool), Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
        let room = most - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            return Ok((body.into(), true));
        }
    }
    Ok((body.into(), false))
}

/// Puts what went wrong in words; the address itself stays out, for it may hold a secret.
fn failure(error: &reqwest::Error) -> Failure {
    let mut cause = error.source();
    let mut innermost = None;
    while let Some(inner) = cause {
        if let Some(refused) = inner.downcast_ref::<Refused>() {
            return Failure::Refused(refused.0.clone());
        }
        innermost = Some(inner.to_string());
        cause = inner.source();
    }
    if error.is_timeout() {
        return Failure::TooSlow(super::CONNECTS_WITHIN);
    }
    let why = innermost.map_or_else(String::new, |words| format!(": {words}"));
    Failure::Unreachable(if error.is_connect() {
        format!("No connection could be made{why}.")
    } else {
        format!("The answer could not be read{why}.")
    })
}
