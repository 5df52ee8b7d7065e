//! Money and other numbers with two digits behind the point, exact.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// An amount in hundredths, from 0 to what `numeric(12,2)` holds. Which currency it is in is for the organization to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Money(i64);

impl Money {
    pub const LARGEST: Self = Self(999_999_999_999);

    /// Reads `1250`, `1250.5` or `1250.50`; nothing for anything else, and for what is too large.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, parts) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 12 || parts.len() > 2 || !is_number(whole) || !is_number(parts) {
            return None;
        }
        let hundredths: i64 = format!("{parts:0<2}").parse().ok()?;
        let amount = Self(whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(hundredths)?);
        (amount <= Self::LARGEST).then_some(amount)
    }

    /// So many whole ones.
    pub fn whole(number: i64) -> Self {
        Self(number.max(0).saturating_mul(100))
    }

    pub fn hundredths(self) -> i64 {
        self.0
    }

    /// An equal part of it, rounded.
    pub fn divided(self, parts: i64) -> Self {
        Self((self.0 + parts / 2).checked_div(parts).unwrap_or(0))
    }

    /// How much it is of a whole, in percent; nothing where there is no whole.
    #[allow(clippy::cast_precision_loss, reason = "one digit behind the point is shown")]
    pub fn percent_of(self, whole: Self) -> Option<f64> {
        (whole.0 > 0).then(|| (self.0 as f64 * 1000.0 / whole.0 as f64).round() / 10.0)
    }

    /// As the API and forms have it: `1250.50`.
    pub fn as_text(self) -> String {
        format!("{}.{:02}", self.0 / 100, self.0 % 100)
    }

    /// As people read it: `1,250.50`, and without a fraction `1,250`.
    pub fn shown(self) -> String {
        let whole = grouped(self.0 / 100);
        if self.0 % 100 == 0 { whole } else { format!("{whole}.{:02}", self.0 % 100) }
    }
}

/// A whole number as people read it: `12,345`.
pub fn grouped(number: i64) -> String {
    let digits = number.max(0).to_string();
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.as_text())
    }
}

/// An amount as somebody sent it: a decimal string, or a number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RawMoney(pub String);

impl<'de> Deserialize<'de> for RawMoney {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Self(text)),
            Value::Number(number) => Ok(Self(number.to_string())),
            _ => Err(D::Error::custom("give a decimal string such as \"1250.00\"")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact() {
        for (text, shown, kept) in [
            ("0", "0", "0.00"),
            (" 1250.5 ", "1,250.50", "1250.50"),
            ("1000000", "1,000,000", "1000000.00"),
            ("9999999999.99", "9,999,999,999.99", "9999999999.99"),
            ("0.01", "0.01", "0.01"),
        ] {
            let amount = Money::parse(text).unwrap();
            assert_eq!((amount.shown().as_str(), amount.as_text().as_str()), (shown, kept));
            assert_eq!(Money::parse(&amount.as_text()), Some(amount));
        }
        for odd in ["", "-1", "1.234", "1,50", "ten", "1e3", "10000000000", ".5", "99999999999999999999", "+1"] {
            assert_eq!(Money::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn parts_of_nothing_are_not_told() {
        let whole = |number| Money::whole(number);
        assert_eq!(whole(1).percent_of(whole(3)), Some(33.3));
        assert_eq!(whole(5).percent_of(whole(4)), Some(125.0));
        assert_eq!(whole(1).percent_of(Money::default()), None);
        assert_eq!(
            (whole(10).divided(3).as_text().as_str(), whole(1).divided(0), whole(-4)),
            ("3.33", Money::default(), Money::default())
        );
    }

    #[test]
    fn strings_and_numbers_are_taken() {
        let read = |json: &str| serde_json::from_str::<RawMoney>(json).map(|raw| raw.0);
        assert_eq!(read("\"12.50\"").unwrap(), "12.50");
        assert_eq!((read("12.5").unwrap(), read("12").unwrap()), ("12.5".to_owned(), "12".to_owned()));
        assert!(read("[1]").is_err());
    }
}
