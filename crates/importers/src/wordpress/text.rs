//! Small rules that turn WordPress' stored texts into plain ones.

use percent_encoding::percent_decode_str;

use super::body::markup::{Piece, pieces};

/// Decodes XML's five entities and character numbers, once; any other entity stays as it is written.
pub(super) fn decode_xml(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        // The longest is "&#x10FFFF;", of ten bytes.
        let end = rest.bytes().take(10).position(|byte| byte == b';');
        match end.and_then(|end| Some((end, entity(&rest[1..end])?))) {
            Some((end, character)) => {
                decoded.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                decoded.push('&');
                rest = &rest[1..];
            }
        }
    }
    decoded.push_str(rest);
    decoded
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = name.strip_prefix('#')?;
            let number = match digits.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(number)
        }
    }
}

/// Removes what neither XML nor PostgreSQL may hold; line ends become `\n`.
pub(super) fn without_control_characters(text: String) -> String {
    let forbidden = |character: char| {
        (character < ' ' && !matches!(character, '\t' | '\n'))
            || matches!(character, '\u{7F}' | '\u{FFFE}' | '\u{FFFF}')
    };
    if !text.contains(forbidden) {
        return text;
    }
    text.replace("\r\n", "\n").replace('\r', "\n").replace(forbidden, "")
}

/// The plain text of a piece of HTML: tags gone, entities decoded exactly once, white space single.
///
/// A `<` that begins no tag stays, as in the title `a < b`.
pub fn plain_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    for piece in pieces(html) {
        match piece {
            Piece::Text(part) => text.push_str(part),
            // Without this two table cells or paragraphs would become one word.
            Piece::Tag(tag) if tag.is_block() || tag.name == "br" => text.push(' '),
            Piece::Tag(_) | Piece::Comment(_) => {}
        }
    }
    let decoded = without_control_characters(html_escape::decode_html_entities(&text).into_owned());
    decoded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The plain text of a comment: tags gone, entities decoded, its lines and paragraphs kept.
pub(super) fn plain_lines(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    for piece in pieces(html) {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Tag(tag) if tag.is_block() => text.push_str("\n\n"),
            Piece::Tag(tag) if tag.name == "br" => text.push('\n'),
            Piece::Tag(_) | Piece::Comment(_) => {}
        }
    }
    let decoded = html_escape::decode_html_entities(&text).replace("\r\n", "\n");
    let mut lines: Vec<String> = Vec::new();
    for line in decoded.lines() {
        let plain: String =
            line.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
        let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        if !(line.is_empty() && lines.last().is_none_or(String::is_empty)) {
            lines.push(line);
        }
    }
    lines.join("\n").trim().to_owned()
}

/// A slug as people read it: `%ce%b5` becomes `ε`. One that does not decode to text is left as it is.
pub(super) fn slug(encoded: &str) -> String {
    let encoded = encoded.trim();
    match percent_decode_str(encoded).decode_utf8() {
        Ok(decoded) => without_control_characters(decoded.into_owned()),
        Err(_) => encoded.to_owned(),
    }
}

/// What the last part of an address calls what is there; none where a query tells, as for drafts.
///
/// It need not be the name of the post: both are edited, and exports hold both.
pub(super) fn name_in_address(address: &str) -> Option<String> {
    let url = url::Url::parse(address.trim()).ok().filter(|url| url.query().is_none())?;
    let last = url.path_segments()?.rfind(|part| !part.is_empty())?;
    filled(&slug(last))
}

/// A login reduced to the characters WordPress allows in one, so that `name` and `name>` are the same person.
pub(super) fn login(text: &str) -> String {
    let allowed =
        |character: &char| character.is_alphanumeric() || matches!(character, ' ' | '_' | '.' | '-' | '@' | '+');
    text.chars().filter(allowed).collect::<String>().trim().to_owned()
}

/// A text with surrounding white space removed, or none if nothing is left.
pub(super) fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_entities_are_decoded_once() {
        assert_eq!(decode_xml("&amp;lt; &#x41;&#66; &nbsp; & &;"), "&lt; AB &nbsp; & &;");
        assert_eq!(decode_xml("&#xD800; &#é; é&é"), "&#xD800; &#é; é&é");
    }

    #[test]
    fn markup_in_titles_becomes_text() {
        assert_eq!(plain_text("Title <em>With</em> <b>Mark<sup>up</sup></b>"), "Title With Markup");
        assert_eq!(plain_text("a < b &amp;amp; c > d"), "a < b &amp; c > d");
        assert_eq!(plain_text("Caf&eacute;&nbsp;&#8212; &rlm;שלום"), "Café — \u{200F}שלום");
        assert_eq!(plain_text("<p>one</p><p>two<br>three</p>"), "one two three");
        assert_eq!(plain_text("  \n "), "");
    }

    #[test]
    fn comments_keep_their_lines() {
        let html = "one<br />two\r\n\n\n\n<p>three &lt;b&gt; &amp; <b>four</b></p><p>five</p>\u{85}<script>x</script>";
        assert_eq!(plain_lines(html), "one\ntwo\n\nthree <b> & four\n\nfive\n\nx");
        assert_eq!(plain_lines(" <br> \n "), "");
    }

    #[test]
    fn slugs_and_logins_are_read_as_people_do() {
        assert_eq!(name_in_address("https://old.example/2020/%ce%b5-2/").as_deref(), Some("ε-2"));
        assert_eq!(name_in_address("https://old.example/blog/?p=8"), None);
        assert_eq!(name_in_address("https://old.example/"), None);
        assert_eq!(slug("%ce%b5%cf%80-2"), "επ-2");
        assert_eq!(slug("bad-%ff"), "bad-%ff");
        assert_eq!(login("themereviewteam>"), "themereviewteam");
        assert_eq!(login(" Иван_1 "), "Иван_1");
    }
}
