//! What the theme itself says, in the languages it knows. A new language is one more file and a line in [`KNOWN`].

mod english;
mod german;

use crate::preview_words::PreviewWords;
use jiff::Zoned;

use english::{AMERICAN, ENGLISH};
use german::GERMAN;

/// The theme's words in one language.
pub struct Words {
    /// The language, as attributes for an element whose surroundings are in another one.
    pub attributes: &'static str,
    /// Its primary subtag (RFC 5646).
    pub language: &'static str,
    pub skip: &'static str,
    pub main: &'static str,
    pub footer: &'static str,
    pub elsewhere: &'static str,
    pub home: &'static str,
    pub breadcrumbs: &'static str,
    pub search: &'static str,
    pub search_site: &'static str,
    pub search_for: &'static str,
    pub results: &'static str,
    pub category: &'static str,
    pub subcategories: &'static str,
    pub tag: &'static str,
    pub tags: &'static str,
    pub author: &'static str,
    pub untitled: &'static str,
    pub read_next: &'static str,
    pub pages: &'static str,
    pub newer: &'static str,
    pub older: &'static str,
    pub nothing_published: &'static str,
    pub nothing_filed: &'static str,
    pub nothing_tagged: &'static str,
    pub not_found: &'static str,
    pub not_found_title: &'static str,
    /// What stands before and after the link to the front page, and the link itself.
    pub not_found_help: (&'static str, &'static str, &'static str),
    pub anonymous: &'static str,
    pub answer: &'static str,
    pub write_comment: &'static str,
    pub comment: &'static str,
    pub name: &'static str,
    pub email: &'static str,
    /// The button with which readers sign up for emails.
    pub subscribe: &'static str,
    pub email_hint: &'static str,
    pub leave_empty: &'static str,
    pub send_comment: &'static str,
    pub comment_instead: &'static str,
    pub not_sent: &'static str,
    pub comment_waits: &'static str,
    pub comment_shown: &'static str,
    pub preview: &'static PreviewWords,
    minutes_to_read: fn(u32) -> String,
    comments: fn(usize) -> String,
    page: fn(usize) -> String,
    page_of: fn(usize, usize) -> String,
    found: fn(usize) -> &'static str,
    nothing_found: (&'static str, &'static str),
    too_many_comments: fn(u64) -> String,
    months: [&'static str; 12],
    date: fn(i8, &str, i16) -> String,
    /// What is wrong with a visitor's comment, by field and code; all others stay as the rules say them.
    problems: &'static [(&'static str, &'static str, &'static str)],
}

static KNOWN: [&Words; 2] = [&ENGLISH, &GERMAN];

/// The words of a language, by its BCP 47 tag, where the theme knows it.
pub fn of(language: &str) -> Option<&'static Words> {
    let primary = language.split(['-', '_']).next().unwrap_or_default();
    if language.eq_ignore_ascii_case("en-US") {
        return Some(&AMERICAN);
    }
    KNOWN.into_iter().find(|words| words.language.eq_ignore_ascii_case(primary))
}

/// The words for everybody whose language the theme does not know.
pub fn fallback() -> &'static Words {
    &ENGLISH
}

/// Whether two tags name the same language, whatever their regions.
pub fn is_same_language(one: &str, other: &str) -> bool {
    let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    primary(one) == primary(other)
}

impl Words {
    pub fn minutes_to_read(&self, minutes: &u32) -> String {
        (self.minutes_to_read)(*minutes)
    }

    pub fn comments(&self, count: &usize) -> String {
        (self.comments)(*count)
    }

    pub fn page(&self, page: &usize) -> String {
        (self.page)(*page)
    }

    pub fn page_of(&self, page: &usize, pages: &usize) -> String {
        (self.page_of)(*page, *pages)
    }

    /// What stands before and after the question.
    pub fn answers_to(&self, count: &usize) -> (String, &'static str) {
        match count {
            0 => (self.nothing_found.0.to_owned(), self.nothing_found.1),
            count => (format!("{count} {}", (self.found)(*count)), ""),
        }
    }

    pub fn too_many_comments(&self, minutes: u64) -> String {
        (self.too_many_comments)(minutes)
    }

    /// A day as people write it.
    pub fn date(&self, day: &Zoned) -> String {
        let month = usize::try_from(day.month() - 1).ok().and_then(|month| self.months.get(month));
        (self.date)(day.day(), month.copied().unwrap_or_default(), day.year())
    }

    /// What is wrong with a field of the comment form, in this language.
    pub fn problem(&self, field: &str, code: &str) -> Option<&'static str> {
        let found = self.problems.iter().find(|(of, named, _)| *of == field && *named == code);
        found.map(|(.., words)| *words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_people_of_the_language_do() {
        let day: Zoned = "2026-03-04T12:00[UTC]".parse().unwrap();
        for (language, written) in
            [("en", "4 March 2026"), ("en-GB", "4 March 2026"), ("en-us", "March 4, 2026"), ("de-AT", "4. März 2026")]
        {
            assert_eq!(of(language).unwrap().date(&day), written, "{language}");
        }
        assert!(of("fr").is_none() && of("").is_none() && of("den").is_none());
    }

    #[test]
    fn counts_agree_with_their_nouns() {
        let german = of("de").unwrap();
        assert_eq!((german.comments(&1).as_str(), german.comments(&2).as_str()), ("1 Kommentar", "2 Kommentare"));
        assert_eq!(of("en").unwrap().answers_to(&1), ("1 result for".to_owned(), ""));
        assert!(german.problem("email", "not_an_email").is_some());
        assert!(is_same_language("de-CH", "de") && !is_same_language("de", "en"));
    }
}
