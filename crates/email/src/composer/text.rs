//! Texts of an email: what may stand in them, how they look, and merge tags that come through it whole.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use lol_html::{RewriteStrSettings, element, rewrite_str};

use super::address;

/// What mail programs show alike everywhere.
const ELEMENTS: [&str; 14] =
    ["p", "br", "strong", "b", "em", "i", "u", "s", "a", "ul", "ol", "li", "blockquote", "code"];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from(ELEMENTS))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"])), ("ol", HashSet::from(["start"]))]))
        .clean_content_tags(HashSet::from(["script", "style", "title", "template", "textarea", "noscript", "iframe"]))
        .url_schemes(HashSet::from(["https", "http", "mailto", "tel"]))
        // Merge tags and files of the library have no scheme; the filter below looks at each address anyhow.
        .url_relative(UrlRelative::PassThrough)
        .link_rel(None)
        .attribute_filter(|_, name, value| match name {
            "href" if !address::is_harmless_link(value.trim()) => None,
            "start" if value.parse::<u16>().is_err() => None,
            _ => Some(value.trim().into()),
        });
    builder
});

/// The HTML without everything that has no place in a text of an email. A text without tags becomes paragraphs.
pub fn clean(html: &str) -> String {
    let html = html.trim();
    let has_tags = html.contains('<') && html.contains('>');
    let html = if has_tags { html.to_owned() } else { paragraphs(html) };
    let cleaned = CLEANER.clean(&html).to_string();
    let words = cleaned.replace("<p></p>", "").replace("&nbsp;", " ");
    // What is left of an empty editor is no text.
    let is_empty = words.replace(['\n', ' '], "").replace("<p>", "").replace("</p>", "").replace("<br>", "").is_empty();
    if is_empty { String::new() } else { cleaned.trim().to_owned() }
}

/// Lines that were typed into a plain field: paragraphs parted by empty lines, and what stands between them as it is.
fn paragraphs(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let paragraphs = text.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
    // An ampersand that begins an entity was written as one.
    paragraphs.map(|part| format!("<p>{}</p>", part.replace('<', "&lt;").replace('\n', "<br>"))).collect()
}

/// How a text looks, as styles that go onto each element: many mail programs know no style sheets.
#[derive(Debug, Clone, Default)]
pub struct Look {
    pub link: String,
    pub border: String,
}

/// The clean HTML with its styles written onto each element, and tags that are whole again.
pub fn dressed(html: &str, look: &Look, public_url: &str) -> String {
    let styles = [
        ("p", "margin:0 0 14px"),
        ("ul", "margin:0 0 14px;padding-left:24px"),
        ("ol", "margin:0 0 14px;padding-left:24px"),
        ("li", "margin:0 0 6px"),
        ("code", "font-family:Consolas,Menlo,monospace;font-size:15px"),
    ];
    let style_of = |name: &str| styles.iter().find(|(known, _)| *known == name).map(|(_, style)| *style);
    let settings = RewriteStrSettings::new()
        .append_element_content_handler(element!("p, ul, ol, li, code", |element| {
            if let Some(style) = style_of(&element.tag_name()) {
                element.set_attribute("style", style)?;
            }
            Ok(())
        }))
        .append_element_content_handler(element!("blockquote", |quote| {
            let style = format!("margin:0 0 14px;padding:2px 0 2px 16px;border-left:3px solid {}", look.border);
            quote.set_attribute("style", &style)?;
            quote.set_attribute("class", "cp-quote")?;
            Ok(())
        }))
        .append_element_content_handler(element!("a[href]", |link| {
            let href = link.get_attribute("href").unwrap_or_default();
            if href.starts_with(address::LIBRARY) {
                link.set_attribute("href", &address::absolute(public_url, &href))?;
            }
            link.set_attribute("style", &format!("color:{};text-decoration:underline", look.link))?;
            Ok(())
        }));
    whole_tags(&rewrite_str(html, settings).unwrap_or_else(|_| html.to_owned()))
}

/// Words for HTML or an attribute of it, merge tags in them kept.
pub fn escaped(words: &str) -> String {
    let escaped = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    whole_tags(&escaped)
}

