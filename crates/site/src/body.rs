//! What happens to a stored body on its way out: into a page, or into a feed.

use lol_html::html_content::{ContentType, Element};
use lol_html::{ElementContentHandlers, RewriteStrSettings, Selector, element, rewrite_str};
use media::pictures::Known;
use std::borrow::Cow;
use std::cell::Cell;
use url::Url;

use content::embeds::{self, Shape};

use crate::code;
use crate::html::{SafeHtml, escape};
use crate::pictures;

type Rule<'handlers> = (Cow<'static, Selector>, ElementContentHandlers<'handlers>);
pub(crate) type Outcome = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// A box that scrolls sideways, reached by keyboard. A group, since landmarks of the same name would confuse.
const TABLE_OPENS: &str = r#"<div class="table-scroll" role="group" aria-label="Table" tabindex="0">"#;

/// Attributes that hold one address.
const ADDRESSES: [(&str, &str); 9] = [
    ("a[href]", "href"),
    ("area[href]", "href"),
    ("img[src]", "src"),
    ("iframe[src]", "src"),
    ("video[src]", "src"),
    ("audio[src]", "src"),
    ("source[src]", "src"),
    ("track[src]", "src"),
    ("video[poster]", "poster"),
];

/// Readies a sanitized body for a page: wide things scroll by keyboard too, pictures and embeds load late,
/// the page keeps one `h1` and its headings one outline.
///
/// Imported bodies rarely have these, and storing them would mix how a page looks today into what people wrote.
pub fn for_page(html: &SafeHtml, known: &Known) -> SafeHtml {
    // Most bodies have few kinds of elements, and to read a selector takes longer than to look whether it could match.
    let names = element_names(html.as_str());
    let has = |wanted: &[&str]| names.iter().any(|name| wanted.iter().any(|wanted| name.eq_ignore_ascii_case(wanted)));
    let outline = Cell::new([0; 6]);
    let outline = &outline;
    let mut html = Cow::Borrowed(html);
    let mut rules: Vec<Rule<'_>> = Vec::new();
    if has(&["table"]) {
        // The empty corner of a table is no header of anything (HTML, 4.9.10).
        html = Cow::Owned(SafeHtml::already_sanitized(html.as_str().replace("<th></th>", "<td></td>")));
        rules.push(element!("table", |table| {
            table.before(TABLE_OPENS, ContentType::Html);
            table.after("</div>", ContentType::Html);
            Ok(())
        }));
    }
    if has(&["pre"]) {
        html = Cow::Owned(code::coloured(&html));
        rules.push(element!("pre", |pre| default_attribute(pre, "tabindex", "0")));
    }
    if has(&["h1", "h2", "h3", "h4", "h5", "h6"]) {
        rules.push(element!("h1, h2, h3, h4, h5, h6", move |heading| level(heading, outline)));
    }
    if has(&["br"]) {
        rules.push(element!("ul > br, ol > br, dl > br", |stray| {
            stray.remove();
            Ok(())
        }));
    }
    if has(&["img"]) {
        rules.extend([
            element!("picture img", pictures::leave_alone),
            element!("img", move |picture| pictures::for_page(picture, known)),
            element!("img", late_picture),
            element!("a img", |picture| {
                // A link whose only content is a picture without words would have no name at all.
                if picture.get_attribute("alt").is_none_or(|alt| alt.trim().is_empty()) {
                    picture.set_attribute("alt", "Image")?;
                }
                Ok(())
            }),
        ]);
    }
    if has(&["iframe", "figure"]) {
        rules.extend([element!("iframe", late_frame), element!("figure.embed > a[href]", player)]);
    }
    if has(&["video", "audio"]) {
        rules.extend([
            element!("video[src]", move |clip| pictures::film(clip, known)),
            element!("video, audio", |clip| default_attribute(clip, "controls", "")),
        ]);
    }
    if rules.is_empty() { html.into_owned() } else { rewritten(&html, rules) }
}

