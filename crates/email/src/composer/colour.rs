//! Colours that are readable on what they stand on, in light and in dark mail programs.

/// Red, green, blue.
pub type Colour = [u8; 3];

/// The least contrast of text to its ground (WCAG 2.2, 1.4.3).
const LEAST_CONTRAST: f64 = 4.5;
/// How many steps lead from a colour to white or black.
const STEPS: u8 = 20;

/// Reads `#0b5cad` or `#05a`.
pub fn parse(text: &str) -> Option<Colour> {
    let digits = text.strip_prefix('#')?;
    let long: String = match digits.len() {
        6 => digits.to_owned(),
        3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
        _ => return None,
    };
    let bytes = hex_bytes(&long)?;
    Some([bytes[0], bytes[1], bytes[2]])
}

fn hex_bytes(digits: &str) -> Option<Vec<u8>> {
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let pair = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    if is_hex { [0, 2, 4].into_iter().map(pair).collect() } else { None }
}

pub fn written([red, green, blue]: Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn luminance(colour: Colour) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2])
}

/// From 1 to 21, as WCAG counts it.
pub fn contrast(one: Colour, other: Colour) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The colour, moved towards white or black as little as it takes to be read on this ground.
pub fn readable_on(colour: Colour, ground: Colour) -> Colour {
    let end = if luminance(ground) < 0.2 { 255 } else { 0 };
    let moved = |step: u8| colour.map(|part| mixed(part, end, step));
    (0..=STEPS).map(moved).find(|one| contrast(*one, ground) >= LEAST_CONTRAST).unwrap_or([end; 3])
}

fn mixed(part: u8, end: u8, step: u8) -> u8 {
    let (part, end, step, steps) = (u16::from(part), u16::from(end), u16::from(step), u16::from(STEPS));
    u8::try_from((part * (steps - step) + end * step) / steps).unwrap_or(u8::MAX)
}

/// White or black, whichever is read better on this ground.
pub fn words_on(ground: Colour) -> Colour {
    let (white, black) = ([255; 3], [0; 3]);
    if contrast(white, ground) >= contrast(black, ground) { white } else { black }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_and_written() {
        assert_eq!(parse("#0b5cad").map(written).as_deref(), Some("#0b5cad"));
        assert_eq!(parse("#05a"), Some([0, 0x55, 0xaa]));
        for wrong in ["0b5cad", "#0b5ca", "#zzzzzz", "#ééé", "red", "#", "#+1+1+1"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_colour_becomes_readable_on_light_and_dark(colour: [u8; 3]) {
            for ground in [[255; 3], [31, 31, 35]] {
                proptest::prop_assert!(contrast(readable_on(colour, ground), ground) >= LEAST_CONTRAST);
            }
            proptest::prop_assert!(contrast(words_on(colour), colour) >= LEAST_CONTRAST);
        }
    }
}
