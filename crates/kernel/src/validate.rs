//! From raw input to checked values: rules for texts that every feature shares. All problems are gathered, not the first.

use oxilangtag::LanguageTag;

use crate::error::FieldError;
use crate::{Error, Result};

/// Gathers what is wrong with the fields of one input.
#[derive(Debug, Default)]
pub struct Problems(Vec<FieldError>);

/// Which characters a text may hold beside the printable ones.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    One,
    Many,
}

impl Problems {
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts from what reading the input already found.
    pub fn from(errors: Vec<FieldError>) -> Self {
        Self(errors)
    }

    pub fn add(&mut self, field: &str, code: &'static str, message: impl Into<String>) {
        // One field, one reason: what could not be read is not also missing.
        if !self.0.iter().any(|error| error.field == field) {
            self.0.push(FieldError::new(field, code, message));
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn into_vec(self) -> Vec<FieldError> {
        self.0
    }

    /// The value, if nothing was wrong with it.
    pub fn finish<T>(self, value: T) -> Result<T> {
        if self.0.is_empty() { Ok(value) } else { Err(self.into_error()) }
    }

    /// The refusal that they are.
    pub fn into_error(self) -> Error {
        Error::Invalid(self.0)
    }

    /// A text that must be there: trimmed, 1 to `longest` characters.
    pub fn required(&mut self, field: &str, label: &str, text: &str, longest: usize) -> String {
        let text = self.text(field, label, text, longest, Lines::One);
        if !text.chars().any(is_seen) {
            self.add(field, "required", format!("{label} is missing. Enter at least one character that can be seen."));
        }
        text
    }

    /// A text that may be left out; an empty one is none.
    pub fn optional(&mut self, field: &str, label: &str, text: Option<&str>, longest: usize) -> Option<String> {
        let text = self.text(field, label, text?, longest, Lines::One);
        (!text.is_empty()).then_some(text)
    }

    /// A trimmed text of at most `longest` characters, without control characters.
    pub fn text(&mut self, field: &str, label: &str, text: &str, longest: usize, lines: Lines) -> String {
        let text = text.trim();
        let length = text.chars().count();
        if length > longest {
            let message = format!("{label} has {length} characters; shorten it to at most {longest}.");
            self.add(field, "too_long", message);
        }
        if text.chars().any(|character| is_refused(character, lines)) {
            let message = format!("{label} holds invisible control characters. Remove them, or type the text anew.");
            self.add(field, "control_characters", message);
        }
        text.to_owned()
    }
}

/// Whether a character leaves a mark: neither white space nor one of those that Unicode shows as nothing
/// (`Default_Ignorable_Code_Point`, and the blank pattern of Braille).
fn is_seen(character: char) -> bool {
    !character.is_whitespace()
        && !matches!(
            character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Control characters have no place in text; line breaks and tabs only where a text has lines.
fn is_refused(character: char, lines: Lines) -> bool {
    match character {
        '\n' | '\r' | '\t' => lines == Lines::One,
        _ => character.is_control(),
    }
}

/// An e-mail address as it is kept: trimmed, lower-case, one `@`, a domain with a dot or `localhost`.
///
/// Whether a mailbox exists is shown by the mail that is sent to it, not by a pattern (RFC 5321 allows far more).
pub fn email(problems: &mut Problems, field: &str, text: &str) -> String {
    let address = problems.text(field, "The e-mail address", text, 254, Lines::One).to_lowercase();
    let plausible = match address.rsplit_once('@') {
        Some((local, domain)) => {
            !local.is_empty()
                && local.len() <= 64
                && !local.contains('@')
                && (domain.contains('.') || domain == "localhost")
                && !domain.starts_with('.')
                && !domain.ends_with('.')
                && !domain.contains("..")
        }
        None => false,
    };
    if !plausible || address.chars().any(|character| character.is_whitespace() || "<>(),;:\"[]\\".contains(character)) {
        problems.add(field, "not_an_email", "That is no e-mail address. Enter one like name@example.org.");
    }
    address
}

/// The longest language tag, as BCP 47 advises programs to keep.
const LANGUAGE_LONGEST: usize = 35;

/// A language tag such as `en`, `pt-BR` or `zh-Hant` in its usual letters, if the text is one (BCP 47); as others write it also
/// with `_`.
pub fn language_tag(text: &str) -> Option<String> {
    let tag = LanguageTag::parse_and_normalize(&text.trim().replace('_', "-")).ok()?;
    // Only what is for private use has no language, and longer words are reserved for languages to come.
    let is_language = (2..=3).contains(&tag.primary_language().len());
    Some(tag.into_inner()).filter(|tag| is_language && tag.len() <= LANGUAGE_LONGEST)
}

/// The language of an import: what its tag begins with, where others go on in a way of their own (`pt_PT_ao90`).
pub fn language_of_import(text: &str) -> Option<String> {
    let mut rest = text.trim();
    loop {
        if let Some(tag) = language_tag(rest) {
            return Some(tag);
        }
        rest = rest.rsplit_once(['-', '_'])?.0;
    }
}

/// The longest slug.
pub const SLUG_LONGEST: usize = 200;

/// Makes a slug from any text: transliterated to ASCII, lower-case, words joined by `-`, cut at a word.
///
/// Gives an empty text when nothing is left of it (only punctuation, say).
pub fn slug_from(text: &str) -> String {
    let mut slug = String::new();
    for character in deunicode::deunicode(text).chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if !slug.ends_with('-') && !slug.is_empty() && character != '\'' {
            slug.push('-');
        }
    }
    if slug.len() > SLUG_LONGEST {
        slug.truncate(SLUG_LONGEST);
        if let Some(end) = slug.rfind('-').filter(|end| *end > SLUG_LONGEST / 2) {
            slug.truncate(end);
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// Checks a slug that somebody typed: 1 to 200 of `a-z0-9-`.
pub fn slug(problems: &mut Problems, field: &str, text: &str) -> String {
    let slug = text.trim();
    let plain = slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if slug.len() > SLUG_LONGEST {
        problems.add(field, "too_long", format!("The slug has {} characters; shorten it to at most 200.", slug.len()));
    } else if slug.is_empty() || !plain || slug.trim_matches('-').is_empty() {
        problems.add(
            field,
            "not_a_slug",
            "A slug is made of a-z, 0-9 and -, like my-first-article. Change it, or leave it empty.",
        );
    }
    slug.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_can_see_is_missing() {
        for text in ["", " ", "\u{200b}", "\u{feff}\u{3164}", "\u{2800}", "\u{a0}\u{ad}", "\u{1d173}"] {
            let mut problems = Problems::new();
            problems.required("title", "The title", text, 200);
            assert!(problems.finish(()).is_err(), "{text:?}");
        }
        for text in ["a", "\u{200f}\u{5e9}", "❤\u{fe0f}", "👨\u{200d}👩"] {
            let mut problems = Problems::new();
            assert_eq!(problems.required("title", "The title", text, 200), text);
            assert!(problems.finish(()).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn languages_are_read_as_others_write_them() {
        for (text, tag) in
            [("en_US", "en-US"), ("de", "de"), (" PT-br", "pt-BR"), ("zh-hant-tw", "zh-Hant-TW"), ("zh-yue", "zh-yue")]
        {
            assert_eq!(language_tag(text).as_deref(), Some(tag));
        }
        for text in ["", "English, of course", "e", "english", "xx-invalid-foo", "en-", "de-\u{e9}"] {
            assert_eq!(language_tag(text), None, "{text}");
        }
        assert_eq!(language_of_import("pt_PT_ao90").as_deref(), Some("pt-PT"));
        assert_eq!(language_of_import("English, of course"), None);
    }

    #[test]
    fn slugs_are_made_from_any_script() {
        for (title, slug) in [
            ("Hello, World!", "hello-world"),
            ("Grüße aus Köln", "grusse-aus-koln"),
            ("Привет мир", "privet-mir"),
            ("don't stop", "dont-stop"),
            ("  --  ", ""),
            ("你好", "ni-hao"),
        ] {
            assert_eq!(slug_from(title), slug);
        }
        let long = slug_from(&"word ".repeat(100));
        assert!(long.len() <= SLUG_LONGEST && long.ends_with("word"));
    }

    #[test]
    fn every_problem_is_told_but_one_a_field() {
        let mut problems = Problems::new();
        problems.required("title", "The title", " ", 200);
        problems.text("excerpt", "The excerpt", &"x\u{0}".repeat(300), 500, Lines::Many);
        email(&mut problems, "email", "nobody");
        let Err(Error::Invalid(errors)) = problems.finish(()) else { panic!("it was accepted") };
        let codes: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
        assert_eq!(codes, [("title", "required"), ("excerpt", "too_long"), ("email", "not_an_email")]);
    }

    #[test]
    fn addresses_are_kept_in_one_form() {
        let mut problems = Problems::new();
        assert_eq!(email(&mut problems, "email", " Ada@Example.ORG "), "ada@example.org");
        assert!(problems.is_empty());
        for bad in ["@x.org", "a@", "a@b..c", "a b@c.org", "a@b", "a@@b.org", "a\n@b.org"] {
            let mut problems = Problems::new();
            email(&mut problems, "email", bad);
            assert!(!problems.is_empty(), "{bad:?}");
        }
    }
}
