//! What servers say in words where their codes say nothing.

use super::outcome::Class;

const HAS_NO_ROOM: [&str; 5] = ["quota", "mailbox full", "mailbox is full", "insufficient storage", "out of storage"];
const REFUSED: [&str; 16] = [
    "spam",
    "blocked",
    "blacklist",
    "blocklist",
    "block list",
    "reputation",
    "policy",
    "dmarc",
    "dkim",
    "spf ",
    "not authorized",
    "unauthenticated",
    "access denied",
    "virus",
    "banned",
    "sender address",
];
const GONE: [&str; 15] = [
    "user unknown",
    "unknown user",
    "no such user",
    "no such recipient",
    "no such mailbox",
    "no mailbox here",
    "does not exist",
    "doesn't exist",
    "doesn't have a",
    "mailbox unavailable",
    "mailbox not found",
    "invalid recipient",
    "recipient address rejected",
    "address rejected",
    "unrouteable address",
];

/// Reads the words of a refusal. What blames the sender goes before what blames the address, for many answers do both.
pub fn class(words: &str) -> Option<Class> {
    let words = words.to_lowercase();
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| words.contains(phrase));
    if says(&HAS_NO_ROOM) {
        Some(Class::FullMailbox)
    } else if says(&REFUSED) {
        Some(Class::Policy)
    } else {
        says(&GONE).then_some(Class::Gone)
    }
}
