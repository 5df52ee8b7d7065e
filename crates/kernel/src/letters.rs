//! Letters as somebody means them who searches.

/// A text in small Latin letters without accents, for comparing what was typed with what is there: `Café` and `cafe` are the
/// same. `app.without_accents` does as much for the search index; letters of other scripts are written in Latin ones here.
pub fn plain(text: &str) -> String {
    deunicode::deunicode(text).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_capitals_make_no_other_word() {
        for (typed, there) in
            [("cafe", "Café"), ("ÜBER", "über"), ("lodz", "Łódź"), ("straße", "STRASSE"), ("щи", "Щи")]
        {
            assert_eq!(plain(typed), plain(there));
        }
        assert_ne!(plain("boat"), plain("boot"));
    }
}
