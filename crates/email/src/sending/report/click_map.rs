//! The email as it was sent, with the share of readers written beside each link.

use kernel::{Error, Result};
use lol_html::html_content::ContentType;
use lol_html::{RewriteStrSettings, element, rewrite_str};

use super::figures::{LinkCount, percent};

/// Colours that are read on light and on dark mails alike.
const BADGE: &str = "display:inline-block;margin:0 4px;padding:1px 6px;border-radius:9px;background:#0b5cad;color:#ffffff;\
                     font:600 12px/18px sans-serif;white-space:nowrap;text-decoration:none";

/// Writes beside each link of a frozen HTML how many people followed it, of those who followed any.
pub fn with_counts(html: &str, links: &[LinkCount], clicked: i64) -> Result<String> {
    let settings = RewriteStrSettings::new().append_element_content_handler(element!("a[href]", |link| {
        let position = link.get_attribute("href").as_deref().and_then(position);
        if let Some(count) = position.and_then(|position| links.iter().find(|link| link.position == position)) {
            let share = percent(count.people, clicked).unwrap_or_default();
            let words = if count.people == 1 { "person" } else { "people" };
            // Which of several places somebody followed an address at is not told by it.
            let places = html.matches(&format!("\"{{{{@link:{}}}}}\"", count.position)).count();
            let of = if places > 1 { format!(", {places} places") } else { String::new() };
            let badge = format!("<span style=\"{BADGE}\">{} {words}, {share:.0} %{of}</span>", count.people);
            link.after(&badge, ContentType::Html);
        }
        Ok(())
    }));
    rewrite_str(html, settings).map_err(Error::internal)
}

/// The position in the mark `{{@link:3}}`.
fn position(mark: &str) -> Option<i32> {
    mark.strip_prefix("{{@link:")?.strip_suffix("}}")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_counted_link_gets_its_share() {
        let html = r#"<p><a href="{{@link:0}}">one</a> <a href="{{@link:1}}">two</a> <a href="mailto:a@b.example">write</a></p>"#;
        let link = |position, people| LinkCount { position, url: "https://x.example".into(), people, programs: 9 };
        let shown = with_counts(html, &[link(0, 3), link(1, 1)], 4).unwrap();
        assert!(
            shown.contains("one</a><span") && shown.contains(">3 people, 75 %<") && shown.contains(">1 person, 25 %<")
        );
        assert_eq!(shown.matches("<span").count(), 2);
        let twice = with_counts(&html.repeat(2), &[link(0, 3), link(1, 1)], 4).unwrap();
        assert_eq!(twice.matches(">3 people, 75 %, 2 places<").count(), 2, "{twice}");
        assert!(with_counts(html, &[link(0, 0)], 0).unwrap().contains(">0 people, 0 %<"));
    }
}
