//! When it is time: the end of waits, the hours of dates and of digests. Clocks that change do not matter.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::model::{Day, Period, Unit};
use crate::sending::local_time;

/// How far back a stopped program looks for dates that it missed.
pub const LOOKS_BACK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// When a wait that begins now ends. A day is one on the calendar, so it ends at the same hour also across a change of clocks.
pub fn after(amount: i32, unit: Unit, (now, zone): (Timestamp, &TimeZone)) -> Timestamp {
    let amount = i64::from(amount);
    match unit {
        Unit::Minutes => now + SignedDuration::from_mins(amount),
        Unit::Hours => now + SignedDuration::from_hours(amount),
        Unit::Days => now
            .to_zoned(zone.clone())
            .checked_add(amount.days())
            .map_or_else(|_| now + SignedDuration::from_hours(24 * amount), |then| then.timestamp()),
    }
}

/// When clocks there show this full hour next, on that weekday if one is given. Never now itself.
pub fn next_hour(weekday: Option<Day>, hour: i8, (now, zone): (Timestamp, &TimeZone)) -> Timestamp {
    let today = zone.to_datetime(now).date();
    days(today)
        .filter(|date| weekday.is_none_or(|day| date.weekday() == day.weekday()))
        .map(|date| moment(date, hour, zone))
        .find(|at| *at > now)
        .unwrap_or(now)
}

/// When clocks in a zone show a full hour of a date: of one that comes twice the first, of one that is left out the first
/// moment after it.
pub fn moment(date: Date, hour: i8, zone: &TimeZone) -> Timestamp {
    let time = Time::new(hour.clamp(0, 23), 0, 0, 0).unwrap_or(Time::midnight());
    local_time::moment(DateTime::from_parts(date, time), zone)
}

/// The dates whose hour came in a zone after `from` and up to `until`, of the last days at most.
pub fn dates_between(hour: i8, zone: &TimeZone, (from, until): (Timestamp, Timestamp)) -> Vec<Date> {
    let from = from.max(until - LOOKS_BACK);
    let first = zone.to_datetime(from).date();
    let within = |date: &Date| {
        let at = moment(*date, hour, zone);
        at > from && at <= until
    };
    days(first).take(10).filter(within).collect()
}

/// A date, the one after it, and so on for some weeks.
fn days(first: Date) -> impl Iterator<Item = Date> {
    (0..=40).filter_map(move |days: i64| first.checked_add(days.days()).ok())
}

/// When digests go out.
#[derive(Debug, Clone, Copy)]
pub struct Rhythm {
    pub every: Period,
    pub weekday: Option<Day>,
    pub day: Option<i8>,
    pub hour: i8,
}

impl Rhythm {
    fn has(&self, date: Date) -> bool {
        match self.every {
            Period::Day => true,
            Period::Week => date.weekday() == self.weekday.unwrap_or(Day::Monday).weekday(),
            Period::Month => date.day() == self.day.unwrap_or(1),
        }
    }

    /// The next time after this moment.
    pub fn next(&self, (now, zone): (Timestamp, &TimeZone)) -> Option<Timestamp> {
        let today = zone.to_datetime(now).date();
        days(today).filter(|date| self.has(*date)).map(|date| moment(date, self.hour, zone)).find(|at| *at > now)
    }

    /// The date of the last time up to this moment: however long the program stood still, there is only one.
    pub fn last(&self, (now, zone): (Timestamp, &TimeZone)) -> Option<Date> {
        let today = zone.to_datetime(now).date();
        let back = (0..=40).filter_map(|days: i64| today.checked_sub(days.days()).ok());
        back.filter(|date| self.has(*date)).find(|date| moment(*date, self.hour, zone) <= now)
    }

    /// How long before its first issue a digest looks for what is new.
    pub fn length(&self) -> SignedDuration {
        SignedDuration::from_hours(match self.every {
            Period::Day => 24,
            Period::Week => 7 * 24,
            Period::Month => 31 * 24,
        })
    }
}

