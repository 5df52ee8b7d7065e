//! WordPress' dates: a time in the site's zone and the same in UTC, either of which may be missing.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// Time zones lie between UTC−12 and UTC+14, in steps of a quarter of an hour.
const MAX_OFFSET_SECONDS: i64 = 14 * 3600;
const OFFSET_STEP_SECONDS: i64 = 15 * 60;

/// Reads dates and remembers how far the site's clock is from UTC, which WXR does not say.
#[derive(Debug, Default)]
pub(super) struct SiteClock {
    offset: Option<Offset>,
}

impl SiteClock {
    /// The moment a pair of dates stands for: the one in UTC, else the local one in the offset seen last.
    ///
    /// `0000-00-00 00:00:00` stands for no date.
    pub(super) fn moment(&mut self, local: &str, utc: &str) -> Option<Timestamp> {
        let local = parse(local);
        let Some(utc) = parse(utc) else {
            return self.offset.unwrap_or(Offset::UTC).to_timestamp(local?).ok();
        };
        if let Some(local) = local {
            self.learn(local, utc);
        }
        Offset::UTC.to_timestamp(utc).ok()
    }

    fn learn(&mut self, local: DateTime, utc: DateTime) {
        let seconds = local.duration_since(utc).as_secs();
        if seconds.abs() <= MAX_OFFSET_SECONDS && seconds % OFFSET_STEP_SECONDS == 0 {
            self.offset = i32::try_from(seconds).ok().and_then(|seconds| Offset::from_seconds(seconds).ok());
        }
    }
}

fn parse(text: &str) -> Option<DateTime> {
    let date = DateTime::strptime("%Y-%m-%d %H:%M:%S", text.trim()).ok()?;
    // Year zero is WordPress' way to say "not yet"; the limit below keeps what PostgreSQL and readers can show.
    (date.year() >= 1 && date.duration_since(DateTime::constant(9999, 1, 1, 0, 0, 0, 0)) < SignedDuration::ZERO)
        .then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utc_wins_and_the_offset_is_remembered() {
        let mut clock = SiteClock::default();
        assert_eq!(
            clock.moment("2020-02-14 13:31:00", "0000-00-00 00:00:00").unwrap().to_string(),
            "2020-02-14T13:31:00Z"
        );
        assert_eq!(
            clock.moment("2020-02-14 13:31:00", "2020-02-14 10:31:00").unwrap().to_string(),
            "2020-02-14T10:31:00Z"
        );
        assert_eq!(
            clock.moment("2020-03-01 03:00:00", "0000-00-00 00:00:00").unwrap().to_string(),
            "2020-03-01T00:00:00Z"
        );
    }

    #[test]
    fn what_is_no_date_is_none() {
        let mut clock = SiteClock::default();
        for text in ["", "0000-00-00 00:00:00", "yesterday", "2020-13-40 00:00:00", "-0001-11-30 00:00:00"] {
            assert_eq!(clock.moment(text, text), None, "{text}");
        }
    }

    #[test]
    fn an_impossible_offset_is_not_learnt() {
        let mut clock = SiteClock::default();
        clock.moment("2020-02-14 13:31:07", "2020-02-10 10:31:00");
        assert_eq!(clock.moment("2020-03-01 03:00:00", "").unwrap().to_string(), "2020-03-01T03:00:00Z");
    }
}
