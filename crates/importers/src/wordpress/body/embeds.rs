//! Addresses on a line of their own, which WordPress shows as what they point to.

use super::markup::{Piece, pieces};

/// Elements in which an address is only text or part of a link already.
const UNTOUCHED: &[&str] =
    &["a", "button", "code", "iframe", "option", "pre", "script", "style", "svg", "textarea", "title"];

/// Makes links of addresses that are alone on their line; nothing is fetched.
pub(super) fn link_lone_addresses(html: &str) -> String {
    let mut linked = String::with_capacity(html.len());
    let mut inside: Option<String> = None;
    let mut line_begins = true;
    let mut all = pieces(html).peekable();
    while let Some(piece) = all.next() {
        match piece {
            Piece::Text(text) if inside.is_none() => {
                let line_ends = match all.peek() {
                    Some(Piece::Tag(tag)) => tag.is_block() || tag.name == "br",
                    Some(Piece::Text(_)) => false,
                    Some(Piece::Comment(_)) | None => true,
                };
                link_lines(text, (line_begins, line_ends), &mut linked);
                line_begins = text.trim_end_matches([' ', '\t']).ends_with('\n');
            }
            Piece::Text(text) => linked.push_str(text),
            Piece::Comment(comment) => linked.push_str(comment),
            Piece::Tag(tag) => {
                linked.push_str(tag.raw);
                line_begins = tag.is_block() || tag.name == "br";
                if tag.closing && inside.as_ref() == Some(&tag.name) {
                    inside = None;
                } else if !tag.closing && inside.is_none() && UNTOUCHED.contains(&tag.name.as_str()) {
                    inside = Some(tag.name);
                }
            }
        }
    }
    linked
}

fn link_lines(text: &str, (begins, ends): (bool, bool), linked: &mut String) {
    let lines: Vec<&str> = text.split('\n').collect();
    for (number, line) in lines.iter().enumerate() {
        if number > 0 {
            linked.push('\n');
        }
        let whole = (number > 0 || begins) && (number + 1 < lines.len() || ends);
        match address(line.trim()).filter(|_| whole) {
            Some(address) => linked.push_str(&link(&address)),
            None => linked.push_str(line),
        }
    }
}

/// A web address that is the whole text, with its entities decoded.
pub(super) fn address(text: &str) -> Option<String> {
    let scheme = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    let is_web = scheme.starts_with("https://") || (scheme.starts_with("http://") && text.len() > 7);
    let is_one_word =
        !text.contains(|character: char| character.is_whitespace() || matches!(character, '<' | '>' | '"' | '[' | ']'));
    let decoded = || html_escape::decode_html_entities(text).into_owned();
    (is_web && is_one_word && text.len() < 2_000).then(decoded)
}

/// A link that shows where it goes.
pub(super) fn link(address: &str) -> String {
    format!(
        "<a href=\"{}\">{}</a>",
        html_escape::encode_double_quoted_attribute(address),
        html_escape::encode_text(address)
    )
}
