//! Complaints in the form that mailbox providers pass them on (RFC 5965).

use super::Fields;
use crate::returns::{News, Told};

/// Reads the fields of a `message/feedback-report`. A kind that is not known counts as `other` (RFC 5965, 3.1), and
/// `not-spam` takes nobody off the list.
pub(super) fn read(fields: &Fields) -> Option<Told> {
    let kind = fields.get("feedback-type")?.to_ascii_lowercase();
    let news = match kind.as_str() {
        "not-spam" => return None,
        "opt-out" | "opt-out-list" => News::Unsubscribed,
        _ => News::Complained,
    };
    let by = fields.get("user-agent").or_else(|| fields.get("reported-domain")).unwrap_or("a mailbox provider");
    Some(Told { news, words: format!("{kind}, told by {by}") })
}
