//! Postmark's reports: JSON, sent with a user name and a password that are part of the address.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderMap, header};
use serde_json::Value;

use super::{MARK, Refusal, Report, id_in, moment, text};
use crate::returns::{Bounce, News, Told};

pub(super) const USER: &str = "contentpilot";

/// Checks the password.
pub(super) fn check(headers: &HeaderMap, password: &[u8]) -> Result<(), Refusal> {
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let sent = sent.and_then(|text| BASE64_STANDARD.decode(text.strip_prefix("Basic ")?.trim()).ok());
    let right = [USER.as_bytes(), b":", password].concat();
    // Hashes are compared, so that the time it takes tells nothing.
    let is_right = sent.is_some_and(|sent| kernel::secret::digest_hex(&sent) == kernel::secret::digest_hex(&right));
    is_right.then_some(()).ok_or(Refusal::Unsigned)
}

/// Reads one report; none for what changes nothing.
pub(super) fn read(body: &Value) -> Option<Report> {
    let kind = text(body, "/RecordType");
    let message = id_in(body, "/MessageID").unwrap_or_default();
    let said = [text(body, "/Details"), text(body, "/Description")].into_iter().find(|words| !words.is_empty());
    let (news, id, at) = match kind {
        "Delivery" => (News::Delivered, message, moment(body, "/DeliveredAt")),
        "Bounce" => (bounce(text(body, "/Type"))?, id_in(body, "/ID")?, moment(body, "/BouncedAt")),
        "SpamComplaint" => (News::Complained, id_in(body, "/ID").unwrap_or(message), moment(body, "/BouncedAt")),
        "SubscriptionChange" if body["SuppressSending"] == true => {
            let news = match text(body, "/SuppressionReason") {
                "HardBounce" => News::Bounced(Bounce::Hard),
                "SpamComplaint" => News::Complained,
                _ => News::Unsubscribed,
            };
            (news, message, moment(body, "/ChangedAt"))
        }
        _ => return None,
    };
    Some(Report {
        mark: text(body, &format!("/Metadata/{MARK}")).to_owned(),
        id: format!("{kind} {id}"),
        told: Told { news, words: said.unwrap_or(kind).to_owned() },
        at,
    })
}

/// Kinds of bounces as Postmark lists them; absences and the like are none.
fn bounce(kind: &str) -> Option<News> {
    Some(News::Bounced(match kind {
        "HardBounce" | "BadEmailAddress" | "ManuallyDeactivated" => Bounce::Hard,
        "SoftBounce" | "Transient" | "DnsError" | "InboundError" | "Undeliverable" | "SMTPApiError" => Bounce::Soft,
        "SpamNotification" | "VirusNotification" | "DMARCPolicy" | "Blocked" | "TemplateRenderingFailed" => {
            Bounce::Policy
        }
        "SpamComplaint" => return Some(News::Complained),
        "Unsubscribe" => return Some(News::Unsubscribed),
        _ => return None,
    }))
}
