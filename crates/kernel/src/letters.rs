//! Letters as somebody means them who searches.

/// A text in small letters, the Latin ones without accents, for comparing what was typed with what is there: `Café` and `cafe` are
/// the same. `app.without_accents` does as much for the search index.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            // Marks that are characters of their own.
            '\u{300}'..='\u{36f}' => {}
            '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => {
                plain.push_str(&deunicode::deunicode_char(letter).unwrap_or_default().to_lowercase());
            }
            _ => plain.extend(letter.to_lowercase()),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_capitals_make_no_other_word() {
        for (typed, there) in [
            ("cafe", "Cafe\u{301}"),
            ("ÜBER", "über"),
            ("lodz", "Łódź"),
            ("straße", "STRASSE"),
            ("œuvre", "OEUVRE"),
            ("щи", "Щи"),
        ] {
            assert_eq!(plain(typed), plain(there));
        }
        for (one, other) in [("boat", "boot"), ("李", "里"), ("ー", ""), ("li", "李")] {
            assert_ne!(plain(one), plain(other));
        }
    }
}
