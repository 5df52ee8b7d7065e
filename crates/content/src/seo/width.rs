//! How wide a title is in a list of search results: Arial at 20 pixels, as Google draws it.

/// Advance widths of Arial in thousandths of its size, from the space to the tilde.
const ASCII: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];
/// An average letter of other alphabets.
const OTHER: u32 = 600;
/// Letters that fill a square: ideographs and pictures.
const SQUARE: u32 = 1000;
const SIZE: u32 = 20;

/// The estimated width in pixels.
pub fn pixels(text: &str) -> u32 {
    (text.chars().map(thousandths).sum::<u32>() * SIZE).div_ceil(1000)
}

/// The beginning that fits into this many pixels, with an ellipsis where something was cut.
pub fn fitting(text: &str, most: u32) -> String {
    if pixels(text) <= most {
        return text.to_owned();
    }
    let mut width = pixels(" …") * 1000 / SIZE;
    let within = |character: &char| {
        width += thousandths(*character);
        width * SIZE <= most * 1000
    };
    let cut: String = text.chars().take_while(within).collect();
    let end = cut.rfind(' ').filter(|end| *end > cut.len() / 2).unwrap_or(cut.len());
    format!("{} …", cut[..end].trim_end())
}

fn thousandths(character: char) -> u32 {
    let code = u32::from(character);
    let position = usize::try_from(code.wrapping_sub(32)).unwrap_or(usize::MAX);
    match ASCII.get(position) {
        Some(width) => u32::from(*width),
        None if code < 32 => 0,
        None if super::words::is_ideograph(character) || code > 0xffff => SQUARE,
        None => OTHER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn wide_letters_take_more_room() {
        assert_eq!((pixels(""), pixels("i"), pixels("W"), pixels("日")), (0, 5, 19, 20));
        assert!(pixels(&"W".repeat(31)) < 600 && pixels(&"W".repeat(32)) > 600);
        let cut = fitting(&"word ".repeat(40), 600);
        assert!(cut.ends_with("word …") && pixels(&cut) <= 600, "{cut}");
        assert_eq!(fitting("short", 600), "short");
    }

    proptest! {
        #[test]
        fn what_fits_is_within(text in "[ -~]{0,300}", most in 100_u32..900) {
            prop_assert!(pixels(&fitting(&text, most)) <= most);
        }
        #[test]
        fn any_text_has_a_width(text in any::<String>()) {
            fitting(&text, pixels(&text) / 2);
        }
    }
}
