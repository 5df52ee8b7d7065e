//! Mailgun's reports: JSON, signed with HMAC-SHA256 over a time and a token (but not over what they tell).

use jiff::{SignedDuration, Timestamp};
use ring::hmac;
use serde_json::Value;

use super::{MARK, Refusal, Report, id_in, moment, text};
use crate::returns::{Bounce, News, Told, codes, enhanced_code};

/// How old a signature may be: reports are sent again for eight hours.
pub(super) const BELIEVED_FOR: SignedDuration = SignedDuration::from_hours(12);

/// Checks the signature and gives its token, which holds once.
pub(super) fn check(body: &Value, key: &[u8], now: Timestamp) -> Result<String, Refusal> {
    let (timestamp, token) = (text(body, "/signature/timestamp"), text(body, "/signature/token"));
    let signature = hex_bytes(text(body, "/signature/signature")).ok_or(Refusal::Unsigned)?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::verify(&key, format!("{timestamp}{token}").as_bytes(), &signature).map_err(|_| Refusal::Unsigned)?;
    let at =
        timestamp.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok()).ok_or(Refusal::Unsigned)?;
    if token.is_empty() || now.duration_since(at).abs() > BELIEVED_FOR {
        return Err(Refusal::Unsigned);
    }
    Ok(token.to_owned())
}

fn hex_bytes(text: &str) -> Option<Vec<u8>> {
    let pair = |place| u8::from_str_radix(text.get(place..place + 2)?, 16).ok();
    (text.len() == 64).then(|| (0..64).step_by(2).map(pair).collect()).flatten()
}

/// Reads one report; none for what changes nothing, such as a failure that is tried again.
pub(super) fn read(body: &Value) -> Option<Report> {
    let data = body.get("event-data")?;
    let status = &data["delivery-status"];
    let said = [text(status, "/message"), text(status, "/description")].into_iter().find(|words| !words.is_empty());
    let said = said.unwrap_or_default();
    let news = match (text(data, "/event"), text(data, "/severity")) {
        ("delivered", _) => News::Delivered,
        ("failed", "permanent") => failure(text(data, "/reason"), status, said),
        ("complained", _) => News::Complained,
        ("unsubscribed", _) => News::Unsubscribed,
        _ => return None,
    };
    Some(Report {
        mark: text(data, &format!("/user-variables/{MARK}")).to_owned(),
        id: id_in(data, "/id")?,
        told: Told { news, words: said.to_owned() },
        at: moment(data, "/timestamp"),
    })
}

fn failure(reason: &str, status: &Value, said: &str) -> News {
    let code = status["code"].as_u64().and_then(|code| u16::try_from(code).ok()).unwrap_or(550);
    News::Bounced(match reason {
        "suppress-bounce" => Bounce::Hard,
        "suppress-complaint" => return News::Complained,
        "suppress-unsubscribe" => return News::Unsubscribed,
        "old" => Bounce::Soft,
        // Codes of its own, beyond SMTP's: not delivering to an address that bounced before.
        _ if code == 605 => Bounce::Hard,
        _ => Bounce::of(code, enhanced_code(text(status, "/enhanced-code")).or(codes(said).1), said),
    })
}
