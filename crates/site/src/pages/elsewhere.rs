//! Where something is that is not under the address that was asked for: addresses that it once had, here or in the system that
//! a site comes from.
//!
//! Other systems end addresses with a slash and write dates, parents and `.html` around the name of an item; imports keep that
//! name, so the last part tells it. What is asked for every day pays nothing: this is looked at before "not found" is said.

use content::items::store;
use content::taxonomy::former::{self, Term};
use content::taxonomy::{categories, tags};
use kernel::{Result, validate};
use percent_encoding::percent_decode_str;

use super::context::Visit;

/// What names of files end with that other systems gave their pages.
const ENDS: [&str; 4] = [".html", ".htm", ".php", ".aspx"];
/// The last part of what other systems call their feed.
const FEEDS: [&str; 4] = ["feed", "rss", "atom.xml", "rss.xml"];

/// The address to go to; none when there is nothing, or nowhere else.
pub async fn of(visit: &Visit) -> Result<Option<String>> {
    let parts: Vec<&str> = visit.path.split('/').filter(|part| !part.is_empty()).collect();
    let Some(last) = parts.last() else { return Ok(None) };
    let slug = slug_of(last);
    let links = &visit.links;
    let found = match parts[0] {
        _ if parts.len() <= 2 && FEEDS.contains(last) => Some(format!("{}feed.xml", links.home())),
        "category" if parts.len() > 1 => match categories::store::by_slug(&visit.tx, &slug).await? {
            Some(category) => Some(links.category(&category.slug)),
            None => former::moved_to(&visit.tx, Term::Category, &slug).await?.map(|slug| links.category(&slug)),
        },
        "tag" if parts.len() > 1 => match tags::store::by_slug(&visit.tx, &slug).await? {
            Some(tag) => Some(links.tag(&tag.slug)),
            None => former::moved_to(&visit.tx, Term::Tag, &slug).await?.map(|slug| links.tag(&slug)),
        },
        "author" if parts.len() > 1 => match store::published_author(&visit.tx, last).await? {
            Some(_) => Some(links.author(last)),
            None => item(visit, &slug).await?,
        },
        "search" if parts.len() == 1 => Some(format!("{}search", links.home())),
        _ => item(visit, &slug).await?,
    };
    let here = format!("{}{}", links.home(), visit.path);
    let elsewhere = found.filter(|address| *address != here);
    // What was searched for goes along.
    let query = if parts[0] == "search" { visit.query.as_str() } else { "" };
    Ok(elsewhere.map(|address| address + query))
}

async fn item(visit: &Visit, slug: &str) -> Result<Option<String>> {
    let found = store::published_by_slug(&visit.tx, slug, false).await?;
    if found.is_some_and(|found| found.item().r#type.has_public_page()) {
        return Ok(Some(visit.links.article(slug)));
    }
    Ok(store::moved_to(&visit.tx, slug).await?.map(|slug| visit.links.article(&slug)))
}

/// The slug that the last part of an address names.
fn slug_of(part: &str) -> String {
    let name = percent_decode_str(part).decode_utf8_lossy();
    let name = ENDS.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
    validate::slug_from(name)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_last_part_of_an_address_names_an_item() {
        for (part, slug) in [("hello-world", "hello-world"), ("Hello.html", "hello"), ("gr%C3%BC%C3%9Fe", "grusse")] {
            assert_eq!(super::slug_of(part), slug, "{part}");
        }
    }
}