/// Merge tags as they were written: what was escaped within them is escaped again where their values stand.
///
/// Signs that would end an attribute or begin an element are replaced by their likes.
pub fn whole_tags(html: &str) -> String {
    let mut whole = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find("{{") {
        let Some(end) = rest[start..].find("}}").map(|end| start + end) else { break };
        whole.push_str(&rest[..start]);
        let tag = rest[start..end]
            .replace("&nbsp;", " ")
            .replace("&lt;", "‹")
            .replace("&gt;", "›")
            .replace("&quot;", "”")
            .replace("&#x27;", "’")
            .replace("&#39;", "’")
            .replace("&amp;", "&");
        whole.push_str(&tag);
        rest = &rest[end..];
    }
    whole.push_str(rest);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_every_mail_program_shows_is_kept() {
        for (written, kept) in [
            ("<p onclick=x>Hi <b>you</b><script>alert(1)</script></p>", "<p>Hi <b>you</b></p>"),
            ("<img src=x onerror=alert(1)>Words", "Words"),
            ("<a href=\"javascript:alert(1)\">x</a>", "<a>x</a>"),
            ("<a href=\"java&#10;script:alert(1)\">x</a>", "<a>x</a>"),
            (
                "<a href=\"https://e.org/?a=1&amp;b=2\" style=x target=y>x</a>",
                "<a href=\"https://e.org/?a=1&amp;b=2\">x</a>",
            ),
            ("<a href=\"{{unsubscribe_url}}\">Leave</a>", "<a href=\"{{unsubscribe_url}}\">Leave</a>"),
            ("<svg><style>x</style><p>in</p></svg><math><mi>y</mi></math>", "<p>in</p>"),
            ("<p></p><p><br></p>", ""),
            ("<h1>Big</h1><form><input></form>", "Big"),
        ] {
            assert_eq!(clean(written), kept, "{written}");
        }
    }

    #[test]
    fn plain_words_become_paragraphs() {
        assert_eq!(clean("One & two\nmore\n\n\nThree < four"), "<p>One &amp; two<br>more</p><p>Three &lt; four</p>");
        assert_eq!(clean("  "), "");
    }

    #[test]
    fn what_is_clean_stays_as_it_is() {
        let html = clean("<p>Hi {{first_name|Tom &amp; \"you\"}}</p><ul><li>a</li></ul>");
        assert_eq!(clean(&html), html);
        assert_eq!(whole_tags(&html), "<p>Hi {{first_name|Tom & \"you\"}}</p><ul><li>a</li></ul>");
        assert_eq!(escaped("a \"b\" <i> & {{name|<x> & \"y\"}}"), "a &quot;b&quot; &lt;i&gt; &amp; {{name|‹x› & ”y”}}");
    }

    #[test]
    fn styles_are_written_onto_the_elements() {
        let look = Look { link: "#0b5cad".into(), border: "#dddddd".into() };
        let html = dressed("<p>See <a href=\"/media/o/t/a.pdf\">it</a></p>", &look, "https://cp.example");
        assert_eq!(
            html,
            "<p style=\"margin:0 0 14px\">See <a href=\"https://cp.example/media/o/t/a.pdf\" style=\"color:#0b5cad;text-decoration:underline\">it</a></p>"
        );
    }

    /// The elements of some HTML by name, each with its addresses: words that look like one are none.
    fn elements(html: &str) -> Vec<(String, Vec<String>)> {
        let mut found = Vec::new();
        let settings = RewriteStrSettings::new().append_element_content_handler(element!("*", |element| {
            found.push((element.tag_name(), element.get_attribute("href").into_iter().collect()));
            Ok(())
        }));
        rewrite_str(html, settings).expect("clean HTML can be read");
        found
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_acts_comes_through(text in "(<|>|\"|'|&|=|/|a|p|img|svg|style|on|src|href|script|:|javascript| |\\{\\{|\\}\\}|\n){0,40}") {
            let found = elements(&clean(&text));
            proptest::prop_assert!(found.iter().all(|(name, _)| ELEMENTS.contains(&name.as_str())), "{found:?}");
            proptest::prop_assert!(found.iter().flat_map(|(_, hrefs)| hrefs).all(|href| address::is_harmless_link(href)), "{found:?}");
            proptest::prop_assert_eq!(escaped(&text).contains(['<', '>', '"']), false);
        }
    }
}
