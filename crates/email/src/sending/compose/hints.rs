//! What filters for spam take amiss, and readers too.

use std::cell::RefCell;
use std::rc::Rc;

use lol_html::html_content::EndTag;
use lol_html::{EndTagHandler, RewriteStrSettings, element, rewrite_str, text};

use super::checks::{Findings, Level};
use crate::sending::emails::Email;

/// Addresses that hide where they lead.
const SHORTENERS: [&str; 10] =
    ["bit.ly", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd", "buff.ly", "rebrand.ly", "cutt.ly", "shorturl.at"];

pub(super) fn of(email: &Email, findings: &mut Findings) {
    if email.subject.contains("!!") || email.subject.matches('!').count() > 2 {
        let words = "The subject shouts with exclamation marks, which filters take for advertising. One is enough.";
        findings.add(Level::Warning, "subject_shouts", "subject", words);
    }
    let links = links(&email.content);
    if let Some((host, _)) = links.iter().find(|(host, _)| SHORTENERS.contains(&host.as_str())) {
        let words = format!(
            "A link goes by {host}. Filters distrust shortened addresses: link to the page itself, clicks are counted anyhow."
        );
        findings.add(Level::Warning, "link_shortened", "content", words);
    }
    let misleading = links.iter().find_map(|(host, words)| {
        let shown = host_shown(words)?;
        let is_same = host == &shown || host.ends_with(&format!(".{shown}")) || shown.ends_with(&format!(".{host}"));
        (!is_same).then_some((shown, host))
    });
    if let Some((shown, host)) = misleading {
        let words = format!(
            "A link reads “{shown}” and leads to {host}, as frauds do. Let it say where it leads, or use words."
        );
        findings.add(Level::Warning, "link_misleading", "content", words);
    }
}

/// Hosts of the links of the web, with the words on them.
fn links(html: &str) -> Vec<(String, String)> {
    let found: Rc<RefCell<Vec<(String, String)>>> = Rc::default();
    let open: Rc<RefCell<Option<usize>>> = Rc::default();
    let (noted, opened, shown, within) = (found.clone(), open.clone(), found.clone(), open);
    let settings = RewriteStrSettings::new()
        .append_element_content_handler(element!("a[href]", move |link| {
            let href = link.get_attribute("href").unwrap_or_default();
            let href = html_escape::decode_html_entities(href.trim()).into_owned();
            let host = url::Url::parse(&href).ok().and_then(|url| url.host_str().map(str::to_ascii_lowercase));
            let Some(host) = host else { return Ok(()) };
            let host = host.trim_start_matches("www.").to_owned();
            noted.borrow_mut().push((host, String::new()));
            if let Some(ends) = link.end_tag_handlers() {
                *opened.borrow_mut() = Some(noted.borrow().len() - 1);
                let closing = opened.clone();
                let end: EndTagHandler<'static> = Box::new(move |_: &mut EndTag<'_>| {
                    *closing.borrow_mut() = None;
                    Ok(())
                });
                ends.push(end);
            }
            Ok(())
        }))
        .append_element_content_handler(text!("a", move |text| {
            if let Some(place) = *within.borrow()
                && let Some((_, words)) = shown.borrow_mut().get_mut(place)
            {
                words.push_str(text.as_str());
            }
            Ok(())
        }));
    let _ = rewrite_str(html, settings);
    found.take()
}

/// The host that a link's words name, where they are an address.
fn host_shown(words: &str) -> Option<String> {
    let words = html_escape::decode_html_entities(words.trim()).to_ascii_lowercase();
    if words.contains(char::is_whitespace) || words.contains(['@', '{']) {
        return None;
    }
    let is_whole = words.starts_with("https://") || words.starts_with("http://") || words.starts_with("www.");
    let bare = words.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("www.");
    let host = bare.split(['/', '?', '#', ':']).next()?;
    (is_whole && host.contains('.')).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_tell_their_host_and_words() {
        let html = "<p><a href=\"https://www.e.org/a\"><b>www.e</b>.org</a> <a href=\"mailto:a@b.org\">x</a> <a href=\"https://bit.ly/x\">https://bank.example/</a></p>";
        let found = links(html);
        assert_eq!(
            found,
            [("e.org".into(), "www.e.org".into()), ("bit.ly".into(), "https://bank.example/".to_owned())]
        );
        assert_eq!(host_shown(&found[1].1).as_deref(), Some("bank.example"));
        assert_eq!((host_shown("Read on"), host_shown("e.g. this"), host_shown("v2.0")), (None, None, None));
    }
}
