//! Sitemaps (sitemaps.org 0.9, with hreflang and pictures) and robots.txt (RFC 9309).

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use url::Url;

use super::HOST;
use super::tree;

const MAP: &str = "{http://www.sitemaps.org/schemas/sitemap/0.9}";
const XHTML: &str = "{http://www.w3.org/1999/xhtml}";

/// Checks a sitemap and gives its addresses.
pub fn urls(xml: &str) -> Vec<String> {
    assert!(xml.len() < 50 * 1024 * 1024);
    let map = tree::parse(xml);
    assert_eq!(map.name, format!("{MAP}urlset"));
    let (mut seen, mut languages) = (HashSet::new(), HashMap::new());
    for entry in &map.children {
        assert_eq!(entry.name, format!("{MAP}url"));
        let url = entry.one(&format!("{MAP}loc")).text.clone();
        assert!(url.len() < 2048 && url.starts_with(HOST) && Url::parse(&url).is_ok(), "{url}");
        assert!(seen.insert(url.clone()), "{url} stands twice");
        let changed = &entry.one(&format!("{MAP}lastmod")).text;
        assert!(changed.parse::<Timestamp>().is_ok(), "{changed}");
        let name = format!("{XHTML}link");
        let links: Vec<(String, String)> = entry
            .all(&name)
            .inspect(|link| assert_eq!(link.attribute("rel"), "alternate"))
            .map(|link| (link.attribute("hreflang").to_owned(), link.attribute("href").to_owned()))
            .collect();
        languages.insert(url, links);
    }
    for (url, links) in &languages {
        assert!(links.is_empty() || links.iter().any(|(_, own)| own == url), "{url} does not name itself");
        for (_, other) in links {
            assert_eq!(languages[other], *links, "{other} does not answer {url}");
        }
    }
    assert!(languages.values().any(|links| links.len() == 3), "two languages and a default");
    seen.into_iter().collect()
}

/// Groups of user agents with rules, then addresses of sitemaps.
pub fn robots(text: &str, sitemap: &str) {
    let (mut agents, mut has_rule, mut sitemaps) = (0, true, Vec::new());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (key, value) = line.split_once(':').unwrap_or_else(|| panic!("{line:?} is no rule"));
        match key.to_ascii_lowercase().as_str() {
            "user-agent" => {
                assert!(!value.trim().is_empty());
                agents += 1;
                has_rule = false;
            }
            "allow" | "disallow" => {
                assert!(agents > 0, "a rule belongs to a group");
                assert!(value.trim().is_empty() || value.trim().starts_with('/'), "{value}");
                has_rule = true;
            }
            "sitemap" => sitemaps.push(value.trim().to_owned()),
            other => panic!("{other} is unknown"),
        }
    }
    assert!(agents > 0 && has_rule);
    assert_eq!(sitemaps, if sitemap.is_empty() { vec![] } else { vec![sitemap.to_owned()] });
}
