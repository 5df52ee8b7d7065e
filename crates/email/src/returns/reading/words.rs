//! Bounces of servers that keep to no standard: what they say is looked for in their words.

use mail_parser::Message;

use crate::returns::{Bounce, News, Told, codes};

/// Where the words end and a copy of our message begins, in lower case.
const COPY_BEGINS: [&str; 6] = [
    "below this line is a copy",
    "this is a copy of",
    "original message follows",
    "----- original message",
    "message header follows",
    "-----begin original message",
];
/// How much of the words is looked at, in characters.
const LOOKED_AT: usize = 20_000;

/// Reads a mail without a report. Only a mail from nobody is a bounce (RFC 5321, 6.1); what says of itself that it was sent
/// by itself (RFC 3834) tells of an absence, and all else is an answer of a person.
pub(super) fn read(message: &Message<'_>, sender: Option<&str>) -> Option<Told> {
    if sender.is_some_and(|sender| !is_a_servers(sender)) || is_automatic(message) {
        return None;
    }
    let text: String = message.body_text(0)?.chars().take(LOOKED_AT).collect();
    let lower = text.to_lowercase();
    let end = COPY_BEGINS.iter().filter_map(|mark| lower.find(mark)).min().unwrap_or(text.len());
    // Lower case may be longer than what it was made of.
    let words = text.get(..end).unwrap_or(&text);
    let line = words.lines().find(|line| codes(line).0.is_some());
    let bounce = line.map_or_else(|| Bounce::of(550, None, words), Bounce::of_text);
    let said = line.unwrap_or_else(|| words.lines().find(|line| !line.trim().is_empty()).unwrap_or_default());
    Some(Told { news: News::Bounced(bounce), words: said.trim().to_owned() })
}

fn is_a_servers(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default().to_ascii_lowercase();
    local.is_empty() || local == "mailer-daemon" || local == "postmaster"
}

fn is_automatic(message: &Message<'_>) -> bool {
    let header = |name: &str| message.header_raw(name).map(|value| value.trim().to_ascii_lowercase());
    header("Auto-Submitted").is_some_and(|value| !value.starts_with("no") && !value.starts_with("auto-generated"))
        || header("X-Autoreply").is_some()
        || header("Precedence").is_some_and(|value| value == "auto_reply")
}
