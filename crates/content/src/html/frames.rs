//! Frames of other sites, which nothing stored here may hold: where one led is kept as a link, and as an embed where that has a
//! player. All of this comes before the sanitizer, which has the last word.

use lol_html::html_content::{ContentType, Element};
use lol_html::{RewriteStrSettings, element, rewrite_str};
use url::Url;

use crate::embeds;

/// What the link of an embed begins with, until the figure around it is one.
const MARK: &str = "<a class=\"embed\" href=";

/// Whether a text may hold a frame.
pub(super) fn may_be_in(html: &str) -> bool {
    html.split('<').skip(1).any(|tag| tag.get(..6).is_some_and(|name| name.eq_ignore_ascii_case("iframe")))
}

/// Puts a link to where it led in the place of each frame. HTML that cannot be read is left as it is.
pub(super) fn as_links(html: &str) -> String {
    let settings = RewriteStrSettings::new()
        // WordPress puts a box of its own around them.
        .append_element_content_handler(element!("div.wp-block-embed__wrapper", |wrapper| {
            wrapper.remove_and_keep_content();
            Ok(())
        }))
        .append_element_content_handler(element!("iframe", |frame| {
            frame.replace(&link(frame).unwrap_or_default(), ContentType::Html);
            Ok(())
        }));
    match rewrite_str(html, settings) {
        Ok(linked) => in_figures(&linked),
        Err(_) => html.to_owned(),
    }
}

fn link(frame: &Element<'_, '_>) -> Option<String> {
    let source = frame.get_attribute("src")?;
    let source = html_escape::decode_html_entities(source.trim()).into_owned();
    let source = if source.starts_with("//") { format!("https:{source}") } else { source };
    let address = embeds::address_of_frame(&Url::parse(&source).ok()?)?;
    let start = if embeds::player(&address).is_some() { MARK } else { "<a href=" };
    let text = html_escape::encode_text(&address);
    Some(format!("{start}\"{}\">{text}</a>", html_escape::encode_double_quoted_attribute(&address)))
}

/// Makes an embed of the figure around each marked link, or puts one there. Each piece is looked through once.
fn in_figures(html: &str) -> String {
    let mut made = String::with_capacity(html.len());
    // Where in `made` the figure around this place begins, until it is an embed.
    let mut figure = None;
    let mut is_within = false;
    let mut rest = html;
    while let Some(start) = rest.find(MARK) {
        let (before, from_mark) = rest.split_at(start);
        let (opens, closes) = (before.rfind("<figure"), before.rfind("</figure"));
        if opens.is_some() || closes.is_some() {
            is_within = opens > closes;
            figure = opens.filter(|_| is_within).map(|open| made.len() + open);
        }
        made.push_str(before);
        let end = from_mark.find("</a>").map_or(from_mark.len(), |end| end + "</a>".len());
        let link = from_mark[..end].replacen(MARK, "<a href=", 1);
        rest = &from_mark[end..];
        if let Some(open) = figure.take() {
            // A second class of the same element would be passed over, so this one comes first.
            let tag = made[open..].split('>').next().unwrap_or_default();
            let class = tag.split_once("class=\"").and_then(|(_, rest)| rest.split_once('"'));
            let class = class.map_or_else(|| "embed".to_owned(), |(class, _)| format!("embed {class}"));
            made.insert_str(open + "<figure".len(), &format!(" class=\"{class}\""));
        }
        if is_within {
            made.push_str(&link);
            continue;
        }
        // A paragraph holds no figure: one that begins here would be left empty before it.
        if made.trim_end().ends_with("<p>") && rest.trim_start().starts_with("</p>") {
            made.truncate(made.trim_end().len() - "<p>".len());
            rest = &rest.trim_start()["</p>".len()..];
        }
        made.push_str(&format!("<figure class=\"embed\">{link}</figure>"));
    }
    made + rest
}

#[cfg(test)]
mod tests {
    use crate::html::CleanHtml;

    fn becomes(html: &str, clean: &str) {
        assert_eq!(CleanHtml::from_untrusted(html).as_str().replace(" rel=\"noopener\"", ""), clean, "{html}");
    }

    #[test]
    fn frames_with_a_player_become_embeds_and_others_links() {
        let youtube = "<a href=\"https://www.youtube.com/watch?v=x1\">https://www.youtube.com/watch?v=x1</a>";
        let embed = format!("<figure class=\"embed\">{youtube}</figure>");
        let frame = "<iframe width=\"560\" src=\"https://www.youtube.com/embed/x1?feature=oembed\" allowfullscreen>old</iframe>";
        becomes(frame, &embed);
        becomes(&format!("<p>{frame}</p><p>after</p>"), &format!("{embed}<p>after</p>"));
        becomes(&frame.replace("https:", ""), &embed);
        becomes(
            &format!("<figure>{frame}{frame}</figure>{frame}"),
            &format!("<figure class=\"embed\">{youtube}{youtube}</figure>{embed}"),
        );
        becomes(&format!("<figure class=\"kg-card kg-embed-card\">{frame}</figure>"), &embed);
        becomes(
            &format!(
                "<figure class=\"wp-block-embed\"><div class=\"wp-block-embed__wrapper\">{frame}</div><figcaption>c</figcaption></figure>"
            ),
            &format!("<figure class=\"embed wp-block-embed\">{youtube}<figcaption>c</figcaption></figure>"),
        );
        becomes(
            "<IFRAME src='https://maps.example/?a=1&amp;b=2'></IFRAME>",
            "<a href=\"https://maps.example/?a=1&amp;b=2\">https://maps.example/?a=1&amp;b=2</a>",
        );
    }

    #[test]
    fn frames_that_lead_nowhere_are_dropped_and_nothing_gets_past_the_sanitizer() {
        for html in [
            "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
            "<iframe src=\"javascript:alert(1)\"></iframe>",
            "<iframe src=\"data:text/html,x\"></iframe>",
        ] {
            becomes(html, "");
        }
        let nasty = "<p title='<figure onmouseover=alert(1) x='>a</p><iframe src='https://youtu.be/x'></iframe>";
        let clean = CleanHtml::from_untrusted(nasty);
        assert!(clean.as_str().starts_with("<p title=\"&lt;figure"), "no element was made of it: {clean:?}");
        assert_eq!(CleanHtml::from_untrusted(clean.as_str()), clean);
    }
}
