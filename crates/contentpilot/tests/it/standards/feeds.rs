//! RSS 2.0 (rssboard.org) with the Atom, content, Dublin Core and media namespaces, and JSON Feed 1.1 (jsonfeed.org).

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde_json::Value;
use url::Url;

use super::tree::{self, Element};

const ATOM: &str = "{http://www.w3.org/2005/Atom}";
const CONTENT: &str = "{http://purl.org/rss/1.0/modules/content/}";
const DC: &str = "{http://purl.org/dc/elements/1.1/}";
const MEDIA: &str = "{http://search.yahoo.com/mrss/}";

pub fn rss(xml: &str, own: &str) {
    let rss = tree::parse(xml);
    assert_eq!((rss.name.as_str(), rss.attribute("version")), ("rss", "2.0"));
    let channel = rss.one("channel");
    for required in ["title", "link", "description"] {
        assert!(!channel.one(required).text.trim().is_empty(), "{required} is empty");
    }
    absolute(&channel.one("link").text);
    language(&channel.one("language").text);
    date(&channel.one("lastBuildDate").text);
    assert!(channel.one("ttl").text.parse::<u32>().is_ok());
    let link = channel.one(&format!("{ATOM}link"));
    let said = (link.attribute("rel"), link.attribute("type"), link.attribute("href"));
    assert_eq!(said, ("self", "application/rss+xml", own));
    let known = ["title", "link", "description", "language", "lastBuildDate", "ttl", "image", "item"];
    only(channel, &known, &[&format!("{ATOM}link")]);
    let mut ids = HashSet::new();
    for item in channel.all("item") {
        rss_item(item);
        assert!(ids.insert(item.one("guid").text.clone()), "a guid stands twice");
    }
    assert!(!ids.is_empty() && ids.len() <= 20);
}

fn rss_item(item: &Element) {
    let (creator, encoded, media) = (format!("{DC}creator"), format!("{CONTENT}encoded"), format!("{MEDIA}content"));
    only(item, &["title", "link", "description", "guid", "pubDate", "category"], &[&creator, &encoded, &media]);
    assert!(item.all("title").count() + item.all("description").count() > 0, "an item needs a title or a description");
    absolute(&item.one("link").text);
    let guid = item.one("guid");
    // A guid that is no address must say so, for the default is that it is one.
    assert!(guid.attribute("isPermaLink") == "false" || Url::parse(&guid.text).is_ok());
    date(&item.one("pubDate").text);
    assert!(!item.one(&creator).text.is_empty());
    for picture in item.all(&media) {
        absolute(picture.attribute("url"));
        assert_eq!(picture.attribute("medium"), "image");
    }
    for body in item.all(&encoded) {
        for part in ["src=\"", "href=\""] {
            for address in body.text.split(part).skip(1) {
                absolute(&address.split('"').next().unwrap().replace("&amp;", "&"));
            }
        }
    }
}

/// No element that the standard does not know and that is not of a namespace named here.
fn only(element: &Element, plain: &[&str], others: &[&str]) {
    for child in &element.children {
        let name = child.name.as_str();
        assert!(plain.contains(&name) || others.contains(&name), "{name} has no place in {}", element.name);
    }
}

fn absolute(address: &str) {
    let url = Url::parse(address).unwrap_or_else(|error| panic!("{address:?}: {error}"));
    assert!(matches!(url.scheme(), "http" | "https" | "mailto"), "{address}");
    assert!(!address.contains([' ', '<', '>', '"']), "{address:?} holds what no address may (RFC 3986)");
}

/// RFC 822 with a four-digit year.
fn date(text: &str) {
    assert!(rfc2822::DateTimeParser::new().parse_zoned(text).is_ok(), "{text:?} is no RFC 822 date");
}

fn language(tag: &str) {
    let is_plain =
        tag.split('-').all(|part| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric()));
    assert!(is_plain, "{tag:?} is no language tag");
}

pub fn json(text: &str, own: &str) {
    let feed: Value = serde_json::from_str(text).unwrap();
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    assert!(!feed["title"].as_str().unwrap().is_empty());
    assert_eq!(feed["feed_url"], own);
    absolute(feed["home_page_url"].as_str().unwrap());
    language(feed["language"].as_str().unwrap());
    let known = ["version", "title", "home_page_url", "feed_url", "description", "language", "icon", "hubs", "items"];
    fields(&feed, &known);
    let mut ids = HashSet::new();
    for item in feed["items"].as_array().unwrap() {
        let known = [
            "id",
            "url",
            "title",
            "content_html",
            "summary",
            "image",
            "date_published",
            "date_modified",
            "authors",
            "tags",
            "language",
        ];
        fields(item, &known);
        assert!(ids.insert(item["id"].as_str().unwrap().to_owned()), "an id stands twice");
        assert!(item["content_html"].is_string());
        absolute(item["url"].as_str().unwrap());
        for date in ["date_published", "date_modified"] {
            assert!(item[date].as_str().unwrap().parse::<Timestamp>().is_ok(), "{}", item[date]);
        }
        if let Some(image) = item.get("image") {
            absolute(image.as_str().unwrap());
        }
        for author in item["authors"].as_array().unwrap() {
            assert!(author["name"].is_string());
            absolute(author["url"].as_str().unwrap());
        }
        assert!(item.get("tags").is_none_or(|tags| tags.as_array().unwrap().iter().all(Value::is_string)));
    }
    assert!(!ids.is_empty());
}

/// Known fields alone, and none of them null: what is not known is not there.
fn fields(object: &Value, known: &[&str]) {
    for (name, value) in object.as_object().unwrap() {
        assert!(known.contains(&name.as_str()) || name.starts_with('_'), "{name} is no field");
        assert!(!value.is_null(), "{name} is null");
    }
}