/// What the elements of a text are called, each once.
fn element_names(html: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for (at, _) in html.match_indices('<') {
        let after = &html[at + 1..];
        let end = after.bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(after.len());
        let name = &after[..end];
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Gives a heading the level its place in the outline calls for, below the page's own `h1`.
///
/// `outline` holds, for each level in use, what it was called in the body (0 for none): siblings stay siblings and no level is
/// skipped, wherever the writer began to count.
fn level(heading: &mut Element<'_, '_>, outline: &Cell<[u8; 6]>) -> Outcome {
    let written = heading.tag_name().bytes().last().map_or(1, |digit| digit.saturating_sub(b'0'));
    let mut levels = outline.get();
    let depth = levels.iter().position(|&above| above == 0 || above >= written).unwrap_or(levels.len() - 1);
    for (index, entry) in levels.iter_mut().enumerate().skip(depth) {
        *entry = if index == depth { written } else { 0 };
    }
    outline.set(levels);
    heading.set_tag_name(["h2", "h3", "h4", "h5", "h6", "h6"].get(depth).copied().unwrap_or("h6"))?;
    Ok(())
}

fn late_picture(picture: &mut Element<'_, '_>) -> Outcome {
    default_attribute(picture, "alt", "")?;
    default_attribute(picture, "loading", "lazy")?;
    default_attribute(picture, "decoding", "async")
}

/// Puts the player of another site before the link to it, folded up. What is folded up is not on the screen, and a late
/// frame that is not on the screen asks for nothing, so it takes no script to wait until a reader wants it.
fn player(link: &mut Element<'_, '_>) -> Outcome {
    let Some(player) = link.get_attribute("href").and_then(|address| embeds::player(&decoded(&address))) else {
        return Ok(());
    };
    let class = match player.shape {
        Shape::Film => "player",
        Shape::Sound => "player player-sound",
    };
    let (provider, source) = (player.provider, escape(&player.source));
    let html = format!(
        r#"<details class="{class}"><summary>Play here, from {provider}</summary><iframe src="{source}" title="Player of {provider}" loading="lazy" allow="fullscreen; encrypted-media; picture-in-picture" allowfullscreen referrerpolicy="strict-origin-when-cross-origin" sandbox="allow-scripts allow-same-origin allow-presentation allow-popups"></iframe></details>"#
    );
    link.before(&html, ContentType::Html);
    Ok(())
}

fn late_frame(frame: &mut Element<'_, '_>) -> Outcome {
    let host = frame.get_attribute("src").and_then(|source| host_of(&source));
    let title = host.map_or_else(|| "Embedded content".to_owned(), |host| format!("Embedded content from {host}"));
    if frame.get_attribute("title").is_none_or(|title| title.trim().is_empty()) {
        frame.set_attribute("title", &title)?;
    }
    default_attribute(frame, "loading", "lazy")
}

/// Makes every address in a body absolute, for readers that show it away from its page.
///
/// `page` is the full address of the item, so that a footnote's `#note` leads to the page it is on.
pub fn absolute(html: &SafeHtml, page: &str, known: &Known) -> SafeHtml {
    let Ok(base) = Url::parse(page) else {
        return html.clone();
    };
    let base = &base;
    let mut rules: Vec<Rule<'_>> = vec![
        element!("img", move |picture| pictures::for_feed(picture, known, base)),
        element!("video[src]", move |clip| pictures::film(clip, known)),
    ];
    rules.extend(
        ADDRESSES
            .iter()
            .map(|(selector, attribute)| element!(*selector, move |found| make_absolute(found, attribute, base))),
    );
    rules.push(element!("[srcset]", move |found| {
        if let Some(candidates) = found.get_attribute("srcset") {
            found.set_attribute("srcset", &encoded(&absolute_candidates(&candidates, base)))?;
        }
        Ok(())
    }));
    rewritten(html, rules)
}

/// A body that the rewriter refuses is shown as it was stored; the sanitizer has already made it safe.
fn rewritten(html: &SafeHtml, rules: Vec<Rule<'_>>) -> SafeHtml {
    let settings =
        rules.into_iter().fold(RewriteStrSettings::new(), RewriteStrSettings::append_element_content_handler);
    rewrite_str(html.as_str(), settings).map_or_else(|_| html.clone(), SafeHtml::already_sanitized)
}

pub(crate) fn default_attribute(found: &mut Element<'_, '_>, name: &str, value: &str) -> Outcome {
    if !found.has_attribute(name) {
        found.set_attribute(name, value)?;
    }
    Ok(())
}

fn make_absolute(found: &mut Element<'_, '_>, attribute: &str, base: &Url) -> Outcome {
    if let Some(address) = found.get_attribute(attribute)
        && let Ok(full) = base.join(&decoded(&address))
    {
        found.set_attribute(attribute, &encoded(full.as_str()))?;
    }
    Ok(())
}

/// `srcset` is a list of `address descriptor` parted by commas; addresses with commas in them end at white space (HTML, 4.8.4.2.1).
fn absolute_candidates(candidates: &str, base: &Url) -> String {
    let mut full = Vec::new();
    let mut rest = candidates.trim_start_matches([' ', ',', '\n', '\t']);
    while !rest.is_empty() {
        let (address, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let (descriptor, next) = match address.strip_suffix(',') {
            Some(_) => ("", after),
            None => after.split_once(',').unwrap_or((after, "")),
        };
        let joined =
            base.join(&decoded(address.trim_end_matches(','))).map_or_else(|_| address.to_owned(), String::from);
        full.push(format!("{joined} {}", descriptor.trim()).trim_end().to_owned());
        rest = next.trim_start_matches([' ', ',', '\n', '\t']);
    }
    full.join(", ")
}

/// The rewriter hands attributes over as they are written, with the entities that the sanitizer writes (HTML, 13.3).
pub(crate) fn decoded(attribute: &str) -> String {
    let quotes = attribute.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">");
    quotes.replace("&nbsp;", "\u{a0}").replace("&amp;", "&")
}

pub(crate) fn encoded(address: &str) -> String {
    address.replace('&', "&amp;").replace('"', "&quot;")
}

fn host_of(address: &str) -> Option<String> {
    let address = address.strip_prefix("//").map_or_else(|| address.to_owned(), |rest| format!("https://{rest}"));
    let host = Url::parse(&address).ok()?.host_str()?.to_owned();
    Some(host.trim_start_matches("www.").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn page(html: &str) -> String {
        for_page(&SafeHtml::already_sanitized(html), &Known::default()).as_str().to_owned()
    }

    fn feed(html: &str) -> String {
        absolute(&SafeHtml::already_sanitized(html), "https://host.example/s/acme/hello", &Known::default())
            .as_str()
            .to_owned()
    }

    #[test]
    fn wide_things_can_be_reached_and_scrolled_by_keyboard() {
        let html = page("<table><tbody><tr><td>1</td></tr></tbody></table><pre>x</pre>");
        assert_eq!(
            html,
            r#"<div class="table-scroll" role="group" aria-label="Table" tabindex="0"><table><tbody><tr><td>1</td></tr></tbody></table></div><pre tabindex="0">x</pre>"#
        );
    }

    #[test]
    fn the_title_of_the_page_stays_its_only_first_heading() {
        assert_eq!(page("<h1 id=\"a\">A</h1>"), "<h2 id=\"a\">A</h2>");
    }

    #[test]
    fn headings_skip_no_level_and_siblings_stay_siblings() {
        for (written, shown) in
            [("2 3 3 2", "2 3 3 2"), ("3 3 4", "2 2 3"), ("1 2 3 4 5 6", "2 3 4 5 6 6"), ("6 2 4 3", "2 2 3 3")]
        {
            let body: String = written.split(' ').map(|level| format!("<h{level}>x</h{level}>")).collect();
            let expected: String = shown.split(' ').map(|level| format!("<h{level}>x</h{level}>")).collect();
            assert_eq!(page(&body), expected, "{written}");
        }
    }

    #[test]
    fn what_screen_readers_stumble_over_is_mended() {
        assert_eq!(page("<ul><br><li>a<br>b</li><br></ul>"), "<ul><li>a<br>b</li></ul>");
        assert!(page(r#"<a href="/b.png"><img src="/a.png"></a>"#).contains(r#"alt="Image""#));
        assert!(page("<table><tr><th></th><th>A</th></tr></table>").contains("<td></td><th>A</th>"));
    }

    #[test]
    fn pictures_and_embeds_load_late_and_have_a_name() {
        assert_eq!(page(r#"<img src="a.png">"#), r#"<img src="a.png" alt="" loading="lazy" decoding="async">"#);
        let html = page(r#"<iframe src="https://www.youtube.com/embed/x"></iframe>"#);
        assert!(html.contains(r#"title="Embedded content from youtube.com""#), "{html}");
        assert_eq!(
            page(r#"<img alt="Cat" loading="eager" decoding="sync">"#),
            r#"<img alt="Cat" loading="eager" decoding="sync">"#
        );
    }

    #[test]
    fn known_embeds_get_their_player_and_others_stay_links() {
        let html = page(r#"<figure class="embed"><a href="https://youtu.be/abc?t=5&amp;x=1">A film</a></figure>"#);
        let document = scraper::Html::parse_fragment(&html);
        let frame =
            scraper::Selector::parse("figure.embed > details:not([open]) > iframe[loading=lazy][sandbox]").unwrap();
        let frame = document.select(&frame).next().unwrap();
        assert_eq!(frame.attr("src"), Some("https://www.youtube-nocookie.com/embed/abc?start=5"));
        assert!(html.contains(">A film</a>"), "{html}");
        let other = r#"<figure class="embed"><a href="https://example.com/film">A film</a></figure>"#;
        assert_eq!(page(other), other);
        assert_eq!(
            page(r#"<p><a href="https://youtu.be/abc">x</a></p>"#),
            r#"<p><a href="https://youtu.be/abc">x</a></p>"#
        );
    }

    #[test]
    fn addresses_become_absolute_and_full_ones_stay() {
        assert_eq!(feed(r##"<a href="#note">1</a>"##), r#"<a href="https://host.example/s/acme/hello#note">1</a>"#);
        assert_eq!(feed(r#"<img src="/media/a.png">"#), r#"<img src="https://host.example/media/a.png">"#);
        assert_eq!(
            feed(r#"<a href="https://x.example/?a=1&amp;b=2">x</a>"#),
            r#"<a href="https://x.example/?a=1&amp;b=2">x</a>"#
        );
        assert_eq!(feed(r#"<a href="mailto:a@b.c">x</a>"#), r#"<a href="mailto:a@b.c">x</a>"#);
        assert_eq!(
            feed(r#"<a href="https://x.example/a&quot;b?c=&lt;1&gt;">x</a>"#),
            r#"<a href="https://x.example/a%22b?c=%3C1%3E">x</a>"#
        );
        assert_eq!(
            feed(r#"<img srcset="/a.png 1x, b,c.png 2x, /d.png">"#),
            r#"<img srcset="https://host.example/a.png 1x, https://host.example/s/acme/b,c.png 2x, https://host.example/d.png">"#
        );
    }

    proptest! {
        #[test]
        fn any_text_survives(html in "\\PC{0,200}") {
            page(&html);
            feed(&html);
        }

        #[test]
        fn text_outside_elements_is_untouched(text in "[^<>&\\x00]{0,80}") {
            prop_assert_eq!(page(&text), text);
        }
    }
}
