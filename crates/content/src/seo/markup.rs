//! A reader of the HTML that the sanitizer writes: attributes in double quotes, text with its brackets escaped.

/// A piece of HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Open { name: String, attributes: Vec<(String, String)> },
    Close { name: String },
    Text(String),
}

/// The pieces of a text, in order. What cannot be read as HTML is text.
pub fn pieces(html: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        push_text(&mut pieces, &rest[..start]);
        let tag = &rest[start + 1..];
        let Some(end) = end_of_tag(tag) else {
            push_text(&mut pieces, &rest[start..]);
            return pieces;
        };
        pieces.extend(tag_piece(&tag[..end]));
        rest = &tag[end + 1..];
    }
    push_text(&mut pieces, rest);
    pieces
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    if !text.is_empty() {
        pieces.push(Piece::Text(decoded(text)));
    }
}

/// Where the tag's `>` stands; one inside quotes is part of a value.
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut is_quoted = false;
    for (position, byte) in tag.bytes().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'>' if !is_quoted => return Some(position),
            _ => {}
        }
    }
    None
}

fn tag_piece(inside: &str) -> Option<Piece> {
    let (inside, is_closing) = match inside.strip_prefix('/') {
        Some(name) => (name, true),
        None => (inside, false),
    };
    let end = inside.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(inside.len());
    let name = inside[..end].to_ascii_lowercase();
    if name.is_empty() {
        return None;
    }
    Some(if is_closing { Piece::Close { name } } else { Piece::Open { name, attributes: attributes(&inside[end..]) } })
}

fn attributes(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('=') {
        let name = before.split_whitespace().next_back().unwrap_or_default().to_ascii_lowercase();
        let value = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        found.push((name, decoded(value.0)));
        rest = value.1;
    }
    found
}

/// Decodes the few entities that the serializer writes; the ampersand last, so that nothing is decoded twice.
fn decoded(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_attributes_and_text_are_told_apart() {
        let read = pieces("a &amp; b<img alt=\"x > y\" src=\"/i?a=1&amp;b=2\" hidden>c</P>d <");
        let attributes = vec![("alt".to_owned(), "x > y".to_owned()), ("src".to_owned(), "/i?a=1&b=2".to_owned())];
        assert_eq!(
            read,
            [
                Piece::Text("a & b".to_owned()),
                Piece::Open { name: "img".to_owned(), attributes },
                Piece::Text("c".to_owned()),
                Piece::Close { name: "p".to_owned() },
                Piece::Text("d ".to_owned()),
                Piece::Text("<".to_owned()),
            ]
        );
        assert_eq!(pieces("<!-- no --><>"), []);
    }
}
