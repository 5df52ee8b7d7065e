//! Dates as people write them into front matter.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// Forms with an offset that ISO 8601 does not know.
const WITH_OFFSET: [&str; 3] = ["%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M %z", "%a, %d %b %Y %H:%M:%S %z"];

/// The moment that a text names; without an offset in UTC, without a time at midnight.
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    if let Some(moment) = WITH_OFFSET.iter().find_map(|form| Zoned::strptime(form, text).ok()) {
        return Some(moment.timestamp());
    }
    let civil = text.parse::<DateTime>().or_else(|_| DateTime::strptime("%Y-%m-%d %H:%M", text)).ok()?;
    civil.to_zoned(TimeZone::UTC).ok().map(|moment| moment.timestamp())
}

/// The date and the rest of a name such as `2024-01-02-hello`, as Jekyll names posts.
pub(crate) fn dated_name(name: &str) -> Option<(Timestamp, &str)> {
    let date = name.get(..10)?;
    let rest = name.get(10..)?.strip_prefix('-').filter(|rest| !rest.is_empty())?;
    Some((moment(date)?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_the_forms_people_write() {
        for (text, moment) in [
            ("2024-01-02", "2024-01-02T00:00:00Z"),
            ("2024-01-02T10:20:30+02:00", "2024-01-02T08:20:30Z"),
            ("2024-01-02 10:20:30 +0200", "2024-01-02T08:20:30Z"),
            ("2024-01-02 10:20:30", "2024-01-02T10:20:30Z"),
            ("2024-01-02T10:20", "2024-01-02T10:20:00Z"),
            ("2024-01-02 10:20", "2024-01-02T10:20:00Z"),
            ("2024-01-02T10:20:30Z", "2024-01-02T10:20:30Z"),
        ] {
            assert_eq!(super::moment(text).map(|moment| moment.to_string()).as_deref(), Some(moment), "{text}");
        }
        assert_eq!(super::moment("yesterday"), None);
    }

    #[test]
    fn names_may_begin_with_a_date() {
        let (date, rest) = dated_name("2024-01-02-hello").expect("a dated name");
        assert_eq!((date.to_string().as_str(), rest), ("2024-01-02T00:00:00Z", "hello"));
        assert!(dated_name("2024-99-02-hello").is_none() && dated_name("hello").is_none());
    }
}
