//! An organization's own colour, made readable.
//!
//! The Content-Security-Policy forbids inline styles, so the colour reaches the page through a small generated stylesheet.

use std::fmt;

/// WCAG 2.2, 1.4.3: text needs this contrast with what is behind it.
const READABLE: f64 = 4.5;
/// The palest surface text stands on in light mode, and the brightest in dark mode; readable there is readable everywhere.
const LIGHT_SURFACE: Colour = Colour { red: 0xf4, green: 0xf4, blue: 0xf5 };
const DARK_SURFACE: Colour = Colour { red: 0x1c, green: 0x1c, blue: 0x1f };
const WHITE: Colour = Colour { red: 255, green: 255, blue: 255 };
const BLACK: Colour = Colour { red: 9, green: 9, blue: 11 };

/// A colour in sRGB, checked when it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

impl Colour {
    /// Reads `#rrggbb` or `#rgb`, with or without `#`. Anything else is `None`, so nothing else can enter a stylesheet.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().trim_start_matches('#');
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let number = u32::from_str_radix(digits, 16).ok()?;
        let channel = |shift: u32, mask: u32, scale: u32| u8::try_from(((number >> shift) & mask) * scale).ok();
        match digits.len() {
            6 => Some(Self { red: channel(16, 255, 1)?, green: channel(8, 255, 1)?, blue: channel(0, 255, 1)? }),
            3 => Some(Self { red: channel(8, 15, 17)?, green: channel(4, 15, 17)?, blue: channel(0, 15, 17)? }),
            _ => None,
        }
    }

    /// The contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio").
    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// Moves a channel `step` hundredths of the way to another colour.
    fn towards(self, other: Self, step: u16) -> Self {
        let mix = |from: u8, to: u8| {
            let mixed = (u16::from(from) * (100 - step) + u16::from(to) * step) / 100;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        Self { red: mix(self.red, other.red), green: mix(self.green, other.green), blue: mix(self.blue, other.blue) }
    }

    /// The nearest shade on the way to `limit` that can be read on `surface`.
    fn readable_on(self, surface: Self, limit: Self) -> Self {
        (0..=100)
            .map(|step| self.towards(limit, step))
            .find(|shade| shade.contrast(surface) >= READABLE)
            .unwrap_or(limit)
    }

    /// Whichever of nearly black and white is easier to read on this colour.
    fn ink(self) -> Self {
        if self.contrast(WHITE) >= self.contrast(BLACK) { WHITE } else { BLACK }
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

/// The stylesheet for one colour: a shade to read on white, one to read on dark, and the ink on top of each.
pub fn stylesheet(accent: Colour) -> String {
    let light = accent.readable_on(LIGHT_SURFACE, BLACK);
    let dark = accent.readable_on(DARK_SURFACE, WHITE);
    let (light_ink, dark_ink) = (light.ink(), dark.ink());
    format!(":root{{--accent:light-dark({light},{dark});--on-accent:light-dark({light_ink},{dark_ink})}}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn colours_are_read_strictly() {
        assert_eq!(Colour::parse("#1d4ed8").map(|colour| colour.to_string()).as_deref(), Some("#1d4ed8"));
        assert_eq!(Colour::parse("f0a").map(|colour| colour.to_string()).as_deref(), Some("#ff00aa"));
        for wrong in ["", "#12345", "red", "#1d4ed8;}body{display:none", "+12345", "#ééé"] {
            assert_eq!(Colour::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_readable_colour_is_kept() {
        let sheet = stylesheet(Colour::parse("#1d4ed8").unwrap());
        assert!(sheet.starts_with(":root{--accent:light-dark(#1d4ed8,"), "{sheet}");
        assert!(sheet.contains("--on-accent:light-dark(#ffffff,"), "{sheet}");
    }

    proptest! {
        #[test]
        fn every_colour_can_be_read_in_both_modes(red: u8, green: u8, blue: u8) {
            let accent = Colour { red, green, blue };
            for (surface, limit) in [(LIGHT_SURFACE, BLACK), (DARK_SURFACE, WHITE)] {
                let shade = accent.readable_on(surface, limit);
                prop_assert!(shade.contrast(surface) >= READABLE);
                prop_assert!(shade.contrast(shade.ink()) >= READABLE);
            }
        }
    }
}
