//! SendGrid's reports: a list in JSON, signed with ECDSA (P-256, SHA-256) over a time and the whole body.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::HeaderMap;
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use serde_json::Value;

use super::{MARK, REPORTS_MOST, Refusal, Report, id_in, moment, text};
use crate::returns::{Bounce, News, Told, enhanced_code};

const SIGNATURE: &str = "x-twilio-email-event-webhook-signature";
const TIMESTAMP: &str = "x-twilio-email-event-webhook-timestamp";
/// What stands before the point of a key on the curve P-256 (RFC 5480).
const P256: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// The point of a key as it is shown there: the DER of a public key in base64.
pub(super) fn point(key: &str) -> Option<Vec<u8>> {
    let lines = key.lines().filter(|line| !line.starts_with("-----"));
    let text: String = lines.flat_map(str::chars).filter(|one| !one.is_whitespace()).collect();
    let der = BASE64_STANDARD.decode(text).ok()?;
    let point = der.strip_prefix(&P256)?;
    (point.len() == 65).then(|| point.to_vec())
}

/// Checks the signature. What it covers counts once by itself, so it may be as old as it likes.
pub(super) fn check(headers: &HeaderMap, body: &[u8], key: &[u8]) -> Result<(), Refusal> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signature = BASE64_STANDARD.decode(header(SIGNATURE)).map_err(|_| Refusal::Unsigned)?;
    let signed = [header(TIMESTAMP).as_bytes(), body].concat();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key).verify(&signed, &signature).map_err(|_| Refusal::Unsigned)
}

/// Reads the reports that change something.
pub(super) fn read(body: &Value) -> Option<Vec<Report>> {
    Some(body.as_array()?.iter().take(REPORTS_MOST).filter_map(one).collect())
}

fn one(event: &Value) -> Option<Report> {
    let (said, kind) = (text(event, "/reason"), text(event, "/event"));
    let news = match kind {
        "delivered" => News::Delivered,
        "bounce" => News::Bounced(bounce(event, said)),
        "dropped" => dropped(said),
        "spamreport" => News::Complained,
        "unsubscribe" | "group_unsubscribe" => News::Unsubscribed,
        _ => return None,
    };
    let words = if said.is_empty() { text(event, "/response") } else { said };
    Some(Report {
        mark: text(event, &format!("/{MARK}")).to_owned(),
        id: id_in(event, "/sg_event_id")?,
        told: Told { news, words: if words.is_empty() { kind } else { words }.to_owned() },
        at: moment(event, "/timestamp"),
    })
}

fn bounce(event: &Value, said: &str) -> Bounce {
    match text(event, "/bounce_classification") {
        "Invalid Address" => return Bounce::Hard,
        "Content" | "Reputation" | "Frequency or Volume Too High" => return Bounce::Policy,
        "Technical" => return Bounce::Soft,
        _ => {}
    }
    let enhanced = enhanced_code(text(event, "/status"));
    let code = enhanced.map_or(550, |(class, _, _)| class * 100 + 50);
    match Bounce::of(code, enhanced, said) {
        // It says itself that the address is not to blame.
        Bounce::Hard if text(event, "/type") == "blocked" => Bounce::Policy,
        bounce => bounce,
    }
}

/// What it did not even try, for what it remembers of the address.
fn dropped(reason: &str) -> News {
    match reason {
        "Bounced Address" | "Invalid" => News::Bounced(Bounce::Hard),
        "Spam Reporting Address" => News::Complained,
        "Unsubscribed Address" => News::Unsubscribed,
        _ => News::Bounced(Bounce::Policy),
    }
}
