//! Moments in filters: absolute, or relative to now.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// The years that PostgreSQL and calendars of people agree about.
const YEARS: std::ops::RangeInclusive<i16> = 1..=9998;

/// A distance from now: `now-30d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relative {
    pub is_past: bool,
    pub amount: i64,
    /// One of `d w M y h m s`; `M` is a month and `m` a minute.
    pub unit: char,
}

impl Relative {
    /// The moment meant; `None` when it lies beyond the calendar.
    pub fn from(self, now: Timestamp) -> Option<Timestamp> {
        let amount = if self.is_past { -self.amount } else { self.amount };
        let span = match self.unit {
            'd' => Span::new().try_days(amount),
            'w' => Span::new().try_weeks(amount),
            'M' => Span::new().try_months(amount),
            'y' => Span::new().try_years(amount),
            'h' => Span::new().try_hours(amount),
            'm' => Span::new().try_minutes(amount),
            _ => Span::new().try_seconds(amount),
        };
        bounded(now.to_zoned(TimeZone::UTC).checked_add(span.ok()?).ok()?.timestamp())
    }
}

/// Reads `2024-01-31`, `2024-01-31 12:30:00`, or a moment of RFC 3339; without an offset it is UTC.
pub fn moment(text: &str) -> Option<Timestamp> {
    let absolute = text.parse::<Timestamp>().ok();
    let civil = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    bounded(absolute.or_else(civil)?)
}

fn bounded(moment: Timestamp) -> Option<Timestamp> {
    YEARS.contains(&moment.to_zoned(TimeZone::UTC).year()).then_some(moment)
}
