//! The one sanitizer: whatever HTML comes in, by form, API or import, leaves here harmless.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use ammonia::Builder;

mod frames;

/// Words read in a minute, for the reading time.
const WORDS_A_MINUTE: i32 = 225;

/// HTML that has passed the sanitizer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CleanHtml(String);

impl CleanHtml {
    /// Takes HTML from anywhere; scripts, styles, event handlers and dangerous addresses are dropped, and frames become links.
    pub fn from_untrusted(html: &str) -> Self {
        if frames::may_be_in(html) {
            return Self(SANITIZER.clean(&frames::as_links(html)).to_string());
        }
        Self(SANITIZER.clean(html).to_string())
    }

    /// Takes back what was clean when it was stored.
    pub(crate) fn from_store(html: &str) -> Self {
        Self(html.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

/// Classes that the public theme knows, or their beginnings; all others say nothing here and are dropped.
const CLASSES: [&str; 15] = [
    "wp-caption",
    "wp-caption-text",
    "gallery",
    "has-drop-cap",
    "callout",
    "embed",
    "file",
    "button",
    "task-list",
    "task",
    "task-done",
    "more",
    "screen-reader-text",
    "blocks-gallery-grid",
    "blocks-gallery-item",
];
const CLASS_BEGINNINGS: [&str; 6] = ["align", "callout-", "focal-", "gallery-", "language-", "wp-block-"];

static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .add_tags([
            "audio",
            "video",
            "source",
            "picture",
            "figure",
            "figcaption",
            "section",
            "u",
            "abbr",
            "address",
            "big",
            "tfoot",
        ])
        .add_generic_attributes(["class", "dir", "lang", "title"])
        .add_tag_attributes("a", ["download", "hreflang"])
        .add_tag_attributes("img", ["srcset", "sizes", "loading", "decoding", "width", "height", "alt"])
        .add_tag_attributes("source", ["src", "srcset", "sizes", "type", "media"])
        .add_tag_attributes("audio", ["src", "controls", "preload", "loop"])
        .add_tag_attributes(
            "video",
            ["src", "controls", "preload", "loop", "muted", "poster", "width", "height", "playsinline"],
        )
        .add_tag_attributes("ol", ["start", "reversed", "type"])
        .add_tag_attributes("li", ["value"])
        .add_tag_attributes("details", ["open"])
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .link_rel(Some("noopener"))
        .attribute_filter(|_, attribute, value| match attribute {
            "class" => known_classes(value).map(Cow::from),
            "srcset" => is_harmless_srcset(value).then_some(value.into()),
            // The library checks only src and href; a poster is fetched like an image, and a source may be followed.
            "poster" | "cite" => is_harmless_address(value).then_some(value.into()),
            _ => Some(value.into()),
        });
    builder
});

fn known_classes(value: &str) -> Option<String> {
    let begins =
        |class: &str| CLASS_BEGINNINGS.iter().any(|start| class.strip_prefix(start).is_some_and(is_plain_word));
    let known = |class: &&str| CLASSES.contains(class) || begins(class);
    let kept: Vec<&str> = value.split_whitespace().filter(known).collect();
    (!kept.is_empty()).then(|| kept.join(" "))
}

fn is_plain_word(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 30
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_+#".contains(&byte))
}

fn is_harmless_srcset(value: &str) -> bool {
    value.split(',').all(|candidate| is_harmless_address(candidate.split_whitespace().next().unwrap_or_default()))
}

/// Whether an address is relative or of http(s).
pub fn is_harmless_address(address: &str) -> bool {
    let start: String = address.chars().take_while(|character| !"/?#".contains(*character)).collect();
    match start.split_once(':') {
        Some((scheme, _)) => matches!(scheme.trim().to_ascii_lowercase().as_str(), "http" | "https"),
        None => true,
    }
}

/// The text of clean HTML: tags dropped, entities decoded, white space folded, block ends kept as spaces.
///
/// What is clean needs no parser for this: each `<` begins a tag, and only quotation marks hide its end.
pub fn plain_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        // Keeps the words of neighbouring blocks apart.
        text.push(' ');
        rest = after_tag(&rest[start..]);
    }
    text.push_str(rest);
    let decoded = if text.contains('&') { decode_entities(&text) } else { text };
    let mut folded = String::with_capacity(decoded.len());
    for word in decoded.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// What stands behind the tag that a text begins with; nothing where the tag has no end.
fn after_tag(text: &str) -> &str {
    let mut is_quoted = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'>' if !is_quoted => return &text[at + 1..],
            _ => {}
        }
    }
    ""
}

