//! Times as people type them: in the organization's zone, with what its clocks do twice or not at all.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

/// A typed time, and what became of it where the clocks change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalTime {
    pub at: Timestamp,
    /// A sentence to show, when the time typed does not exist or exists twice.
    pub note: Option<String>,
}

/// Reads a time such as `2026-03-29T02:30`.
///
/// A time that the clocks leave out becomes the first minute after the gap; of one that they show twice, the first is
/// taken.
pub fn read(text: &str, zone: &TimeZone) -> Option<LocalTime> {
    let typed: DateTime = text.trim().parse().ok()?;
    let ambiguous = zone.to_ambiguous_timestamp(typed);
    match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => Some(LocalTime { at: ambiguous.compatible().ok()?, note: None }),
        AmbiguousOffset::Gap { before, .. } => {
            let beyond = before.to_timestamp(typed).ok()?;
            let at = zone.preceding(beyond.checked_add(jiff::SignedDuration::from_nanos(1)).ok()?).next()?.timestamp();
            let first = at.to_zoned(zone.clone()).strftime("%H:%M").to_string();
            let note = format!(
                "The clocks go forward on that day and leave out {}, so {first} is taken.",
                typed.strftime("%H:%M")
            );
            Some(LocalTime { at, note: Some(note) })
        }
        AmbiguousOffset::Fold { .. } => {
            let at = ambiguous.earlier().ok()?;
            let note = format!(
                "The clocks go back on that day and show {} twice; the first time is taken.",
                typed.strftime("%H:%M")
            );
            Some(LocalTime { at, note: Some(note) })
        }
    }
}

/// A time as a form's field holds it, to the minute.
pub fn shown(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin(text: &str) -> LocalTime {
        read(text, &TimeZone::get("Europe/Berlin").unwrap()).unwrap()
    }

    #[test]
    fn clocks_that_change_are_told_of() {
        let plain = berlin("2026-07-01T09:30");
        assert_eq!((plain.at.to_string().as_str(), plain.note), ("2026-07-01T07:30:00Z", None));
        for inside in ["2026-03-29T02:00", "2026-03-29T02:30", "2026-03-29T02:59"] {
            let gap = berlin(inside);
            assert_eq!(gap.at.to_string(), "2026-03-29T01:00:00Z", "{inside}");
            assert!(gap.note.unwrap().contains("03:00"));
        }
        assert_eq!(berlin("2026-03-29T03:00").note, None);
        let fold = berlin("2026-10-25T02:30");
        assert_eq!(fold.at.to_string(), "2026-10-25T00:30:00Z");
        assert!(fold.note.unwrap().contains("twice"));
    }

    #[test]
    fn what_is_shown_is_read_again() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let at = "2026-05-05T13:45:00Z".parse().unwrap();
        assert_eq!(shown(at, &zone), "2026-05-05T09:45");
        assert_eq!(read(&shown(at, &zone), &zone).unwrap().at, at);
        assert_eq!(read("tomorrow", &zone), None);
    }
}
