//! `Idempotency-Key`: a POST that is sent again is answered again, and done once.
//!
//! The first request claims its key in a row of `app.idempotency_keys`, runs, and leaves its answer there for a day.
//! A row belongs to one organization and one caller, so keys of others neither collide nor tell anything.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, resume_unwind};

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use tracing::Instrument;

use crate::access::Caller;
use crate::db::{OrganizationId, Row, Statements};
use crate::{App, Error, Result, api};

/// The header with the caller's key.
pub const HEADER: &str = "idempotency-key";
/// Tells that an answer was given before.
pub static REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

const KEY_LONGEST: usize = 255;
const ANSWERS_ARE_KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);
/// A claim without an answer is taken over after this: its process died. Requests end well before.
const CLAIM_LASTS: SignedDuration = SignedDuration::from_secs(60);
/// How many rows past their day are cleared away by one request.
const CLEARED_AT_ONCE: i64 = 100;
/// An answer larger than this, in bytes, is given but not kept.
const ANSWER_LARGEST: usize = api::BODY_LARGEST;
const KEPT_HEADERS: [HeaderName; 3] = [header::CONTENT_TYPE, header::LOCATION, header::ETAG];

/// Marks an answer whose body holds a secret that is shown once: it is given and never kept.
#[derive(Clone, Copy)]
struct ShownOnce;

/// Marks an answer as holding a secret, so that it is not kept: the same request sent again is refused and told why.
pub fn shown_once(mut response: Response) -> Response {
    response.extensions_mut().insert(ShownOnce);
    response
}

/// Middleware for the JSON API; lets everything pass that is no POST with the header.
pub async fn answer_once(State(app): State<App>, request: Request, next: Next) -> Response {
    let Some(key) = request.headers().get(HEADER).filter(|_| request.method() == Method::POST) else {
        return next.run(request).await;
    };
    match read_key(key) {
        Ok(key) => keyed(app, key, request, next).await.unwrap_or_else(IntoResponse::into_response),
        Err(error) => error.into_response(),
    }
}

fn read_key(value: &HeaderValue) -> Result<String> {
    let text = value.to_str().unwrap_or_default();
    if (1..=KEY_LONGEST).contains(&text.len()) && text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Ok(text.to_owned());
    }
    Err(Error::Malformed(format!("Idempotency-Key must be 1 to {KEY_LONGEST} printable ASCII characters.")))
}

async fn keyed(app: App, key: String, request: Request, next: Next) -> Result<Response> {
    let (mut parts, body) = request.into_parts();
    let caller = Caller::from_request_parts(&mut parts, &app).await?;
    let body = if is_file(&parts.headers) {
        Sent::File(body)
    } else {
        Sent::Whole(api::read_body(Request::from_parts(parts.clone(), body), &app).await?)
    };
    let claim = Claim {
        organization: caller.tx.organization().clone(),
        principal: format!("{}:{}", caller.actor.kind.as_str(), caller.actor.id),
        key,
        request_hash: hash(&parts, &body),
        claimed_at: caller.now,
        app,
    };
    if let Some(known) = claim.take(caller).await? {
        return Ok(known.into_response());
    }
    let request = Request::from_parts(parts, body.into());
    // A task of its own, so that a caller who hangs up and asks again finds the answer and not half of the work.
    let work = tokio::spawn(async move { claim.run(request, next).await }.in_current_span());
    match work.await {
        Ok(answered) => answered,
        Err(failed) if failed.is_panic() => resume_unwind(failed.into_panic()),
        Err(failed) => Err(Error::internal(failed)),
    }
}

/// What was sent with a request.
enum Sent {
    Whole(Bytes),
    /// A file, which is not held in memory: its length stands for it.
    File(Body),
}

impl From<Sent> for Body {
    fn from(sent: Sent) -> Self {
        match sent {
            Sent::Whole(bytes) => Self::from(bytes),
            Sent::File(body) => body,
        }
    }
}

fn is_file(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    content_type.to_ascii_lowercase().starts_with("multipart/form-data")
}

fn hash(parts: &http::request::Parts, body: &Sent) -> Vec<u8> {
    let mut hasher = Sha256::new();
    hasher.update(parts.method.as_str());
    hasher.update([0]);
    hasher.update(parts.uri.path_and_query().map_or("", |path| path.as_str()));
    hasher.update([0]);
    match body {
        Sent::Whole(bytes) => hasher.update(bytes),
        Sent::File(_) => {
            hasher.update(parts.headers.get(header::CONTENT_LENGTH).map_or(&b""[..], HeaderValue::as_bytes))
        }
    }
    hasher.finalize().to_vec()
}

/// The right of one request to be the one that does the work.
struct Claim {
    app: App,
    organization: OrganizationId,
    principal: String,
    key: String,
    request_hash: Vec<u8>,
    claimed_at: Timestamp,
}

/// An answer that was given before.
struct KnownAnswer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Claim {
    /// Takes the claim, or gives the answer that is known already.
    async fn take(&self, caller: Caller) -> Result<Option<KnownAnswer>> {
        self.clear_old(&caller).await?;
        let sql =
            "INSERT INTO app.idempotency_keys AS known (organization_id, principal, key, request_hash, created_at)
                   VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT (organization_id, principal, key) DO UPDATE
                   SET request_hash = excluded.request_hash, created_at = excluded.created_at,
                       status = NULL, headers = NULL, body = NULL
                   WHERE known.created_at <= CASE WHEN known.status IS NULL THEN $6::timestamptz ELSE $7 END
                   RETURNING key";
        let (organization, now) = (self.organization.as_str(), self.claimed_at);
        // Clearing may lag behind, so an answer past its day is replaced here.
        let (abandoned, over) = (now - CLAIM_LASTS, now - ANSWERS_ARE_KEPT_FOR);
        let taken = caller
            .tx
            .row(sql, &[&organization, &self.principal, &self.key, &self.request_hash, &now, &abandoned, &over])
            .await?;
        if taken.is_some() {
            caller.commit().await?;
            return Ok(None);
        }
        let sql = "SELECT request_hash, status, headers, body FROM app.idempotency_keys
                   WHERE organization_id = $1 AND principal = $2 AND key = $3";
        let known = caller.tx.row(sql, &[&organization, &self.principal, &self.key]).await?;
        known.map_or(Err(still_running()), |row| self.read_known(&row)).map(Some)
    }

