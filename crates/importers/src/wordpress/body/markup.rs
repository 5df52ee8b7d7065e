//! Cuts HTML into tags, comments and text, in one pass and without judging it.

/// Within this many bytes a `>` in quotes belongs to its attribute; in a longer tag the first one ends it.
const MAX_QUOTED_TAG_BYTES: usize = 4 * 1024;

/// Elements that stand on lines of their own, after WordPress' wpautop.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "col",
    "colgroup",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "html",
    "legend",
    "li",
    "main",
    "map",
    "math",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "script",
    "section",
    "select",
    "style",
    "summary",
    "svg",
    "table",
    "tbody",
    "td",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

/// A tag as it is written, with its name in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag<'a> {
    pub raw: &'a str,
    pub name: String,
    pub closing: bool,
}

impl Tag<'_> {
    /// Whether the element breaks the line.
    pub fn is_block(&self) -> bool {
        BLOCKS.binary_search(&self.name.as_str()).is_ok()
    }
}

/// A part of an HTML text; all parts together are the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    Tag(Tag<'a>),
    /// With its marks, so `<!--more-->` whole.
    Comment(&'a str),
}

/// Cuts a text into its pieces.
pub fn pieces(html: &str) -> Pieces<'_> {
    let comments_end = html.rfind("-->").map_or(0, |at| at + 3);
    let tags_end = html.rfind('>').map_or(0, |at| at + 1);
    Pieces { rest: html, html, comments_end, tags_end }
}

/// The pieces that are left.
pub struct Pieces<'a> {
    rest: &'a str,
    html: &'a str,
    /// Where the last comment and the last tag can end, so that unclosed ones are not looked for again and again.
    comments_end: usize,
    tags_end: usize,
}

impl<'a> Pieces<'a> {
    /// Where the next piece begins.
    pub fn offset(&self) -> usize {
        self.html.len() - self.rest.len()
    }

    /// Goes on from another place, which has to be between two characters; past the end nothing is left.
    pub fn jump(&mut self, position: usize) {
        self.rest = self.html.get(position..).unwrap_or_default();
    }

    fn cut(&mut self, at: usize) -> &'a str {
        let (piece, rest) = self.rest.split_at(at);
        self.rest = rest;
        piece
    }

    fn comment_length(&self) -> Option<usize> {
        let may_close = self.rest.starts_with("<!--") && self.offset() + 4 < self.comments_end;
        may_close.then(|| self.rest[4..].find("-->").map(|end| end + 7)).flatten()
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        if let Some(length) = self.comment_length() {
            return Some(Piece::Comment(self.cut(length)));
        }
        if self.offset() < self.tags_end
            && let Some(length) = tag_length(self.rest)
        {
            return Some(Piece::Tag(tag(self.cut(length))));
        }
        // A "<" that begins nothing is text up to the next one.
        let from = self.rest.chars().next().map_or(0, char::len_utf8);
        let end = self.rest[from..].find('<').map_or(self.rest.len(), |at| at + from);
        Some(Piece::Text(self.cut(end)))
    }
}

fn tag(raw: &str) -> Tag<'_> {
    let inner = raw.trim_start_matches('<');
    let closing = inner.starts_with('/');
    let inner = inner.trim_start_matches('/');
    let end = inner
        .find(|character: char| character.is_whitespace() || matches!(character, '>' | '/'))
        .unwrap_or(inner.len());
    Tag { raw, name: inner[..end].to_ascii_lowercase(), closing }
}

/// The length of the tag at the beginning, if there is one.
fn tag_length(text: &str) -> Option<usize> {
    let after = text.strip_prefix('<')?;
    after.strip_prefix('/').unwrap_or(after).bytes().next().filter(u8::is_ascii_alphabetic)?;
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().take(MAX_QUOTED_TAG_BYTES) {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    text.find('>').map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_in_order_for_the_search() {
        assert!(BLOCKS.is_sorted());
    }

    #[test]
    fn pieces_are_cut_where_a_browser_would() {
        let html = "a < b <A title='x>y'>t</a><!-- <p> --><1> <!-- open";
        let cut: Vec<String> = pieces(html)
            .map(|piece| match piece {
                Piece::Text(text) => format!("text {text}"),
                Piece::Tag(tag) => format!("tag {} {}", tag.name, tag.closing),
                Piece::Comment(comment) => format!("comment {comment}"),
            })
            .collect();
        assert_eq!(
            cut,
            [
                "text a ",
                "text < b ",
                "tag a false",
                "text t",
                "tag a true",
                "comment <!-- <p> -->",
                "text <1> ",
                "text <!-- open"
            ]
        );
    }
}
