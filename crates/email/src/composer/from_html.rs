//! From HTML that was written by hand to blocks: words, links, headings and pictures stay, the rest of its looks goes.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

use super::address;
use super::blocks::{Block, Composition, Divider, Heading, Image, Text};
use super::text;

/// What tells where one block ends and another begins.
const PARTS: [&str; 8] = ["<h1>", "<h2>", "<h3>", "<h4>", "<h5>", "<h6>", "<img", "<hr>"];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    let elements = "p br strong b em i u s a ul ol li blockquote h1 h2 h3 h4 h5 h6 img hr";
    builder
        .tags(elements.split(' ').collect::<HashSet<_>>())
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"])), ("img", HashSet::from(["src", "alt"]))]))
        .clean_content_tags(HashSet::from(["script", "style", "title", "template"]))
        .url_schemes(HashSet::from(["https", "http", "mailto", "tel"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None)
        .attribute_filter(|_, _, value| Some(value.trim().into()));
    builder
});

/// The blocks of an HTML.
pub fn blocks(html: &str) -> Composition {
    let clean = CLEANER.clean(html).to_string();
    let (mut blocks, mut rest) = (Vec::new(), clean.as_str());
    while let Some(start) = PARTS.iter().filter_map(|part| rest.find(part)).min() {
        push_text(&mut blocks, &rest[..start]);
        let from = &rest[start..];
        let (block, length) = part(from);
        blocks.extend(block);
        rest = &from[length..];
    }
    push_text(&mut blocks, rest);
    Composition { blocks, ..Composition::default() }
}

/// The block that a text begins with, and its length there.
fn part(from: &str) -> (Option<Block>, usize) {
    let end_of_tag = from.find('>').map_or(from.len(), |end| end + 1);
    if from.starts_with("<hr>") {
        return (Some(Block::Divider(Divider {})), end_of_tag);
    }
    if from.starts_with("<img") {
        // Quotation marks hide a `>` within them.
        let end = end_of_quoted_tag(from);
        let attribute = |name: &str| {
            let value = from[..end].split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split('"').next());
            value.map(|value| html_escape::decode_html_entities(value).into_owned())
        };
        let (src, alt) = (attribute("src").unwrap_or_default(), attribute("alt"));
        let is_decoration = alt.as_deref() == Some("");
        let src = if address::is_harmless_link(&src) && !src.starts_with("{{") { src } else { String::new() };
        let image =
            Image { src, alt: alt.unwrap_or_default().chars().take(500).collect(), is_decoration, ..Image::default() };
        return ((!image.src.is_empty()).then_some(Block::Image(image)), end);
    }
    let level = from.as_bytes().get(2).map_or(2, |digit| digit.saturating_sub(b'0')).clamp(1, 3);
    let close = format!("</{}>", &from[1..3]);
    let end = from.find(&close).unwrap_or(from.len());
    let words = content::html::plain_text(from.get(end_of_tag..end).unwrap_or_default());
    let text: String = html_escape::decode_html_entities(&words).chars().take(300).collect();
    let heading = (!text.is_empty()).then(|| Block::Heading(Heading { text, level, ..Heading::default() }));
    (heading, (end + close.len()).min(from.len()))
}

fn end_of_quoted_tag(from: &str) -> usize {
    let mut is_quoted = false;
    for (at, byte) in from.bytes().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'>' if !is_quoted => return at + 1,
            _ => {}
        }
    }
    from.len()
}

fn push_text(blocks: &mut Vec<Block>, html: &str) {
    // What stands open here, or is closed without having been opened, is set right by the cleaner.
    let has_words = !content::html::plain_text(html).trim().is_empty();
    let html = if html.contains('<') { text::clean(html) } else { text::clean(&format!("<p>{html}</p>")) };
    if has_words && !html.is_empty() {
        blocks.push(Block::Text(Text { html, ..Text::default() }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_links_headings_and_pictures_stay() {
        let html = "<html><head><title>T</title><style>p{}</style></head><body><table><tr><td><h1>Hello <b>you</b></h1><p>Hi {{first_name|there}}, <a href=\"https://e.org\">look</a></p>\
                    <p>Before <img src=\"https://e.org/a.png\" alt=\"A > boat\" width=3> after</p><hr>loose words<script>x</script></td></tr></table></body></html>";
        let blocks = serde_json::to_value(blocks(html)).unwrap()["blocks"].clone();
        let kinds: Vec<&str> = blocks.as_array().unwrap().iter().map(|block| block["type"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["heading", "text", "image", "text", "divider", "text"]);
        assert_eq!((&blocks[0]["text"], &blocks[0]["level"]), (&"Hello you".into(), &1.into()));
        assert!(
            blocks[1]["html"]
                .as_str()
                .unwrap()
                .starts_with("<p>Hi {{first_name|there}}, <a href=\"https://e.org\">look</a></p>")
        );
        assert_eq!((&blocks[2]["src"], &blocks[2]["alt"]), (&"https://e.org/a.png".into(), &"A > boat".into()));
        assert_eq!(blocks[5]["html"], "<p>loose words</p>");
    }

    proptest::proptest! {
        #[test]
        fn any_html_becomes_some_blocks(html in "(<|>|\"|/|h1|h2|img|hr|p|src=|alt=|a| |é|\\{\\{|b){0,40}") {
            let made = blocks(&html);
            proptest::prop_assert!(made.blocks.len() < 60);
        }
    }
}
