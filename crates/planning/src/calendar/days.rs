//! Days, weeks and months, and the moments at which they begin in the organization's zone.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

/// Years beyond which nobody plans, and which every part of the way can count.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;
/// Days of the agenda.
const AGENDA_DAYS: i64 = 30;

/// How the calendar is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    #[default]
    Month,
    Week,
    Agenda,
}

impl View {
    pub const ALL: [Self; 3] = [Self::Month, Self::Week, Self::Agenda];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Week => "week",
            Self::Agenda => "agenda",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Month => "Month",
            Self::Week => "Week",
            Self::Agenda => "Agenda",
        }
    }

    /// The view of this name, the month for any other.
    pub fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|view| view.as_str() == text).unwrap_or_default()
    }

    /// The days that it shows around one: whole weeks from Monday on for month and week.
    pub fn days(self, date: Date) -> Days {
        match self {
            Self::Month => Days { first: monday(date.first_of_month()), last: sunday(date.last_of_month()) },
            Self::Week => Days { first: monday(date), last: sunday(date) },
            Self::Agenda => Days { first: date, last: date.saturating_add((AGENDA_DAYS - 1).days()) },
        }
    }

    /// The day to look at for the stretch before (-1) or after (1).
    pub fn step(self, date: Date, direction: i64) -> Date {
        let span: Span = match self {
            Self::Month => direction.months(),
            Self::Week => direction.weeks(),
            Self::Agenda => (direction * AGENDA_DAYS).days(),
        };
        let from = if self == Self::Month { date.first_of_month() } else { date };
        from.saturating_add(span)
    }

    /// "March 2026", "2 – 8 March 2026".
    pub fn title(self, date: Date) -> String {
        let Days { first, last } = self.days(date);
        if self == Self::Month {
            return date.strftime("%B %Y").to_string();
        }
        let beginning = match (first.year() == last.year(), first.month() == last.month()) {
            (true, true) => "%-d",
            (true, false) => "%-d %B",
            _ => "%-d %B %Y",
        };
        format!("{} – {}", first.strftime(beginning), last.strftime("%-d %B %Y"))
    }
}

fn monday(date: Date) -> Date {
    let since = i64::from(date.weekday().since(Weekday::Monday));
    date.saturating_sub(since.days())
}

fn sunday(date: Date) -> Date {
    monday(date).saturating_add(6.days())
}

/// A run of days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub first: Date,
    pub last: Date,
}

impl Days {
    pub fn each(self) -> impl Iterator<Item = Date> {
        self.first.series(1.day()).take_while(move |day| *day <= self.last)
    }

    pub fn count(self) -> i64 {
        self.each().count().try_into().unwrap_or(i64::MAX)
    }

    /// When the first day begins and when the last one has ended, in this zone. A day begins at midnight, or where the
    /// clocks skip that, at the first moment after.
    pub fn bounds(self, zone: &TimeZone) -> (Timestamp, Timestamp) {
        (beginning(self.first, zone), beginning(self.last.saturating_add(1.day()), zone))
    }
}

/// When a day begins in this zone.
pub fn beginning(day: Date, zone: &TimeZone) -> Timestamp {
    let limit = if day < Date::constant(2000, 1, 1) { Timestamp::MIN } else { Timestamp::MAX };
    day.to_zoned(zone.clone()).and_then(|zoned| zoned.start_of_day()).map_or(limit, |zoned| zoned.timestamp())
}

/// A day such as `2026-03-01`, within the years that can be planned.
pub fn read(text: &str) -> Option<Date> {
    let is_plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let date: Date = is_plain.then(|| text.parse().ok()).flatten()?;
    YEARS.contains(&date.year()).then_some(date)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_month_is_shown_in_whole_weeks() {
        let days = View::Month.days(date(2026, 3, 15));
        assert_eq!((days.first, days.last, days.count()), (date(2026, 2, 23), date(2026, 4, 5), 42));
        let days = View::Month.days(date(2027, 2, 1));
        assert_eq!((days.first, days.last, days.count()), (date(2027, 2, 1), date(2027, 2, 28), 28));
        assert_eq!(View::Week.days(date(2026, 3, 1)).first, date(2026, 2, 23));
        assert_eq!(View::Agenda.days(date(2026, 3, 1)).last, date(2026, 3, 30));
    }

    #[test]
    fn steps_and_titles_follow_the_view() {
        assert_eq!(View::Month.step(date(2026, 1, 31), 1), date(2026, 2, 1));
        assert_eq!(View::Week.step(date(2026, 1, 1), -1), date(2025, 12, 25));
        assert_eq!(View::Month.title(date(2026, 3, 9)), "March 2026");
        assert_eq!(View::Week.title(date(2026, 3, 4)), "2 – 8 March 2026");
        assert_eq!(View::Week.title(date(2026, 1, 1)), "29 December 2025 – 4 January 2026");
    }

    #[test]
    fn days_are_as_long_as_the_clocks_make_them() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let hours = |day: Date| {
            let (from, to) = Days { first: day, last: day }.bounds(&berlin);
            to.duration_since(from).as_hours()
        };
        assert_eq!([date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 25)].map(hours), [24, 23, 25]);
        // Midnight itself is left out here.
        let cairo = TimeZone::get("Africa/Cairo").unwrap();
        assert_eq!(beginning(date(2024, 4, 26), &cairo).to_string(), "2024-04-25T22:00:00Z");
    }

    #[test]
    fn only_days_that_can_be_planned_are_read() {
        assert_eq!(read("2026-03-01"), Some(date(2026, 3, 1)));
        for odd in ["", "2026-3-1", "2026-02-30", "9999-01-01", "0001-01-01", "-99999-01-", "tomorrow", "2026-03-01T00"]
        {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
