use jiff::{SignedDuration, Timestamp};
use kernel::App;
use kernel::events::KINDS;
use kernel::validate::Problems;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const DESCRIPTION_LONGEST: usize = 200;
/// The most endpoints of an organization.
pub const ENDPOINTS_AT_MOST: i64 = 50;
/// How long the old secret goes on signing after it was changed.
pub const ROTATION_LASTS: SignedDuration = SignedDuration::from_hours(24);

/// Waits before each attempt but the first, in seconds, as Standard Webhooks suggests; the last is 75 h 35 min after the
/// event.
pub const GAPS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// An endpoint as it can be shown: never its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Endpoint {
    pub id: String,
    pub url: String,
    pub description: String,
    /// Kinds of events; none stands for all.
    pub events: Vec<String>,
    pub is_active: bool,
    /// Why the program switched it off: `gone` (the receiver answered 410) or `failing` (for days).
    pub disabled_reason: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub failing_since: Option<Timestamp>,
    /// Until then the secret before the last change signs as well.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub previous_secret_until: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    pub version: i32,
}

/// An endpoint with a fresh secret; the only answer that holds one.
#[derive(Debug, Serialize, ToSchema)]
pub struct EndpointWithSecret {
    #[serde(flatten)]
    pub endpoint: Endpoint,
    /// `whsec_…`, to verify signatures with. It cannot be shown again.
    pub secret: String,
}

/// What is said of an endpoint; what is left out stays, or has its default.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RawEndpoint {
    /// `https://…`; addresses in private networks are refused unless the operator allows them.
    pub url: Option<String>,
    pub description: Option<String>,
    /// Kinds of events; an empty list stands for all.
    pub events: Option<Vec<String>>,
    pub is_active: Option<bool>,
}

/// A checked endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointDraft {
    pub url: String,
    pub description: String,
    pub events: Vec<String>,
    pub is_active: bool,
}

impl EndpointDraft {
    fn blank() -> Self {
        Self { url: String::new(), description: String::new(), events: Vec::new(), is_active: true }
    }

    pub fn of(endpoint: &Endpoint) -> Self {
        let Endpoint { url, description, events, is_active, .. } = endpoint.clone();
        Self { url, description, events, is_active }
    }

    /// The draft of a new endpoint, or of one as it is, after what was sent.
    pub fn checked(
        app: &App,
        before: Option<&Endpoint>,
        raw: RawEndpoint,
        mut problems: Problems,
    ) -> kernel::Result<Self> {
        let mut draft = before.map_or_else(Self::blank, Self::of);
        if before.is_none() && raw.url.is_none() {
            problems.add("url", "required", "The address is missing. Enter where events are to be sent.");
        }
        if let Some(url) = raw.url {
            match app.outgoing.check(&url) {
                Ok(url) => draft.url = url.into(),
                Err(words) => problems.add("url", "refused", words),
            }
        }
        if let Some(text) = raw.description {
            draft.description = problems
                .optional("description", "The description", Some(&text), DESCRIPTION_LONGEST)
                .unwrap_or_default();
        }
        if let Some(events) = raw.events {
            draft.events = check_events(&mut problems, events);
        }
        draft.is_active = raw.is_active.unwrap_or(draft.is_active);
        problems.finish(draft)
    }
}

fn check_events(problems: &mut Problems, mut events: Vec<String>) -> Vec<String> {
    let unknown = events.iter().position(|event| !KINDS.iter().any(|kind| kind.name == event));
    if let Some(position) = unknown {
        let words = "There is no event of this name. The documentation of the API lists them.";
        problems.add(&format!("events[{position}]"), "unknown_value", words);
    }
    events.sort_unstable();
    events.dedup();
    events
}

/// How one delivery stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Delivery {
    pub id: String,
    pub endpoint_id: String,
    /// The `webhook-id` that receivers see, the same in every attempt.
    pub message_id: String,
    /// The kind of event.
    pub event: String,
    /// `pending`, `delivered` or `failed`.
    pub status: String,
    /// Of this round; a replay begins a new one.
    pub attempts: i32,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_attempt_at: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Of the last attempt.
    pub response_status: Option<i32>,
    pub failure: Option<String>,
}

/// One attempt as the log keeps it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Attempt {
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    pub duration_ms: i32,
    /// With the signature left out.
    #[schema(value_type = Object)]
    pub request_headers: serde_json::Value,
    pub response_status: Option<i32>,
    /// The beginning of it.
    pub response_body: Option<String>,
    /// Why there was no answer.
    pub failure: Option<String>,
}

/// A delivery with all that is known of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeliveryRecord {
    #[serde(flatten)]
    pub delivery: Delivery,
    /// The body as it is sent and signed.
    pub payload: String,
    /// The newest first, of all rounds.
    pub log: Vec<Attempt>,
}

/// When to try again after the attempt of this number, or never. `shake` from 0 to 1 spreads receivers' load: up to a
/// tenth is added.
pub fn next_attempt(attempts: i32, shake: f64, now: Timestamp, asked: Option<SignedDuration>) -> Option<Timestamp> {
    let gap = *GAPS.get(usize::try_from(attempts - 1).ok()?)?;
    let spread = SignedDuration::try_from_secs_f64(gap as f64 * 0.1 * shake).unwrap_or_default();
    let wait = SignedDuration::from_secs(gap) + spread;
    Some(now + asked.map_or(wait, |asked| asked.max(wait)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_follow_the_published_schedule_and_the_receivers_wish() {
        let now: Timestamp = "2026-03-02T10:00:00Z".parse().unwrap();
        let mut at = now;
        for attempts in 1..=9 {
            at = next_attempt(attempts, 0.0, at, None).unwrap();
        }
        assert_eq!(at.duration_since(now), SignedDuration::from_mins(75 * 60 + 35) + SignedDuration::from_secs(5));
        assert_eq!(next_attempt(10, 0.0, now, None), None);
        let shaken = next_attempt(2, 1.0, now, None).unwrap();
        assert_eq!(shaken.duration_since(now).as_secs(), 330);
        let asked = next_attempt(1, 0.0, now, Some(SignedDuration::from_secs(90))).unwrap();
        assert_eq!(asked.duration_since(now).as_secs(), 90);
    }
}
