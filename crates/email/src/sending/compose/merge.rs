//! Merge tags: `{{first_name}}` stands for a value of the person written to, `{{first_name|there}}` has a fallback.
//!
//! The language has nothing else, so a text can be checked whole before anything is sent. A value is escaped for the place
//! where it stands.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

pub use super::place::Mistake;
use super::place::{Place, Scanner};

/// What a tag stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name {
    Email,
    Name,
    FirstName,
    LastName,
    Company,
    Language,
    /// A field of the organization's own, by its key.
    Field(String),
    OrganizationName,
    UnsubscribeUrl,
    PreferencesUrl,
    /// The address that counts a click on the link of this position. Written by the program alone.
    Link(usize),
    /// The address of the picture that counts an opening. Written by the program alone.
    Open,
}

impl Name {
    fn parse(text: &str, is_frozen: bool) -> Option<Self> {
        Some(match text {
            "email" => Self::Email,
            "name" => Self::Name,
            "first_name" => Self::FirstName,
            "last_name" => Self::LastName,
            "company" => Self::Company,
            "language" => Self::Language,
            "organization_name" => Self::OrganizationName,
            "unsubscribe_url" => Self::UnsubscribeUrl,
            "preferences_url" => Self::PreferencesUrl,
            "@open" if is_frozen => Self::Open,
            _ => match (text.strip_prefix("fields."), text.strip_prefix("@link:")) {
                (Some(key), _) if crate::audience::rule_key(key) => Self::Field(key.to_owned()),
                (_, Some(position)) if is_frozen => Self::Link(position.parse().ok()?),
                _ => return None,
            },
        })
    }

    /// Whether everybody has a value of this.
    pub fn is_always_there(&self) -> bool {
        !matches!(self, Self::Name | Self::FirstName | Self::LastName | Self::Company | Self::Language | Self::Field(_))
    }

    fn is_address(&self) -> bool {
        matches!(self, Self::UnsubscribeUrl | Self::PreferencesUrl | Self::Link(_) | Self::Open)
    }
}

/// One tag as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    pub name: Name,
    /// As it was written, without the braces.
    pub written: String,
    pub fallback: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Tag(Tag, Place),
}

/// A checked text with its tags.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

/// What kind of text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Html,
    /// HTML whose links the program has replaced by marks.
    FrozenHtml,
    Plain,
    FrozenPlain,
    Line,
}

impl Template {
    /// Reads a text; every mistake is told.
    pub fn parse(text: &str, kind: Kind) -> Result<Self, Vec<Mistake>> {
        let (mut pieces, mut mistakes) = (Vec::new(), Vec::new());
        let mut scanner = Scanner::default();
        let mut rest = text;
        while let Some(start) = rest.find("{{") {
            let (before, from) = (&rest[..start], &rest[start + 2..]);
            if matches!(kind, Kind::Html | Kind::FrozenHtml) {
                scanner.read(before);
            }
            pieces.push(Piece::Text(before.to_owned()));
            let Some(end) = from.find("}}").filter(|end| !from[..*end].contains(['{', '\n'])) else {
                let near: String = from.chars().take(30).collect();
                mistakes.push(Mistake::new(format!(
                    "A merge tag begins with {{{{ and has no }}}}, near “{{{{{near}”. Close it, or remove the braces."
                )));
                rest = from;
                continue;
            };
            match tag(&from[..end], kind, &scanner) {
                Ok((tag, place)) => pieces.push(Piece::Tag(tag, place)),
                Err(mistake) if mistakes.contains(&mistake) => {}
                Err(mistake) => mistakes.push(mistake),
            }
            rest = &from[end + 2..];
        }
        pieces.push(Piece::Text(rest.to_owned()));
        if mistakes.is_empty() { Ok(Self(pieces)) } else { Err(mistakes) }
    }

    pub fn tags(&self) -> impl Iterator<Item = &Tag> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Tag(tag, _) => Some(tag),
            Piece::Text(_) => None,
        })
    }

    /// Puts words before everything else.
    pub fn prepend(&mut self, words: &str) {
        self.0.insert(0, Piece::Text(words.to_owned()));
    }

    pub fn has(&self, name: &Name) -> bool {
        self.tags().any(|tag| tag.name == *name)
    }

    /// The text for one person; `value` gives what a tag stands for, if there is anything.
    pub fn render(&self, value: &dyn Fn(&Name) -> Option<String>) -> String {
        let length = self.0.iter().map(|piece| if let Piece::Text(text) = piece { text.len() } else { 100 }).sum();
        let mut text = String::with_capacity(length);
        for piece in &self.0 {
            match piece {
                Piece::Text(part) => text.push_str(part),
                Piece::Tag(tag, place) => {
                    let value = value(&tag.name).filter(|value| !value.trim().is_empty());
                    let value = value.or_else(|| tag.fallback.clone()).unwrap_or_default();
                    escape(&mut text, &value, *place, tag.name.is_address());
                }
            }
        }
        text
    }
}