    async fn clear_old(&self, caller: &Caller) -> Result<()> {
        let sql = "DELETE FROM app.idempotency_keys WHERE organization_id = $1 AND (principal, key) IN (
                     SELECT principal, key FROM app.idempotency_keys
                     WHERE organization_id = $1 AND created_at <= $2 ORDER BY created_at LIMIT $3 FOR UPDATE SKIP LOCKED
                   )";
        let over = self.claimed_at - ANSWERS_ARE_KEPT_FOR;
        caller.tx.execute(sql, &[&self.organization.as_str(), &over, &CLEARED_AT_ONCE]).await?;
        Ok(())
    }

    fn read_known(&self, row: &Row) -> Result<KnownAnswer> {
        if row.get::<_, Vec<u8>>("request_hash") != self.request_hash {
            let words = "This key was used for another request. Use a new key for each thing that is to be done once.";
            return Err(Error::invalid("Idempotency-Key", "reused", words));
        }
        let Some(status) = row.get::<_, Option<i32>>("status") else { return Err(still_running()) };
        let Some(body) = row.get::<_, Option<Vec<u8>>>("body") else { return Err(not_shown_again()) };
        let kept: BTreeMap<String, String> = serde_json::from_value(row.get("headers"))?;
        let mut headers = HeaderMap::new();
        for name in KEPT_HEADERS {
            if let Some(value) = kept.get(name.as_str()).and_then(|text| HeaderValue::from_str(text).ok()) {
                headers.insert(name, value);
            }
        }
        headers.insert(REPLAYED.clone(), HeaderValue::from_static("true"));
        let status = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok());
        let status = status.ok_or_else(|| Error::internal("an answer was kept with an impossible status"))?;
        Ok(KnownAnswer { status, headers, body })
    }

    async fn run(&self, request: Request, next: Next) -> Result<Response> {
        let response = match AssertUnwindSafe(next.run(request)).catch_unwind().await {
            Ok(response) => response,
            Err(panic) => {
                self.give_up().await?;
                resume_unwind(panic);
            }
        };
        if !is_final(response.status()) {
            self.give_up().await?;
            return Ok(response);
        }
        let (parts, body) = response.into_parts();
        let Ok(bytes) = to_bytes(body, ANSWER_LARGEST).await else {
            self.give_up().await?;
            return Err(Error::internal("an answer was too large to be kept for its Idempotency-Key"));
        };
        let kept = parts.extensions.get::<ShownOnce>().is_none().then_some(&bytes);
        self.keep(parts.status, &parts.headers, kept).await?;
        Ok(Response::from_parts(parts, Body::from(bytes)))
    }

    /// Keeps the answer; without its body only that the request was done.
    async fn keep(&self, status: StatusCode, headers: &HeaderMap, body: Option<&Bytes>) -> Result<()> {
        let kept = KEPT_HEADERS.iter().filter_map(|name| Some((name.as_str(), headers.get(name)?.to_str().ok()?)));
        let headers = serde_json::to_value(kept.collect::<BTreeMap<_, _>>())?;
        let sql = "UPDATE app.idempotency_keys SET status = $5, headers = $6, body = $7
                   WHERE organization_id = $1 AND principal = $2 AND key = $3 AND created_at = $4 AND status IS NULL";
        let tx = self.app.database.tenant(&self.organization).await?;
        let organization = self.organization.as_str();
        let status = i32::from(status.as_u16());
        let body = body.map(|bytes| bytes.to_vec());
        tx.execute(sql, &[&organization, &self.principal, &self.key, &self.claimed_at, &status, &headers, &body])
            .await?;
        tx.commit().await
    }

    /// Lets the same key be tried again, after an answer that another attempt may not get.
    async fn give_up(&self) -> Result<()> {
        let sql = "DELETE FROM app.idempotency_keys
                   WHERE organization_id = $1 AND principal = $2 AND key = $3 AND created_at = $4 AND status IS NULL";
        let tx = self.app.database.tenant(&self.organization).await?;
        tx.execute(sql, &[&self.organization.as_str(), &self.principal, &self.key, &self.claimed_at]).await?;
        tx.commit().await
    }
}

impl KnownAnswer {
    fn into_response(self) -> Response {
        (self.status, self.headers, self.body).into_response()
    }
}

fn still_running() -> Error {
    Error::Conflict("The first request with this key is still being answered. Ask again in a moment.".into())
}

fn not_shown_again() -> Error {
    let words = "The first request with this key was done, and its answer held a secret that is shown once. If it was \
                 lost, revoke what was made and make another with a new Idempotency-Key.";
    Error::Conflict(words.into())
}

/// Whether another attempt would be answered the same: not after trouble of ours, a limit or a missing sign-in.
fn is_final(status: StatusCode) -> bool {
    let passing = [StatusCode::UNAUTHORIZED, StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS];
    !status.is_server_error() && !passing.contains(&status)
}
