//! HTML (html.spec.whatwg.org): what the parser calls an error, and the rules about ids, labels, pictures and headings.

use std::collections::HashSet;

use scraper::{ElementRef, Html, Selector};

use super::attributes;

pub fn check(path: &str, text: &str) {
    let page = Html::parse_document(text);
    assert_eq!(page.errors, Vec::<String>::new(), "{path}");
    assert!(text.starts_with("<!DOCTYPE html>"), "{path}");
    let none = |selector: &str| {
        let found: Vec<String> = select(&page, selector).map(|element| element.html()).collect();
        assert_eq!(found, Vec::<String>::new(), "{path}: {selector}");
    };
    none("[style], style, script:not([type='application/ld+json']), font, center, iframe:not([title])");
    none("img:not([alt]), a[href=''], a a, a button, button a, p p, p div, ul > :not(li), ol > :not(li)");
    none("input:not([type=hidden]):not([id]):not([aria-label])");
    none("dl > :not(dt, dd, div), tr > :not(th, td), table > :not(caption, colgroup, thead, tbody, tfoot)");
    let ids = attributes(&page, "[id]", "id");
    let known: HashSet<&String> = ids.iter().collect();
    assert_eq!(ids.len(), known.len(), "{path}: an id stands twice in {ids:?}");
    for (selector, name) in [
        ("[for]", "for"),
        ("[aria-labelledby]", "aria-labelledby"),
        ("[aria-describedby]", "aria-describedby"),
        ("[list]", "list"),
    ] {
        for value in attributes(&page, selector, name) {
            for id in value.split_whitespace() {
                assert!(known.contains(&id.to_owned()), "{path}: {name}={id} leads nowhere");
            }
        }
    }
    let inside: Vec<String> = attributes(&page, "a[href^='#']", "href");
    assert!(inside.iter().all(|link| known.contains(&link[1..].to_owned())), "{path}: {inside:?}");
    headings(path, &page);
    landmarks(path, &page);
}

fn select<'a>(page: &'a Html, selector: &str) -> impl Iterator<Item = ElementRef<'a>> {
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector).collect::<Vec<_>>().into_iter()
}

/// One `h1`, and no heading more than one level below the one before it, but where an editor wrote it so.
fn headings(path: &str, page: &Html) {
    assert_eq!(select(page, "h1").count(), 1, "{path}");
    let mut last = 0;
    for heading in select(page, "h1, h2, h3, h4, h5, h6") {
        assert!(!heading.text().collect::<String>().trim().is_empty(), "{path}: an empty heading");
        let level: u8 = heading.value().name()[1..].parse().unwrap();
        let is_written = heading.ancestors().any(|node| {
            ElementRef::wrap(node).is_some_and(|element| element.value().classes().any(|class| class == "prose"))
        });
        assert!(is_written || last == 0 || level <= last + 1, "{path}: h{level} after h{last}");
        last = if is_written { 6 } else { level };
    }
}

fn landmarks(path: &str, page: &Html) {
    for (landmark, most) in [("main", 1), ("body > header", 1), ("body > footer", 1)] {
        assert_eq!(select(page, landmark).count(), most, "{path}: {landmark}");
    }
    let names = attributes(page, "nav", "aria-label");
    assert_eq!(names.len(), select(page, "nav").count(), "{path}: a nav without a name");
    assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len(), "{path}: navs of one name: {names:?}");
    let searches = attributes(page, "[role=search]", "aria-label");
    assert_eq!(searches.iter().collect::<HashSet<_>>().len(), searches.len(), "{path}: {searches:?}");
}
