//! Ids: the one place where new ones are made.

use uuid::{Timestamp, Uuid};

/// Makes a new id: a time-ordered UUID (version 7, RFC 9562) as text.
///
/// Ids that a host platform made (cuids) are text too, so both kinds live in the same columns.
pub fn new(now: jiff::Timestamp) -> String {
    let seconds = u64::try_from(now.as_second()).unwrap_or(0);
    let nanoseconds = u32::try_from(now.subsec_nanosecond()).unwrap_or(0);
    let timestamp = Timestamp::from_unix(&*CONTEXT, seconds, nanoseconds);
    Uuid::new_v7(timestamp).to_string()
}

/// Counts within a millisecond, so that ids made in one go sort in the order they were made.
static CONTEXT: std::sync::LazyLock<SharedContext> = std::sync::LazyLock::new(SharedContext::default);

#[derive(Default)]
struct SharedContext(std::sync::Mutex<uuid::timestamp::context::ContextV7>);

impl uuid::timestamp::ClockSequence for &SharedContext {
    type Output = u64;

    fn generate_sequence(&self, seconds: u64, nanoseconds: u32) -> Self::Output {
        self.lock().generate_sequence(seconds, nanoseconds)
    }

    fn generate_timestamp_sequence(&self, seconds: u64, nanoseconds: u32) -> (Self::Output, u64, u32) {
        self.lock().generate_timestamp_sequence(seconds, nanoseconds)
    }

    fn usable_bits(&self) -> usize {
        self.lock().usable_bits()
    }
}

impl SharedContext {
    fn lock(&self) -> std::sync::MutexGuard<'_, uuid::timestamp::context::ContextV7> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Whether a text has the shape of an id: 1 to 64 of `[A-Za-z0-9_-]`, as UUIDs and cuids have.
///
/// What has not cannot be the id of anything, so it is answered like an id that does not exist.
pub fn is_well_formed(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(is_plain)
}

/// Whether a part of an address could be a slug or an id: 1 to 200 of `[A-Za-z0-9_-]`.
pub fn is_segment(text: &str) -> bool {
    (1..=crate::validate::SLUG_LONGEST).contains(&text.len()) && text.bytes().all(is_plain)
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_made_in_the_same_instant_sort_in_the_order_they_were_made() {
        let now = jiff::Timestamp::from_second(1_800_000_000).unwrap();
        let ids: Vec<String> = (0..1000).map(|_| new(now)).collect();
        let mut sorted = ids.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(ids, sorted);
    }

    #[test]
    fn only_plain_texts_are_ids() {
        assert!(is_well_formed("clorg0harborpine0000000001"));
        assert!(is_well_formed("0192f0c1-7c2e-7d51-9a0e-4b6a0a3e9a01"));
        for text in ["", "a b", "a'b", "ü", &"x".repeat(65)] {
            assert!(!is_well_formed(text), "{text:?}");
        }
    }
}