fn tag(written: &str, kind: Kind, scanner: &Scanner) -> Result<(Tag, Place), Mistake> {
    let is_frozen = matches!(kind, Kind::FrozenHtml | Kind::FrozenPlain);
    let (name, fallback) = match written.split_once('|') {
        Some((name, fallback)) => (name.trim(), Some(fallback.trim().to_owned())),
        None => (written.trim(), None),
    };
    let Some(known) = Name::parse(name, is_frozen) else {
        return Err(Mistake::new(format!(
            "There is no merge tag {{{{{name}}}}}. Use email, name, first_name, last_name, company, language, \
             organization_name, unsubscribe_url, preferences_url or fields.… with the key of one of your fields."
        )));
    };
    let place = match kind {
        Kind::Plain | Kind::FrozenPlain => Place::Plain,
        Kind::Line => Place::Line,
        Kind::Html | Kind::FrozenHtml => scanner.place(name)?,
    };
    Ok((Tag { name: known, written: written.trim().to_owned(), fallback }, place))
}

/// Everything but what the standard leaves unreserved (RFC 3986, 2.3).
const IN_URL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn escape(text: &mut String, value: &str, place: Place, is_address: bool) {
    match place {
        Place::Url if !is_address => {
            // Writing to a String cannot fail.
            let _ = write!(text, "{}", utf8_percent_encode(value, IN_URL));
        }
        Place::Html | Place::Url => {
            html_escape::encode_double_quoted_attribute_to_string(value.replace('\'', "\u{2019}"), text);
        }
        Place::Plain => text.push_str(value),
        Place::Line => text.extend(value.chars().map(|one| if one.is_control() { ' ' } else { one })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &Name) -> Option<String> {
        match name {
            Name::FirstName => Some("A\"<b>&'\r\nBcc: x".to_owned()),
            Name::UnsubscribeUrl => Some("https://e.org/u?a=1&b=2".to_owned()),
            _ => None,
        }
    }

    fn rendered(text: &str, kind: Kind) -> String {
        Template::parse(text, kind).unwrap().render(&person)
    }

    #[test]
    fn values_are_escaped_for_where_they_stand() {
        let html = rendered(
            "<p title=\"{{first_name}}\">Hi {{first_name}}, <a href='https://x.org/?n={{first_name}}'>x</a> <a href=\"{{unsubscribe_url}}\">u</a>",
            Kind::Html,
        );
        let value = "A&quot;&lt;b&gt;&amp;\u{2019}\r\nBcc: x";
        assert_eq!(
            html,
            format!(
                "<p title=\"{value}\">Hi {value}, <a href='https://x.org/?n=A%22%3Cb%3E%26%27%0D%0ABcc%3A%20x'>x</a> \
                 <a href=\"https://e.org/u?a=1&amp;b=2\">u</a>"
            )
        );
        assert_eq!(rendered("{{ first_name }}!", Kind::Plain), "A\"<b>&'\r\nBcc: x!");
        assert_eq!(rendered("Hello {{first_name}}", Kind::Line), "Hello A\"<b>&'  Bcc: x");
    }

    #[test]
    fn fallbacks_stand_in_for_what_is_missing() {
        assert_eq!(rendered("Hi {{last_name|dear reader}}{{company}}", Kind::Plain), "Hi dear reader");
        assert_eq!(rendered("{{fields.size|<none>}}", Kind::Html), "&lt;none&gt;");
    }

    #[test]
    fn mistakes_are_told_all_at_once() {
        let mistakes = |text: &str| Template::parse(text, Kind::Html).unwrap_err().len();
        assert_eq!(mistakes("{{nickname}} {{nickname}} {{ {{name}} <a href={{email}}>"), 3);
        assert_eq!(mistakes("<p style=\"color:{{name}}\">"), 1);
        assert_eq!(mistakes("<style>.a { b: {{name}} }</style>"), 1);
        assert_eq!(mistakes("{{@open}}{{@link:1}}{{fields.A b}}"), 3);
        assert!(Template::parse("a < b {{name}} <b>{{name}}</b> don't {{name}}", Kind::Html).is_ok());
    }

    proptest::proptest! {
        #[test]
        fn no_value_breaks_out_of_its_place(value in "\\PC*") {
            let give = |_: &Name| Some(value.clone());
            let template = Template::parse("<a title=\"{{name}}\" href=\"https://x.org/{{name}}\">{{name}}</a>", Kind::Html).unwrap();
            let html = template.render(&give);
            proptest::prop_assert_eq!(html.matches('<').count(), 2);
            proptest::prop_assert_eq!(html.matches('"').count(), 4);
            let line = Template::parse("{{name}}", Kind::Line).unwrap().render(&give);
            proptest::prop_assert!(!line.contains(['\r', '\n']));
        }
    }
}