/// The dates, as they are kept of contacts, that lie so many days before this one: `07-14`, or with the year.
///
/// Who was born on a 29th of February has their day on the 28th in other years.
pub fn kept_dates(day: Date, every_year: bool) -> Vec<String> {
    if !every_year {
        return vec![day.to_string()];
    }
    let mut kept = vec![day.strftime("%m-%d").to_string()];
    if (day.month(), day.day()) == (2, 28) && !day.in_leap_year() {
        kept.push("02-29".to_owned());
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    #[test]
    fn a_day_is_one_on_the_calendar_and_an_hour_is_an_hour() {
        let berlin = zone("Europe/Berlin");
        let eve = at("2026-03-28T08:00:00Z");
        assert_eq!(after(1, Unit::Days, (eve, &berlin)), at("2026-03-29T07:00:00Z"));
        assert_eq!(after(24, Unit::Hours, (eve, &berlin)), at("2026-03-29T08:00:00Z"));
        assert_eq!(after(90, Unit::Minutes, (eve, &berlin)), at("2026-03-28T09:30:00Z"));
    }

    #[test]
    fn an_hour_comes_next_today_tomorrow_or_on_its_weekday() {
        let berlin = zone("Europe/Berlin");
        // A Saturday, nine o'clock in Berlin.
        let now = at("2026-03-28T08:00:00Z");
        assert_eq!(next_hour(None, 10, (now, &berlin)), at("2026-03-28T09:00:00Z"));
        assert_eq!(next_hour(None, 9, (now, &berlin)), at("2026-03-29T07:00:00Z"));
        assert_eq!(next_hour(Some(Day::Saturday), 9, (now, &berlin)), at("2026-04-04T07:00:00Z"));
        assert_eq!(next_hour(Some(Day::Monday), 9, (now, &berlin)), at("2026-03-30T07:00:00Z"));
        // Two o'clock is left out on that night, and three o'clock is what comes after it.
        assert_eq!(next_hour(None, 2, (now, &berlin)), at("2026-03-29T01:00:00Z"));
    }

    #[test]
    fn each_date_comes_once_however_often_it_is_looked_for() {
        let berlin = zone("Europe/Berlin");
        let mut found = Vec::new();
        let (mut from, end) = (at("2026-10-23T00:10:00Z"), at("2026-10-27T00:10:00Z"));
        while from < end {
            let until = from + SignedDuration::from_mins(15);
            found.extend(dates_between(2, &berlin, (from, until)));
            from = until;
        }
        let days: Vec<i8> = found.iter().map(|date| date.day()).collect();
        // Two o'clock comes twice on the 25th.
        assert_eq!(days, [24, 25, 26]);
        let months = dates_between(9, &berlin, (at("2026-01-01T00:00:00Z"), at("2026-10-27T12:00:00Z")));
        assert_eq!(months.len(), 7);
    }

    #[test]
    fn a_digest_has_one_last_time_and_one_next() {
        let utc = TimeZone::UTC;
        let weekly = Rhythm { every: Period::Week, weekday: Some(Day::Tuesday), day: None, hour: 9 };
        let now = at("2026-03-04T12:00:00Z");
        assert_eq!(weekly.last((now, &utc)).unwrap().to_string(), "2026-03-03");
        assert_eq!(weekly.next((now, &utc)), Some(at("2026-03-10T09:00:00Z")));
        let monthly = Rhythm { every: Period::Month, weekday: None, day: Some(28), hour: 0 };
        assert_eq!(monthly.next((at("2026-02-28T00:00:00Z"), &utc)), Some(at("2026-03-28T00:00:00Z")));
        assert_eq!(monthly.last((at("2026-02-28T00:00:00Z"), &utc)).unwrap().to_string(), "2026-02-28");
        let daily = Rhythm { every: Period::Day, weekday: None, day: None, hour: 6 };
        assert_eq!(daily.last((at("2026-03-04T05:59:00Z"), &utc)).unwrap().to_string(), "2026-03-03");
    }

    #[test]
    fn who_was_born_on_a_leap_day_is_not_forgotten() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(kept_dates(date("2026-02-28"), true), ["02-28", "02-29"]);
        assert_eq!(kept_dates(date("2028-02-28"), true), ["02-28"]);
        assert_eq!(kept_dates(date("2028-02-29"), true), ["02-29"]);
        assert_eq!(kept_dates(date("2026-02-28"), false), ["2026-02-28"]);
    }
}
