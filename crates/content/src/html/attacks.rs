//! Known ways of smuggling scripts past sanitizers, each of which has to come out as nothing that a browser would run.
//!
//! What comes out is parsed again as a browser would, and every element and attribute has to be one of those that writers
//! use: a list of what is allowed forgets nothing, as a list of what is forbidden would.

use proptest::prelude::*;
use scraper::Html;

use super::CleanHtml;

const ELEMENTS: &str = "a abbr acronym address area article aside audio b bdi bdo big blockquote br caption center cite code \
    col colgroup data dd del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr html i img ins kbd \
    li map mark nav ol p picture pre q rp rt rtc ruby s samp section small source span strike strong sub summary sup table tbody \
    td tfoot th thead time tr tt u ul var video wbr";
const ATTRIBUTES: &str = "abbr align alt axis border cellpadding cellspacing char charoff charset cite class clear color cols colspan \
    controls coords datetime decoding dir download face frame headers height hidden href hreflang hspace label lang loading loop \
    media muted name nohref noshade nowrap open playsinline poster preload rel reversed rows rowspan rules scope shape size sizes \
    span src srcset start summary target title type usemap valign value vspace width";
const ADDRESSES: [&str; 5] = ["href", "src", "poster", "cite", "usemap"];

/// One trick a line. `^T`, `^N` and `^0` stand for a tab, a line break and a control character.
const TRICKS: &str = include_str!("attacks.txt");

fn tricks() -> Vec<String> {
    let plain = |line: &&str| !line.is_empty() && !line.starts_with("## ");
    let written = |line: &str| line.replace("^T", "\t").replace("^N", "\n").replace("^0", "\u{1}");
    TRICKS.lines().filter(plain).map(written).collect()
}

/// What of this HTML could run or load something that writers have no use for.
fn dangers(html: &str) -> Vec<String> {
    let document = Html::parse_fragment(html);
    let mut found = Vec::new();
    for element in document.root_element().descendent_elements() {
        let name = element.value().name();
        if !ELEMENTS.split_whitespace().any(|one| one == name)
            || element.value().name.ns != *"http://www.w3.org/1999/xhtml"
        {
            found.push(format!("<{name}>"));
        }
        for (attribute, value) in element.value().attrs() {
            if !ATTRIBUTES.split_whitespace().any(|one| one == attribute) {
                found.push(format!("<{name} {attribute}>"));
            }
            if (ADDRESSES.contains(&attribute) && !leads_nowhere_bad(value))
                || (attribute == "srcset" && !value.split(',').all(|one| leads_nowhere_bad(one.trim())))
            {
                found.push(format!("{attribute}={value}"));
            }
        }
    }
    found
}

/// Reads the scheme as browsers do: control characters and spaces before it and line breaks within it do not count (WHATWG URL, 4.4).
fn leads_nowhere_bad(address: &str) -> bool {
    let read: String = address
        .trim_start_matches(|character: char| character <= ' ')
        .chars()
        .filter(|character| !['\t', '\n', '\r'].contains(character))
        .collect();
    let end = read.find(|character: char| !(character.is_ascii_alphanumeric() || "+-.".contains(character)));
    match end.map(|end| (read[..end].to_ascii_lowercase(), read[end..].starts_with(':'))) {
        Some((scheme, true)) => ["http", "https", "mailto", "tel"].contains(&scheme.as_str()),
        _ => true,
    }
}

#[test]
fn known_tricks_come_out_harmless() {
    for trick in tricks() {
        let clean = CleanHtml::from_untrusted(&trick).into_string();
        assert_eq!(dangers(&clean), Vec::<String>::new(), "{trick}\nbecame\n{clean}");
    }
}

#[test]
fn what_is_clean_stays_clean_wherever_it_is_put() {
    for trick in tricks() {
        let clean = CleanHtml::from_untrusted(&trick).into_string();
        assert_eq!(CleanHtml::from_untrusted(&clean).as_str(), clean, "{trick}");
        // A mutation shows when serialized HTML is parsed once more, in another place.
        for (before, after) in
            [("<div>", "</div>"), ("<table><tbody><tr><td>", "</td></tr></tbody></table>"), ("<p>", "</p>")]
        {
            let placed = Html::parse_fragment(&format!("{before}{clean}{after}")).html();
            assert_eq!(dangers(&placed), Vec::<String>::new(), "{trick}\nbecame\n{placed}");
        }
    }
}

#[test]
fn the_detector_finds_what_it_is_there_for() {
    for bad in [
        "<svg></svg>",
        "<p onclick=x>",
        "<a href=' java&#10;script:x'>",
        "<img srcset='/a 1x, data:x 2x'>",
        "<p style=x>",
    ] {
        assert!(!dangers(bad).is_empty(), "{bad}");
    }
}

proptest! {
    #[test]
    fn pieces_put_together_at_random_come_out_harmless(
        pieces in proptest::collection::vec(proptest::sample::select(vec![
            "<", ">", "</", "\"", "'", "=", " ", "/", "<!--", "-->", "<![CDATA[", "]]>", "&lt;", "&#x3c;", "\u{1}", "\n", "`",
            "svg", "math", "mtext", "mglyph", "annotation-xml", "foreignObject", "style", "title", "noscript", "template", "textarea",
            "table", "p", "a", "img", "iframe", "script", "select", "option", "form", "body", "html", "xmp", "noembed", "plaintext",
            " onerror=alert(1)", " href=javascript:alert(1)", " src=x", " srcdoc=<script>alert(1)</script>", "alert(1)",
        ]), 0..24)
    ) {
        let clean = CleanHtml::from_untrusted(&pieces.concat()).into_string();
        prop_assert_eq!(dangers(&clean), Vec::<String>::new(), "{}", clean);
    }
}
