//! What stands in `head`: the basics, OpenGraph (ogp.me), JSON-LD (schema.org as Google documents it), hreflang.

use std::collections::HashMap;

use jiff::Timestamp;
use scraper::{Html, Selector};
use serde_json::Value;
use url::Url;

use super::attributes;

pub fn check(path: &str, page: &Html) {
    let one = |selector: &str, name: &str| {
        let found = attributes(page, selector, name);
        assert_eq!(found.len(), 1, "{path}: {selector} stands {} times", found.len());
        found[0].clone()
    };
    assert!(!one("html", "lang").is_empty());
    one("meta[name=viewport]", "content");
    let title = page.select(&Selector::parse("title").unwrap()).next().unwrap().text().collect::<String>();
    assert!(!title.trim().is_empty(), "{path} has no title");
    let is_listed = one("meta[name=robots]", "content").starts_with("index");
    assert_eq!(is_listed, !path.starts_with("search") && path != "nothing", "{path}");
    if is_listed {
        let canonical = one("link[rel=canonical]", "href");
        absolute(&canonical);
        assert_eq!(one("meta[property='og:url']", "content"), canonical);
        open_graph(path, page);
        structured(path, page);
    }
}

/// The four required properties are a type, a title, an address and a picture; a site without pictures has no fourth.
fn open_graph(path: &str, page: &Html) {
    let all: Vec<(String, String)> = attributes(page, "meta[property]", "property")
        .into_iter()
        .zip(attributes(page, "meta[property]", "content"))
        .collect();
    let of =
        |name: &str| all.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect::<Vec<_>>();
    for required in ["og:type", "og:title", "og:url", "og:site_name", "og:locale"] {
        assert_eq!(of(required).len(), 1, "{path}: {required}");
        assert!(!of(required)[0].is_empty(), "{path}: {required}");
    }
    assert!(["article", "website"].contains(&of("og:type")[0]));
    of("og:image").into_iter().for_each(absolute);
    if path == "tides" {
        assert_eq!((of("og:image").len(), of("og:type")[0], of("article:tag").len()), (1, "article", 2));
        for date in ["article:published_time", "article:modified_time"] {
            assert!(of(date)[0].parse::<Timestamp>().is_ok());
        }
        absolute(of("article:author")[0]);
    }
    let card = attributes(page, "meta[name='twitter:card']", "content");
    assert!(card.len() == 1 && ["summary", "summary_large_image"].contains(&card[0].as_str()));
}

fn structured(path: &str, page: &Html) {
    let script = Selector::parse("script[type='application/ld+json']").unwrap();
    let texts: Vec<String> = page.select(&script).map(|element| element.text().collect()).collect();
    assert_eq!(texts.len(), 1, "{path}");
    let document: Value = serde_json::from_str(&texts[0]).unwrap();
    assert_eq!(document["@context"], "https://schema.org");
    let nodes = document["@graph"].as_array().unwrap();
    let ids: Vec<&str> = nodes.iter().filter_map(|node| node["@id"].as_str()).collect();
    for node in nodes {
        match node["@type"].as_str().unwrap() {
            "BlogPosting" => posting(node),
            "BreadcrumbList" => breadcrumbs(node),
            "WebSite" => website(node),
            "Organization" | "WebPage" | "CollectionPage" => absolute(node["url"].as_str().unwrap()),
            other => panic!("{path}: {other}"),
        }
        // What a node refers to is in the graph.
        for name in ["publisher", "isPartOf"] {
            assert!(node[name]["@id"].as_str().is_none_or(|id| ids.contains(&id)), "{path}: {name}");
        }
    }
    let kinds: Vec<&str> = nodes.iter().map(|node| node["@type"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"WebSite"), "{path}");
    assert_eq!(kinds.contains(&"BlogPosting"), ["tides", "gezeiten", "empty"].contains(&path), "{path}");
    assert_eq!(kinds.contains(&"BreadcrumbList"), !path.is_empty(), "{path}");
}

/// Recommended for articles: author with name and address, dates with a zone, a headline of at most 110 characters.
fn posting(node: &Value) {
    let headline = node["headline"].as_str().unwrap();
    assert!(!headline.is_empty() && headline.chars().count() <= 110);
    for date in ["datePublished", "dateModified"] {
        assert!(node[date].as_str().unwrap().parse::<Timestamp>().is_ok(), "{}", node[date]);
    }
    assert_eq!(node["author"]["@type"], "Person");
    assert!(!node["author"]["name"].as_str().unwrap().is_empty());
    absolute(node["author"]["url"].as_str().unwrap());
    if let Some(image) = node.get("image") {
        absolute(image["url"].as_str().unwrap());
    }
}

/// Positions from 1 without a gap, each step with a name; two steps at least.
fn breadcrumbs(node: &Value) {
    let steps = node["itemListElement"].as_array().unwrap();
    assert!(steps.len() >= 2);
    for (index, step) in steps.iter().enumerate() {
        assert_eq!((step["@type"].as_str(), step["position"].as_u64()), (Some("ListItem"), Some(index as u64 + 1)));
        assert!(!step["name"].as_str().unwrap().is_empty());
        absolute(step["item"].as_str().unwrap());
    }
}

fn website(node: &Value) {
    absolute(node["url"].as_str().unwrap());
    assert!(!node["name"].as_str().unwrap().is_empty());
    let action = &node["potentialAction"];
    assert_eq!(action["query-input"], "required name=search_term_string");
    assert!(action["target"]["urlTemplate"].as_str().unwrap().contains("{search_term_string}"));
}

fn absolute(address: &str) {
    let url = Url::parse(address).unwrap_or_else(|error| panic!("{address:?}: {error}"));
    assert!(matches!(url.scheme(), "http" | "https"), "{address}");
    assert!(!address.contains([' ', '<', '>', '"']), "{address:?} holds what no address may (RFC 3986)");
}

/// Every page that names others in other languages is named by each of them.
pub fn languages_answer(pages: &[(String, String)]) {
    let mut named: HashMap<String, Vec<String>> = HashMap::new();
    for (_, text) in pages {
        let page = Html::parse_document(text);
        let own = attributes(&page, "link[rel=canonical]", "href");
        let others = attributes(&page, "link[hreflang]:not([hreflang=x-default])", "href");
        named.extend(own.into_iter().map(|own| (own, others.clone())));
    }
    let groups: Vec<_> = named.iter().filter(|(_, others)| !others.is_empty()).collect();
    assert_eq!(groups.len(), 2);
    for (own, others) in groups {
        assert!(others.contains(own) && others.iter().all(|other| named[other] == *others), "{own}");
    }
}
