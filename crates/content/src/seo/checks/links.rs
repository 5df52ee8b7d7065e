//! Where the text leads, and whether its links say so.

use super::keyword::Keyword;
use crate::seo::document::Link;
use crate::seo::report::{Check, Finding, Group, Status};
use crate::seo::subject::Subject;

const INTERNAL: Check = Check::new("internal_links", Group::Structure, "Links to own pages", 3);
const OUTBOUND: Check = Check::new("external_links", Group::Structure, "Links to other sites", 2);
const TEXTS: Check = Check::new("link_text", Group::Structure, "Link texts", 3);
const COMPETING: Check = Check::new("competing_link", Group::Structure, "Links with the keyword", 2);

/// Shorter texts need no links.
const WORDS_FOR_LINKS: usize = 100;

pub fn check(subject: &Subject) -> Vec<Finding> {
    let mut findings = Vec::new();
    if subject.words >= WORDS_FOR_LINKS {
        let count = |kind| subject.document.links.iter().filter(|link| kind_of(subject, link) == kind).count();
        findings.extend([internal(count(Kind::Own)), outbound(count(Kind::Other))]);
    }
    if !subject.document.links.is_empty() {
        findings.push(texts(subject));
        findings.extend(competing(subject));
    }
    findings
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Kind {
    Own,
    Other,
    /// A place on the same page, a mail address, a telephone number.
    None,
}

fn kind_of(subject: &Subject, link: &Link) -> Kind {
    let address = link.address.to_ascii_lowercase();
    let host = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"))
        .or_else(|| address.strip_prefix("//"));
    match host {
        Some(rest) => {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let site = subject.texts.site_host.to_ascii_lowercase();
            if !site.is_empty() && host == site { Kind::Own } else { Kind::Other }
        }
        None if address.is_empty() || address.starts_with(['#', '?']) => Kind::None,
        None if crate::html::is_harmless_address(&address) => Kind::Own,
        None => Kind::None,
    }
}

fn internal(count: usize) -> Finding {
    match count {
        0 => INTERNAL.found(
            Status::Bad,
            "content",
            "Nothing links to other pages of this site. Link what readers may want next.",
        ),
        _ => INTERNAL.found(Status::Good, "content", "The text links to other pages of this site."),
    }
}

fn outbound(count: usize) -> Finding {
    match count {
        0 => OUTBOUND.found(Status::Ok, "content", "Nothing links to other sites. Name a source or a further reading."),
        _ => OUTBOUND.found(Status::Good, "content", "The text links to other sites."),
    }
}

fn texts(subject: &Subject) -> Finding {
    let says_nothing = |link: &&Link| {
        let text = link.text.as_str();
        let is_address = text.starts_with("http://") || text.starts_with("https://") || text.starts_with("www.");
        (text.is_empty() && !link.has_image) || is_address || subject.language.is_vague(text)
    };
    let vague: Vec<&Link> = subject.document.links.iter().filter(says_nothing).collect();
    let passage = vague.first().map_or("", |link| if link.text.is_empty() { &link.address } else { &link.text });
    let (status, advice) = match vague.len() {
        0 => (Status::Good, "The links say where they lead.".to_owned()),
        1 => (Status::Ok, "A link does not say where it leads. Use the name of what is behind it.".to_owned()),
        count => {
            (Status::Bad, format!("{count} links do not say where they lead. Use the names of what is behind them."))
        }
    };
    TEXTS.found_at(status, passage, advice)
}

/// A link with the very keyword recommends another page for it.
fn competing(subject: &Subject) -> Option<Finding> {
    let keyword = Keyword::new(&subject.keyword);
    let link = subject.document.links.iter().find(|link| keyword.is(&link.text))?;
    let advice = "A link's text is the focus keyword: it recommends the other page for it. Use other words there.";
    Some(COMPETING.found_at(Status::Bad, &link.text, advice))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seo::Texts;
    use crate::seo::checks::testing::{finding, paragraph, status, with_content};
    use Status::{Bad, Good, Ok};

    #[test]
    fn own_and_other_links_are_told_apart() {
        for (address, own, other) in [
            ("/about", Good, Ok),
            ("about", Good, Ok),
            ("https://Host.example/s/harbor/x", Good, Ok),
            ("https://host.example.evil/x", Bad, Good),
            ("//elsewhere.example", Bad, Good),
            ("#top", Bad, Ok),
            ("mailto:a@b.example", Bad, Ok),
        ] {
            let mut texts = with_content(format!("{}<a href=\"{address}\">the place</a>", paragraph(100)));
            texts.site_host = "host.example".to_owned();
            let found = (status(&texts, "internal_links"), status(&texts, "external_links"));
            assert_eq!(found, (Some(own), Some(other)), "{address}");
        }
        assert_eq!(status(&with_content(paragraph(99)), "internal_links"), None);
    }

    #[test]
    fn links_say_where_they_lead() {
        let link = |text: &str| format!("<a href=\"/x\">{text}</a>");
        for (content, expected) in [
            (link("How to brew"), Good),
            (link("<img src=\"/i\" alt=\"Brewing\">"), Good),
            (link("Click here!"), Ok),
            (link("https://a.example/x"), Ok),
            (link(""), Ok),
            (link("here") + &link("Read more"), Bad),
        ] {
            assert_eq!(status(&with_content(content.as_str()), "link_text"), Some(expected), "{content}");
        }
        let found = finding(&with_content(link("here")), "link_text").unwrap();
        assert_eq!(found.place.quote.as_deref(), Some("here"));
        assert_eq!(status(&with_content("<p>x</p>"), "link_text"), None);
    }

    #[test]
    fn a_link_with_the_keyword_competes() {
        let about = |text: &str| Texts {
            keywords: vec!["slow coffee".to_owned()],
            ..with_content(format!("<a href=\"/x\">{text}</a>"))
        };
        assert_eq!(status(&about("Slow Coffee!"), "competing_link"), Some(Bad));
        assert_eq!(status(&about("slow coffee at home"), "competing_link"), None);
    }
}
