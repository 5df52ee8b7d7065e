//! Which part of a file a request is for (RFC 9110, 14).

use std::ops::Range;

/// What a `Range` header asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Part {
    /// The whole file: nothing else was asked for, or nothing that is understood here. Several parts at once are answered
    /// with the whole, which the RFC allows.
    Whole,
    /// From, to (exclusive).
    Some(Range<u64>),
    /// Nothing of what was asked for is in the file.
    None,
}

/// Reads the header for a file of this size.
pub fn part(header: Option<&str>, size: u64) -> Part {
    let Some((unit, ranges)) = header.and_then(|text| text.split_once('=')) else { return Part::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") || ranges.contains(',') {
        return Part::Whole;
    }
    let Some((first, last)) = ranges.trim().split_once('-') else { return Part::Whole };
    match (number(first), number(last)) {
        (Number::Missing, Number::Is(length)) if length > 0 && size > 0 => {
            Part::Some(size.saturating_sub(length)..size)
        }
        (Number::Missing, Number::Is(_)) => Part::None,
        (Number::Is(first), Number::Missing) if first < size => Part::Some(first..size),
        (Number::Is(first), Number::Is(last)) if last < first => Part::Whole,
        (Number::Is(first), Number::Is(last)) if first < size => Part::Some(first..last.saturating_add(1).min(size)),
        (Number::Is(_), Number::Missing | Number::Is(_)) => Part::None,
        _ => Part::Whole,
    }
}

enum Number {
    Missing,
    Is(u64),
    Odd,
}

fn number(text: &str) -> Number {
    match text.trim() {
        "" => Number::Missing,
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => Number::Is(digits.parse().unwrap_or(u64::MAX)),
        _ => Number::Odd,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_as_the_rfc_says() {
        for (header, expected) in [
            (None, Part::Whole),
            (Some("bytes=0-0"), Part::Some(0..1)),
            (Some("bytes=2-4"), Part::Some(2..5)),
            (Some("bytes=2-"), Part::Some(2..10)),
            (Some("bytes=2-99999999999999999999999"), Part::Some(2..10)),
            (Some("bytes=-3"), Part::Some(7..10)),
            (Some("bytes=-99"), Part::Some(0..10)),
            (Some("bytes=-0"), Part::None),
            (Some("bytes=10-"), Part::None),
            (Some("bytes=10-20"), Part::None),
            (Some("bytes=4-2"), Part::Whole),
            (Some("bytes=0-1,3-4"), Part::Whole),
            (Some("lines=0-1"), Part::Whole),
            (Some("bytes=x-1"), Part::Whole),
            (Some("bytes"), Part::Whole),
        ] {
            assert_eq!(part(header, 10), expected, "{header:?}");
        }
        assert_eq!(part(Some("bytes=0-"), 0), Part::None);
    }
}
