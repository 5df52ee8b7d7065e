//! How many messages are on their way to one domain: some take few connections at a time.

use std::collections::HashMap;

use jiff::SignedDuration;

use super::patience::domain_of;

/// How long a message waits whose domain has as many on their way as it may. Others go first.
pub(super) const WAITS_FOR: SignedDuration = SignedDuration::from_secs(1);

/// Messages on their way, by domain.
pub(super) struct Crowd {
    /// None when there is no limit.
    most: Option<usize>,
    counts: HashMap<String, usize>,
}

impl Crowd {
    /// Counts those that are on their way; a limit of 0 is none.
    pub fn of<'a>(most: usize, on_the_way: impl Iterator<Item = &'a str>) -> Self {
        let mut crowd = Self { most: (most > 0).then_some(most), counts: HashMap::new() };
        if crowd.most.is_some() {
            on_the_way.for_each(|address| _ = crowd.admit(address));
        }
        crowd
    }

    /// Lets one more go to this address, if its domain takes another.
    pub fn admit(&mut self, address: &str) -> bool {
        let Some(most) = self.most else { return true };
        let count = self.counts.entry(domain_of(address)).or_default();
        *count += 1;
        *count <= most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_takes_as_many_as_it_may() {
        let mut crowd = Crowd::of(2, ["a@one.example", "b@ONE.example", "a@two.example"].into_iter());
        assert!(!crowd.admit("c@one.example") && crowd.admit("b@two.example") && !crowd.admit("c@two.example"));
        let mut any = Crowd::of(0, ["a@one.example"; 9].into_iter());
        assert!(any.admit("c@one.example"));
    }
}
