use std::fmt;

use askama::filters::HtmlSafe;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A point in time as people read it: `12 Mar 2026, 14:05`. In a template `{{ moment }}` is enough.
///
/// The default stands for "never" and is shown as a dash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    machine: String,
    shown: String,
}

impl Moment {
    /// A point in time, told in the zone of the organization.
    pub fn new(at: Timestamp, zone: &TimeZone) -> Self {
        Self { machine: at.to_string(), shown: at.to_zoned(zone.clone()).strftime("%-d %b %Y, %H:%M").to_string() }
    }

    /// A point in time that may not have come, such as the last use of a key that was never used.
    pub fn maybe(at: Option<Timestamp>, zone: &TimeZone) -> Self {
        at.map_or_else(Self::default, |at| Self::new(at, zone))
    }

    /// Whether it never happened.
    pub fn is_never(&self) -> bool {
        self.machine.is_empty()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_never() {
            return formatter.write_str("–");
        }
        write!(formatter, r#"<time datetime="{}">{}</time>"#, self.machine, self.shown)
    }
}

/// Both parts are written by the formatter of dates, which knows no markup.
impl HtmlSafe for Moment {}
