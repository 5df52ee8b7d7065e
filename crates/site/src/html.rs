//! The one type that may enter a page unescaped.

use std::fmt;

/// HTML that a sanitizer has already cleaned and that templates therefore print as it is.
///
/// Everything else in a view is a `String` and is escaped. Making one is a statement by the caller, so the constructor's name
/// says what must have happened before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Takes HTML that has passed the sanitizer, for example the body column of a content item.
    pub fn already_sanitized(html: impl Into<String>) -> Self {
        Self(html.into())
    }

    /// Escapes plain text, keeping its line breaks: blank lines part paragraphs, single ones become `<br>`.
    pub fn from_text(text: &str) -> Self {
        let unified = text.replace("\r\n", "\n");
        let paragraphs = unified.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty());
        Self(paragraphs.map(|paragraph| format!("<p>{}</p>", escape(paragraph).replace('\n', "<br>"))).collect())
    }

    /// Turns a search excerpt into HTML in which only the two marker characters mean something.
    ///
    /// The database marks hits with private-use characters instead of tags, so that text which happens to contain `<b>` stays text.
    pub fn from_marked(excerpt: &str, start: char, end: char) -> Self {
        let mut html = String::with_capacity(excerpt.len() + 32);
        let mut open = false;
        for piece in excerpt.split_inclusive([start, end]) {
            let text = piece.trim_end_matches([start, end]);
            html.push_str(&escape(text));
            match piece.chars().last() {
                Some(mark) if mark == start && !open => {
                    html.push_str("<mark>");
                    open = true;
                }
                Some(mark) if mark == end && open => {
                    html.push_str("</mark>");
                    open = false;
                }
                _ => {}
            }
        }
        if open {
            html.push_str("</mark>");
        }
        Self(html)
    }

    /// The HTML itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for SafeHtml {}

/// Escapes text for element content and for quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_becomes_paragraphs_and_stays_text() {
        let html = SafeHtml::from_text("One <b>\ntwo\r\n\r\nthree & four\n\n\n");
        assert_eq!(html.as_str(), "<p>One &lt;b&gt;<br>two</p><p>three &amp; four</p>");
    }

    #[test]
    fn only_the_markers_of_an_excerpt_become_elements() {
        let html = SafeHtml::from_marked("a \u{e000}hit\u{e001} <i> \u{e001}\u{e000}open", '\u{e000}', '\u{e001}');
        assert_eq!(html.as_str(), "a <mark>hit</mark> &lt;i&gt; <mark>open</mark>");
    }
}
