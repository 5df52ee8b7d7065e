//! Addresses on a line of their own, which WordPress shows as what they point to.

use content::embeds::player;

use super::markup::{Piece, pieces};

/// Elements in which an address is only text or part of a link already.
const UNTOUCHED: &[&str] =
    &["a", "button", "code", "iframe", "option", "pre", "script", "style", "svg", "textarea", "title"];

/// Elements that hold no embed: what stands in one stays a link.
const PHRASING: &[&str] = &["p", "h1", "h2", "h3", "h4", "h5", "h6", "summary", "dt", "figcaption", "caption"];

/// Makes links of addresses that are alone on their line, and embeds of those that have a player; nothing is fetched.
pub(super) fn link_lone_addresses(html: &str) -> String {
    let mut linked = String::with_capacity(html.len());
    // A block for an embed is one already, with a box around its address that ours have not.
    let mut is_embed = false;
    let mut inside: Option<String> = None;
    let mut line_begins = true;
    // The element around this place that holds no embed, and where in `linked` a paragraph began that is still empty.
    let mut phrasing: Option<String> = None;
    let mut empty_paragraph: Option<usize> = None;
    let mut all = pieces(html).peekable();
    while let Some(piece) = all.next() {
        match piece {
            Piece::Text(text) if inside.is_none() => {
                // A paragraph that holds nothing else is one no more.
                let paragraph = empty_paragraph.take().filter(|_| ends_paragraph(all.peek()));
                if let (Some(start), Some(embed)) = (paragraph, embed(text)) {
                    linked.truncate(start);
                    linked.push_str(&embed);
                    all.next();
                    (line_begins, phrasing) = (true, None);
                    continue;
                }
                let line_ends = match all.peek() {
                    Some(Piece::Tag(tag)) => tag.is_block() || tag.name == "br",
                    Some(Piece::Text(_)) => false,
                    Some(Piece::Comment(_)) | None => true,
                };
                link_lines(text, (line_begins, line_ends), is_embed || phrasing.is_some(), &mut linked);
                line_begins = text.trim_end_matches([' ', '\t']).ends_with('\n');
            }
            Piece::Text(text) => linked.push_str(text),
            Piece::Comment(comment) => linked.push_str(comment),
            Piece::Tag(tag) => {
                if tag.name == "figure" {
                    is_embed = !tag.closing && tag.raw.contains("wp-block-embed");
                }
                empty_paragraph = (!tag.closing && tag.name == "p").then_some(linked.len());
                if PHRASING.contains(&tag.name.as_str()) {
                    phrasing = (!tag.closing).then(|| tag.name.clone());
                } else if tag.is_block() && !tag.closing && phrasing.as_deref() == Some("p") {
                    // Which ends a paragraph that was not closed.
                    phrasing = None;
                }
                if is_embed && tag.name == "figure" {
                    let raw = tag.raw.replacen("class=\"", "class=\"embed ", 1);
                    linked.push_str(&raw.replacen("class='", "class='embed ", 1));
                } else if !(is_embed && tag.name == "div") {
                    linked.push_str(tag.raw);
                }
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

fn link_lines(text: &str, (begins, ends): (bool, bool), only_links: bool, linked: &mut String) {
    let lines: Vec<&str> = text.split('\n').collect();
    for (number, line) in lines.iter().enumerate() {
        if number > 0 {
            linked.push('\n');
        }
        let whole = (number > 0 || begins) && (number + 1 < lines.len() || ends);
        match address(line.trim()).filter(|_| whole) {
            Some(_) if !only_links && embed(line).is_some() => linked.extend(embed(line)),
            Some(address) => linked.push_str(&link(&address)),
            None => linked.push_str(line),
        }
    }
}

fn ends_paragraph(piece: Option<&Piece<'_>>) -> bool {
    matches!(piece, Some(Piece::Tag(tag)) if tag.closing && tag.name == "p")
}

/// The embed of an address that is the whole text and has a player.
pub(super) fn embed(text: &str) -> Option<String> {
    let address = address(text.trim()).filter(|address| player(address).is_some())?;
    Some(format!("<figure class=\"embed\">{}</figure>", link(&address)))
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
