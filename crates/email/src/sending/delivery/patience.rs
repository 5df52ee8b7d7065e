//! Leaving alone for a while: the mail server when it cannot be reached, and domains that want us to slow down.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use crate::sending::smtp::Failure;

/// The first wait after the mail server could not be reached; it doubles up to the longest.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(5);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(5);
/// How long a domain that asks us to slow down is left alone at first; it doubles up to half an hour.
const FIRST_REST: SignedDuration = SignedDuration::from_mins(1);
const LONGEST_REST: SignedDuration = SignedDuration::from_mins(30);

/// Domains that are known to rest; beyond these the ones that do so no more are forgotten, with how long they had to.
const DOMAINS_MOST: usize = 10_000;

/// Until when something is left alone, and for how long that was decided.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Rest {
    until: Timestamp,
    length: SignedDuration,
}

/// What one node has learned about its mail server and the domains behind it.
#[derive(Default)]
pub(super) struct Patience {
    domains: HashMap<String, Rest>,
    server: Option<Rest>,
}

impl Patience {
    /// Whether the mail server is left alone now.
    pub fn waits_for_server(&self, now: Timestamp) -> bool {
        self.server.is_some_and(|rest| rest.until > now)
    }

    /// The mail server answers again.
    pub fn server_answers(&mut self) {
        self.server = None;
    }

    /// Leaves the mail server alone, longer each time, and says until when. What failed together counts once.
    pub fn server_failed(&mut self, failure: &Failure, now: Timestamp) -> Timestamp {
        if let Some(rest) = self.server.filter(|rest| rest.until > now) {
            return rest.until;
        }
        let length = self.server.map_or(FIRST_WAIT, |rest| (rest.length * 2).min(LONGEST_WAIT));
        tracing::warn!(%failure, "the mail server cannot be used; trying again in {} s", length.as_secs());
        self.server = Some(Rest { until: now + length, length });
        now + length
    }

    /// Until when the domain of this address is left alone.
    pub fn rests_until(&self, address: &str, now: Timestamp) -> Option<Timestamp> {
        self.domains.get(&domain_of(address)).map(|rest| rest.until).filter(|until| *until > now)
    }

    /// The domain of this address takes messages.
    pub fn domain_takes(&mut self, address: &str) {
        self.domains.remove(&domain_of(address));
    }

    /// Leaves the domain of this address alone, longer each time.
    pub fn spare(&mut self, address: &str, now: Timestamp) {
        if self.domains.len() >= DOMAINS_MOST {
            self.domains.retain(|_, rest| rest.until > now);
        }
        let begun = Rest { until: now, length: FIRST_REST / 2 };
        let rest = self.domains.entry(domain_of(address)).or_insert(begun);
        if rest.until <= now {
            rest.length = (rest.length * 2).min(LONGEST_REST);
            rest.until = now + rest.length;
        }
    }
}

/// What stands behind the `@`, in small letters.
pub(super) fn domain_of(address: &str) -> String {
    address.rsplit('@').next().unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_end_with_success() {
        let start: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let (mut patience, mut now, mut waits) = (Patience::default(), start, Vec::new());
        for _ in 0..8 {
            let until = patience.server_failed(&Failure::Unreachable(String::new()), now);
            assert_eq!(patience.server_failed(&Failure::Unreachable(String::new()), now), until);
            waits.push(until.duration_since(now).as_secs());
            now = until;
        }
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 300, 300]);
        patience.server_answers();
        assert!(!patience.waits_for_server(now));
        patience.spare("a@slow.example", now);
        patience.spare("b@Slow.Example", now);
        assert_eq!(patience.rests_until("c@slow.example", now), Some(now + FIRST_REST));
        assert_eq!(patience.rests_until("c@other.example", now), None);
        patience.domain_takes("a@slow.example");
        assert_eq!(patience.rests_until("c@slow.example", now), None);
    }
}
