//! What is sent, ready for everybody: links replaced by marks, the way out of the list, the picture that counts openings.

use std::cell::RefCell;
use std::collections::BTreeSet;

use kernel::{Error, Result};
use lol_html::html_content::ContentType;
use lol_html::{RewriteStrSettings, element, rewrite_str};

use super::merge::{Kind, Mistake, Name, Tag, Template};
use super::plain;
use crate::sending::emails::Email;

/// The longest address of a link that is counted.
const URL_LONGEST: usize = 4000;
/// Where an HTML has no end of its own.
const OPEN_MARK: &str = r#"<img src="{{@open}}" width="1" height="1" alt="" style="display:block;border:0">"#;

/// An email as everybody gets it, but for the values of each person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    pub html: String,
    pub plain_text: String,
    /// Where the links lead, by their positions.
    pub links: Vec<String>,
}

/// Freezes an email. Merge tags that cannot be read are told, whatever they stand in.
pub fn freeze(email: &Email) -> Result<Frozen> {
    freeze_after(email, Vec::new())
}

/// Freezes an email of which something was sent: links of that keep their positions, before those that are new.
pub fn freeze_after(email: &Email, links: Vec<String>) -> Result<Frozen> {
    let mistakes = mistakes(email);
    if let Some(mistake) = mistakes.first() {
        return Err(Error::invalid("content", "merge_tag", mistake.words.clone()));
    }
    let mut html = as_document(email);
    if !has_way_out(email) {
        html = with_footer(&html, &footer_html());
    }
    let composed = email.composition.as_ref().and(email.composed_text.as_ref());
    let own_plain = email.plain_text.as_ref().filter(|text| !text.trim().is_empty()).or(composed);
    let links = RefCell::new(links);
    let html = with_marks(&html, &links)?;
    let plain_text = match own_plain {
        Some(text) if Template::parse(text, Kind::Plain).is_ok_and(|it| !it.has(&Name::UnsubscribeUrl)) => {
            format!("{}\n\n--\nUnsubscribe: {{{{unsubscribe_url}}}}\n", plain_marks(text, &links))
        }
        Some(text) => plain_marks(text, &links),
        // The preheader is for mail programs that show HTML; here it would only be said twice.
        None => plain::from_html(&html.replace(&preheader(email), "")),
    };
    let html = with_footer(&html, OPEN_MARK);
    // What was written as entities is text by now, and may read as a merge tag.
    let plain_of = if email.plain_text.as_ref() == own_plain && own_plain.is_some() { "plain_text" } else { "content" };
    let parts = [
        ("content", &html, Kind::FrozenHtml),
        (plain_of, &plain_text, Kind::FrozenPlain),
        ("subject", &email.subject, Kind::Line),
    ];
    for (field, text, kind) in parts {
        Template::parse(text, kind).map_err(|mistakes| {
            let words = mistakes.first().map_or_else(String::new, |mistake| mistake.words.clone());
            Error::invalid(field, "merge_tag", words)
        })?;
    }
    Ok(Frozen { html, plain_text, links: links.into_inner() })
}

/// The HTML without the picture that counts openings.
pub fn without_open(html: &str) -> String {
    html.replace(OPEN_MARK, "")
}

/// Every text of an email that may hold merge tags.
fn parts(email: &Email) -> [(&str, Kind); 5] {
    let second = email.trial.as_ref().map_or("", |trial| trial.subject.as_str());
    [
        (email.subject.as_str(), Kind::Line),
        (second, Kind::Line),
        (email.preheader.as_deref().unwrap_or_default(), Kind::Html),
        (email.content.as_str(), Kind::Html),
        (email.plain_text.as_deref().unwrap_or_default(), Kind::Plain),
    ]
}

/// The keys of the fields whose values an email asks for.
pub fn fields(email: &Email) -> BTreeSet<String> {
    let templates = parts(email).into_iter().filter_map(|(text, kind)| Template::parse(text, kind).ok());
    let key = |tag: &Tag| if let Name::Field(key) = &tag.name { Some(key.clone()) } else { None };
    templates.flat_map(|template| template.tags().filter_map(key).collect::<Vec<_>>()).collect()
}

/// Everything that is wrong with the merge tags of an email.
pub fn mistakes(email: &Email) -> Vec<Mistake> {
    let mut found: Vec<Mistake> = Vec::new();
    for mistake in parts(email).into_iter().filter_map(|(text, kind)| Template::parse(text, kind).err()).flatten() {
        if !found.contains(&mistake) {
            found.push(mistake);
        }
    }
    found
}

