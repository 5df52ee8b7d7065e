//! The beginning and the end of a campaign, as people and programs write them.

use content::items::local_time;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Years beyond which nobody plans, and which every part of the way can count.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;

/// Which end of a day a day alone stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Its first moment.
    Begin,
    /// Its last minute.
    End,
}

/// Reads a moment (`2026-03-01T08:00:00Z`), a time on the clocks of a zone (`2026-03-01T09:00`), or a day (`2026-03-01`).
pub fn read(text: &str, zone: &TimeZone, edge: Edge) -> Option<Timestamp> {
    let text = text.trim();
    let at = match text.parse::<Timestamp>() {
        Ok(at) => at,
        Err(_) if text.len() == 10 => edge_of(text.parse().ok()?, zone, edge)?,
        Err(_) => local_time::read(text, zone)?.at,
    };
    YEARS.contains(&at.to_zoned(TimeZone::UTC).year()).then_some(at)
}

fn edge_of(day: Date, zone: &TimeZone, edge: Edge) -> Option<Timestamp> {
    let at = match edge {
        Edge::Begin => day.to_zoned(zone.clone()).ok()?.start_of_day().ok()?,
        Edge::End => day.at(23, 59, 0, 0).to_zoned(zone.clone()).ok()?,
    };
    Some(at.timestamp())
}

/// The zone of this name; UTC where it is not known here.
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin(text: &str, edge: Edge) -> Option<String> {
        read(text, &zone("Europe/Berlin"), edge).map(|at| at.to_string())
    }

    #[test]
    fn days_begin_and_end_in_their_zone() {
        assert_eq!(berlin("2026-07-01", Edge::Begin).as_deref(), Some("2026-06-30T22:00:00Z"));
        assert_eq!(berlin("2026-07-01", Edge::End).as_deref(), Some("2026-07-01T21:59:00Z"));
        assert_eq!(berlin("2026-07-01T09:30", Edge::End).as_deref(), Some("2026-07-01T07:30:00Z"));
        assert_eq!(berlin("2026-07-01T09:30:00Z", Edge::Begin).as_deref(), Some("2026-07-01T09:30:00Z"));
        assert_eq!(berlin("2026-07-01T09:30:00+05:00", Edge::Begin).as_deref(), Some("2026-07-01T04:30:00Z"));
    }

    #[test]
    fn what_nobody_plans_is_not_read() {
        for odd in ["", "tomorrow", "2026-02-30", "9999-01-01", "0001-01-01T00:00:00Z", "2026-13-01T00:00", "2026"] {
            assert_eq!(berlin(odd, Edge::Begin), None, "{odd}");
        }
    }
}
