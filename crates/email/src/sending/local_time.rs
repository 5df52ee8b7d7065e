//! The same time of day for everybody, wherever they are.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

/// A time of day on one date, as clocks show it, and the zone of whoever's is not known.
#[derive(Debug, Clone)]
pub struct LocalTime {
    wall: DateTime,
    home: TimeZone,
}

impl LocalTime {
    /// What clocks at home show at this moment.
    pub fn of(moment: Timestamp, home: &TimeZone) -> Self {
        Self { wall: home.to_datetime(moment), home: home.clone() }
    }

    /// When clocks in this zone show it. A zone that there is not counts as home.
    pub fn in_zone(&self, name: Option<&str>) -> Timestamp {
        let zone = name.and_then(|name| TimeZone::get(name).ok());
        moment(self.wall, zone.as_ref().unwrap_or(&self.home))
    }

    /// When clocks show it first anywhere on earth: fourteen hours before Greenwich.
    pub fn first(&self) -> Timestamp {
        moment(self.wall, &TimeZone::fixed(jiff::tz::offset(14)))
    }
}

/// The moment of a time of day: of one that comes twice the first, and of one that clocks leave out the first after it.
pub fn moment(wall: DateTime, zone: &TimeZone) -> Timestamp {
    let at = |offset: Offset| offset.to_timestamp(wall).unwrap_or(Timestamp::MAX);
    match zone.to_ambiguous_timestamp(wall).offset() {
        AmbiguousOffset::Unambiguous { offset } => at(offset),
        AmbiguousOffset::Fold { before, .. } => at(before),
        AmbiguousOffset::Gap { after, .. } => {
            let earlier = at(after);
            zone.following(earlier).next().map_or(earlier, |change| change.timestamp())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(moment: &str, home: &str) -> LocalTime {
        LocalTime::of(moment.parse().unwrap(), &TimeZone::get(home).unwrap())
    }

    #[test]
    fn nine_o_clock_comes_at_each_places_own_time() {
        let nine = time("2026-03-02T08:00:00Z", "Europe/Berlin");
        for (zone, expected) in [
            (Some("Asia/Tokyo"), "2026-03-02T00:00:00Z"),
            (Some("America/New_York"), "2026-03-02T14:00:00Z"),
            (Some("Pacific/Kiritimati"), "2026-03-01T19:00:00Z"),
            (Some("No/Where"), "2026-03-02T08:00:00Z"),
            (None, "2026-03-02T08:00:00Z"),
        ] {
            assert_eq!(nine.in_zone(zone).to_string(), expected, "{zone:?}");
        }
        assert_eq!(nine.first().to_string(), "2026-03-01T19:00:00Z");
    }

    #[test]
    fn a_time_that_clocks_leave_out_is_the_first_after_and_of_one_that_comes_twice_it_is_the_first() {
        let gap = time("2026-03-29T02:30:00Z", "UTC");
        assert_eq!(gap.in_zone(Some("Europe/Berlin")).to_string(), "2026-03-29T01:00:00Z");
        let twice = time("2026-10-25T02:30:00Z", "UTC");
        assert_eq!(twice.in_zone(Some("Europe/Berlin")).to_string(), "2026-10-25T00:30:00Z");
    }
}
