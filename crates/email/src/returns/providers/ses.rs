//! Amazon SES's reports: JSON within a message of Amazon SNS, signed with RSA.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::Value;

use super::{MARK, Refusal, Report, id_in, moment, text};
use crate::returns::reading::MARK_HEADER;
use crate::returns::{Bounce, News, Told, codes, enhanced_code};

/// Fields that the signature covers, in its order.
const NOTIFICATION: [&str; 6] = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];
const CONFIRMATION: [&str; 7] = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

/// The text that a message of SNS is signed over; none for a kind that there is not.
fn signed_text(message: &Value) -> Option<String> {
    let fields: &[&str] = match text(message, "/Type") {
        "Notification" => &NOTIFICATION,
        "SubscriptionConfirmation" | "UnsubscribeConfirmation" => &CONFIRMATION,
        _ => return None,
    };
    let present = fields.iter().filter_map(|name| message[*name].as_str().map(|value| format!("{name}\n{value}\n")));
    Some(present.collect())
}

/// Checks the signature with the public key (PKCS #1) of the certificate that the message names.
pub(super) fn check(message: &Value, public_key: &[u8]) -> Result<(), Refusal> {
    let signed = signed_text(message).ok_or(Refusal::Unreadable)?;
    let signature = BASE64_STANDARD.decode(text(message, "/Signature")).map_err(|_| Refusal::Unsigned)?;
    let algorithm = match text(message, "/SignatureVersion") {
        // Topics sign with SHA-1 until their owner asks for the other.
        "1" => &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        "2" => &RSA_PKCS1_2048_8192_SHA256,
        _ => return Err(Refusal::Unsigned),
    };
    UnparsedPublicKey::new(algorithm, public_key).verify(signed.as_bytes(), &signature).map_err(|_| Refusal::Unsigned)
}

/// Reads the report in a notification; none for what changes nothing.
pub(super) fn read(message: &Value) -> Option<Report> {
    let body: Value = serde_json::from_str(text(message, "/Message")).ok()?;
    let kind =
        [text(&body, "/eventType"), text(&body, "/notificationType")].into_iter().find(|kind| !kind.is_empty())?;
    let mail = id_in(&body, "/mail/messageId")?;
    let (news, id, at, words) = match kind {
        "Bounce" => {
            let bounced = &body["bounce"]["bouncedRecipients"][0];
            let words = [text(bounced, "/diagnosticCode"), text(&body, "/bounce/bounceSubType")];
            let words = words.into_iter().find(|words| !words.is_empty()).unwrap_or_default();
            let id = id_in(&body, "/bounce/feedbackId").unwrap_or(mail);
            (News::Bounced(bounce(&body["bounce"], bounced)), id, "/bounce/timestamp", words)
        }
        "Complaint" if text(&body, "/complaint/complaintFeedbackType") == "not-spam" => return None,
        "Complaint" => {
            let id = id_in(&body, "/complaint/feedbackId").unwrap_or(mail);
            (News::Complained, id, "/complaint/timestamp", text(&body, "/complaint/complaintFeedbackType"))
        }
        "Delivery" => (News::Delivered, mail, "/delivery/timestamp", text(&body, "/delivery/smtpResponse")),
        "Reject" => (News::Bounced(Bounce::Policy), mail, "/mail/timestamp", text(&body, "/reject/reason")),
        _ => return None,
    };
    Some(Report {
        mark: mark(&body["mail"]),
        id: format!("{kind} {id}"),
        told: Told { news, words: words.to_owned() },
        at: moment(&body, at),
    })
}

/// The mark as a tag, in the copy of our header, or in the return path, whichever it tells.
fn mark(mail: &Value) -> String {
    let header = mail["headers"].as_array().into_iter().flatten();
    let mut header =
        header.filter(|one| text(one, "/name").eq_ignore_ascii_case(MARK_HEADER)).map(|one| text(one, "/value"));
    let places = [text(mail, &format!("/tags/{MARK}/0")), header.next().unwrap_or_default(), text(mail, "/source")];
    places.into_iter().find(|place| !place.is_empty()).unwrap_or_default().to_owned()
}