/// Whether the HTML says how to leave the list.
pub fn has_way_out(email: &Email) -> bool {
    Template::parse(&email.content, Kind::Html).is_ok_and(|template| template.has(&Name::UnsubscribeUrl))
}

fn footer_html() -> String {
    "<p style=\"margin:32px 0 0;font:12px/1.5 sans-serif;color:#666666;text-align:center\">\
     You get this email from {{organization_name}}. <a href=\"{{unsubscribe_url}}\" style=\"color:#666666\">Unsubscribe</a></p>"
        .to_owned()
}

/// A whole document, with the preheader as its first, hidden words.
fn as_document(email: &Email) -> String {
    let content = email.content.trim();
    let preheader = preheader(email);
    if content.to_ascii_lowercase().contains("<body") {
        return with_opening(content, &preheader);
    }
    let title = html_escape::encode_text(&email.subject).replace("{{", "").replace("}}", "");
    format!(
        "<!doctype html>\n<html><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><meta name=\"supported-color-schemes\" content=\"light dark\">\
         <title>{title}</title></head>\n<body>{preheader}{content}\n</body></html>\n"
    )
}

/// The preheader as hidden words: merge tags in it are kept, everything else is text.
fn preheader(email: &Email) -> String {
    let hidden = |words: &str| {
        let text = html_escape::encode_text(words);
        format!("<div style=\"display:none;max-height:0;overflow:hidden;mso-hide:all\">{text}</div>")
    };
    email.preheader.as_deref().map(hidden).unwrap_or_default()
}

fn with_opening(html: &str, words: &str) -> String {
    let settings = RewriteStrSettings::new().append_element_content_handler(element!("body", |body| {
        body.prepend(words, ContentType::Html);
        Ok(())
    }));
    rewrite_str(html, settings).unwrap_or_else(|_| html.to_owned())
}

/// Puts something at the end of the body.
fn with_footer(html: &str, footer: &str) -> String {
    let at = html.to_ascii_lowercase().rfind("</body").unwrap_or(html.len());
    let (before, after) = html.split_at(at);
    format!("{before}{footer}{after}")
}

/// Replaces the addresses of links by marks. Links of one person's own, and those with `data-no-track`, stay.
fn with_marks(html: &str, links: &RefCell<Vec<String>>) -> Result<String> {
    let settings = RewriteStrSettings::new().append_element_content_handler(element!("a[href], area[href]", |link| {
        let written = link.get_attribute("href").unwrap_or_default();
        let address = html_escape::decode_html_entities(written.trim()).into_owned();
        if link.has_attribute("data-no-track") {
            link.remove_attribute("data-no-track");
        } else if let Some(mark) = mark(&address, links) {
            link.set_attribute("href", &mark)?;
        }
        Ok(())
    }));
    rewrite_str(html, settings).map_err(|_| {
        Error::invalid(
            "content",
            "not_html",
            "The HTML cannot be read: a tag in it has no end. Correct it and try again.",
        )
    })
}

fn mark(address: &str, links: &RefCell<Vec<String>>) -> Option<String> {
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    if !is_web || address.contains("{{") || address.len() > URL_LONGEST || url::Url::parse(address).is_err() {
        return None;
    }
    let mut links = links.borrow_mut();
    let position = links.iter().position(|known| known == address).unwrap_or_else(|| {
        links.push(address.to_owned());
        links.len() - 1
    });
    Some(format!("{{{{@link:{position}}}}}"))
}

/// Replaces the addresses in a plain text by marks.
fn plain_marks(text: &str, links: &RefCell<Vec<String>>) -> String {
    let mut marked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("https://").into_iter().chain(rest.find("http://")).min() {
        let from = &rest[start..];
        let end =
            from.find(|one: char| one.is_whitespace() || matches!(one, '<' | '>' | '"' | ')')).unwrap_or(from.len());
        let address = from[..end].trim_end_matches(['.', ',', ';', ':', '!', '?']);
        marked.push_str(&rest[..start]);
        match mark(address, links) {
            Some(mark) => marked.push_str(&mark),
            None => marked.push_str(address),
        }
        rest = &from[address.len().max(1).min(from.len())..];
    }
    marked.push_str(rest);
    marked
}
