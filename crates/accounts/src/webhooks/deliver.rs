//! Sending one message to one endpoint: what goes out, and what came back.

use std::time::{Duration, Instant};

use axum::body::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use kernel::outgoing::{Failure, Limits, Reply, Request};
use kernel::{App, Error, Result};
use serde_json::json;

use super::record::Sending;
use super::sign;

const LIMITS: Limits = Limits { time: Duration::from_secs(20), bytes: 4 * 1024 };
/// The longest wait that a receiver can ask for.
const LONGEST_WISH: SignedDuration = SignedDuration::from_hours(24);

/// How an attempt went.
pub struct Outcome {
    pub at: Timestamp,
    pub duration_ms: i32,
    /// As the log shows them: without the signature.
    pub request_headers: serde_json::Value,
    pub status: Option<StatusCode>,
    pub body: Option<String>,
    pub failure: Option<String>,
    /// How long the receiver wants to be left alone.
    pub wish: Option<SignedDuration>,
}

impl Outcome {
    pub fn is_success(&self) -> bool {
        self.status.is_some_and(|status| status.is_success())
    }

    /// The receiver says that it cannot keep up.
    pub fn is_overload(&self) -> bool {
        self.status.is_some_and(|status| matches!(status.as_u16(), 429 | 502 | 504))
    }
}

/// Makes one attempt. Only what is wrong on our side is an error.
pub async fn attempt(app: &App, sending: &Sending) -> Result<Outcome> {
    let at = app.clock.now();
    let secrets = sending.secrets_at(at);
    let signatures = sign::signatures(&app.secret_key, &secrets, (&sending.message_id, at), &sending.payload)?;
    let headers = headers(sending, at, &signatures)?;
    let begun = Instant::now();
    let reply = match app.outgoing.check(&sending.url) {
        Ok(url) => {
            let request = Request::post(url, headers, Bytes::from(sending.payload.clone()));
            app.outgoing.send(request, LIMITS).await
        }
        Err(words) => Err(Failure::Refused(words)),
    };
    let shown = json!({
        "content-type": "application/json", "webhook-id": sending.message_id,
        "webhook-timestamp": at.as_second().to_string(), "webhook-signature": "(left out)",
    });
    let duration_ms = i32::try_from(begun.elapsed().as_millis()).unwrap_or(i32::MAX);
    let blank =
        Outcome { at, duration_ms, request_headers: shown, status: None, body: None, failure: None, wish: None };
    Ok(match reply {
        Ok(reply) => {
            let wish = wish(&reply.headers, at);
            Outcome { status: Some(reply.status), body: Some(text(&reply)), wish, ..blank }
        }
        Err(failure) => Outcome { failure: Some(failure.to_string()), ..blank },
    })
}

fn headers(sending: &Sending, at: Timestamp, signatures: &str) -> Result<HeaderMap> {
    let value = |text: &str| HeaderValue::from_str(text).map_err(Error::internal);
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert("webhook-id", value(&sending.message_id)?);
    headers.insert("webhook-timestamp", value(&at.as_second().to_string())?);
    headers.insert("webhook-signature", value(signatures)?);
    Ok(headers)
}

/// The beginning of an answer, as text that the database can keep.
fn text(reply: &Reply) -> String {
    let text = String::from_utf8_lossy(&reply.body).replace('\0', "");
    if reply.is_cut { format!("{text}…") } else { text }
}

/// `Retry-After`, in seconds or as a date.
fn wish(headers: &HeaderMap, now: Timestamp) -> Option<SignedDuration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let wish = match text.parse::<u32>() {
        Ok(seconds) => SignedDuration::from_secs(seconds.into()),
        Err(_) => jiff::fmt::rfc2822::parse(text).ok()?.timestamp().duration_since(now),
    };
    Some(wish.clamp(SignedDuration::ZERO, LONGEST_WISH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_asks_for_rest_in_seconds_or_by_a_date() {
        let now: Timestamp = "2026-03-02T10:00:00Z".parse().unwrap();
        let asked = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(text));
            wish(&headers, now).map(|wish| wish.as_secs())
        };
        assert_eq!(asked("120"), Some(120));
        assert_eq!(asked("Mon, 02 Mar 2026 10:05:00 GMT"), Some(300));
        assert_eq!(asked("Sun, 01 Mar 2026 10:05:00 GMT"), Some(0));
        assert_eq!(asked("4000000000"), Some(86_400));
        assert_eq!(asked("soon"), None);
    }
}