/// Decodes the few entities that the serializer writes.
fn decode_entities(text: &str) -> String {
    text.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// How many words a text of clean HTML has; each character of Chinese, Japanese and Korean counts for half a word.
pub fn word_count(html: &str) -> i32 {
    let text = plain_text(html);
    let ideographs = text.chars().filter(|character| is_ideograph(*character)).count();
    let words = text.split(|character: char| character.is_whitespace() || is_ideograph(character));
    let words = words.filter(|word| word.chars().any(char::is_alphanumeric)).count();
    i32::try_from(words + ideographs / 2).unwrap_or(i32::MAX)
}

fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{20000}'..='\u{3ffff}')
}

/// Minutes that reading takes, at least one where there is anything to read.
pub fn reading_minutes(word_count: i32) -> i32 {
    if word_count == 0 { 0 } else { (word_count / WORDS_A_MINUTE).max(1) }
}

/// The first `longest` characters of a text, cut at a word, with an ellipsis when cut.
pub fn shorten(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let cut: String = text.chars().take(longest).collect();
    let end = cut.rfind(' ').filter(|end| *end > cut.len() / 2).unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end_matches([',', ';', '.', ' ']))
}

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod tests {
    use super::*;

    fn clean(html: &str) -> String {
        CleanHtml::from_untrusted(html).into_string()
    }

    #[test]
    fn what_writers_use_stays() {
        for html in [
            "<h2>Title</h2><p>Text <strong>bold</strong> <em>it</em></p>",
            "<figure class=\"alignright\"><img src=\"/media/a.webp\" alt=\"A\" width=\"10\" height=\"5\"><figcaption>C</figcaption></figure>",
            "<pre><code class=\"language-rust\">fn main() {}</code></pre>",
            "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>",
            "<p dir=\"rtl\" lang=\"ar\">نص</p>",
        ] {
            assert_eq!(clean(html), html);
        }
        for html in [
            "<ul class=\"task-list\"><li class=\"task\">One</li><li class=\"task task-done\">Two</li></ul>",
            "<div class=\"callout\"><p>Mind the <mark>gap</mark>, <u>please</u> <s>or not</s></p></div>",
            "<figure class=\"alignwide\"><img src=\"https://a.example/b.jpg\" alt=\"A boat\"><figcaption>At <em>sea</em></figcaption></figure>",
            "<div class=\"gallery\"><figure><img src=\"/media/a.webp\" alt=\"\"></figure></div>",
            "<figure class=\"embed\"><a href=\"https://a.example/\" rel=\"noopener\">A film</a></figure>",
            "<div class=\"callout callout-warning\"><p>Mind the gap</p></div>",
            "<figure><video src=\"/media/o/t/a.mp4\" controls=\"\" preload=\"metadata\" poster=\"/media/o/t/b.jpg\" width=\"640\" height=\"360\"></video><figcaption>C</figcaption></figure>",
            "<figure><audio src=\"/media/o/t/a.mp3\" controls=\"\" preload=\"metadata\"></audio></figure>",
            "<figure class=\"file\"><a href=\"/media/o/t/a.pdf\" download=\"\" rel=\"noopener\">Timetable <small>PDF · 2 MB</small></a></figure>",
            "<div class=\"gallery\"><figure class=\"focal-top\"><img src=\"/media/a.webp\" alt=\"A\"></figure></div>",
            "<p><a href=\"/s/harbour/tickets\" class=\"button\" rel=\"noopener\">Tickets</a></p>",
            "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td colspan=\"2\">b</td></tr></tbody></table>",
            "<ol start=\"3\"><li>Three<ul><li>below</li></ul></li></ol>\n<hr>\n<blockquote><p>Q<br>R</p></blockquote>",
        ] {
            assert_eq!(clean(html), html, "what the editor writes");
        }
        assert_eq!(
            clean("<a href=\"https://a.example/\">x</a>"),
            "<a href=\"https://a.example/\" rel=\"noopener\">x</a>"
        );
    }

    #[test]
    fn cleaning_twice_changes_nothing() {
        let once = clean("<p>5 < 6 & \"7\" &amp;lt;</p><b><i>x</b></i>");
        assert_eq!(clean(&once), once);
    }

    #[test]
    fn text_is_counted_in_words() {
        assert_eq!(plain_text("<p>One</p><p>two &amp; three</p>"), "One two & three");
        let odd = clean(
            "<p title='a > b \" c'>5 < 6<br>&amp;lt; <img alt=\"x>y\" src=/a>z</p><!-- no --><script>no</script>",
        );
        assert_eq!(plain_text(&odd), "5 < 6 &lt; z");
        assert_eq!(word_count("<p>One</p><p>two &amp; three</p>"), 3);
        assert_eq!(word_count("<p>你好世界</p>"), 2);
        assert_eq!(reading_minutes(0), 0);
        assert_eq!(reading_minutes(10), 1);
        assert_eq!(shorten("one two three", 9), "one two…");
    }
}