/// Its own kinds decide, but where the code says that we are to blame.
fn bounce(bounce: &Value, recipient: &Value) -> Bounce {
    let diagnostic = text(recipient, "/diagnosticCode");
    let (code, said) = codes(diagnostic);
    let enhanced = said.or_else(|| enhanced_code(text(recipient, "/status")));
    let by_code = Bounce::of(code.unwrap_or(550), enhanced, diagnostic);
    match (text(bounce, "/bounceType"), text(bounce, "/bounceSubType")) {
        ("Permanent", "Suppressed" | "OnAccountSuppressionList" | "NoEmail") => Bounce::Hard,
        ("Permanent", _) if matches!(by_code, Bounce::Policy | Bounce::FullMailbox) => by_code,
        ("Permanent", _) => Bounce::Hard,
        ("Transient", "MailboxFull") => Bounce::FullMailbox,
        ("Transient", "ContentRejected" | "AttachmentRejected" | "MessageTooLarge") => Bounce::Policy,
        _ if enhanced == Some((5, 4, 4)) => Bounce::Hard,
        _ if by_code == Bounce::Policy => Bounce::Policy,
        _ => Bounce::Soft,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Made with OpenSSL: a public key, and what its private one signed with SHA-1.
    const KEY: &str = concat!(
        "MIIBCgKCAQEAtSRD+OehUVKpfEWJFNTiubSqtk05EvpiN695Fa5nli2FQfzPrKIhR+7OpunSTEcHlCXJDioLt8lFAm0v3mXa7OZI",
        "mYkKvEzxHt5OIBgOh8Nawv9jGrGXuJJBzkh0m87VFZRFQrLZYjLtvTHQejUtpeh5ysgrHnRGHOOeO5TL86rFqN2MqP341l31VWdb",
        "TL2VW2cx0ceR1j22VyXSHF4gV3rrOo6SSTDM7vFWHoYrRnfDuDMg1+EUIyZwUuLPfOqMcdnMW7tOfw1BHQ0OGUiIMbYRtZUCsZMy",
        "81n5E3yQnjBq2dQEOvKRHxsxPQTe4zNjYcPpIi6dVeyKyj13Mc9uNQIDAQAB",
    );
    const SIGNATURE: &str = concat!(
        "MUxDTTFCB+c5U1kcygpYN0rx1EfNkd0Z9BWPdh1Tjp4B2ROcL9Pf3M6sKhvy9RiI3q1gi5q6gHBb6APT35NYtV91zQEM5sh614eU",
        "eZajTfIKfyNp2fS4v9juFGXQliooIv0e3tgLGoWMCV20a93Rgq0KNmnrOJpymyIL173w5rbsDXiFzbzA5Pu3bLkl8O7HAe+UyOUP",
        "8S1NHKQymBbJJUFLqSt+S91o+9UkbNkFPfPssRHESUXQWcrvV81e8kb0FaCl9wBxkUowUPowTTMVT2H5NexVbBNZ8stWYWzhUOpl",
        "dGWRp1+7wyhcWd56IFFWLcObm0wfqb8J9M3Rg9xhNQ==",
    );

    #[test]
    fn a_signature_of_the_first_version_is_checked() {
        let key = BASE64_STANDARD.decode(KEY).unwrap();
        let message = json!({ "Type": "Notification", "MessageId": "m-1", "Message": "Hello", "Timestamp": "2026-03-01T12:00:00.000Z",
            "TopicArn": "arn:aws:sns:eu-west-1:123456789012:mail", "Signature": SIGNATURE, "SignatureVersion": "1" });
        assert_eq!(check(&message, &key), Ok(()));
        for (field, value) in
            [("Message", "hello"), ("SignatureVersion", "2"), ("SignatureVersion", "3"), ("Subject", "")]
        {
            let mut changed = message.clone();
            changed[field] = value.into();
            assert_eq!(check(&changed, &key), Err(Refusal::Unsigned), "{field}");
        }
        let mut other = message;
        other["Type"] = "Other".into();
        assert_eq!(check(&other, &key), Err(Refusal::Unreadable));
    }
}
