//! What search engines and social networks will show, cut where they cut.

use kernel::App;

use super::subject::Texts;
use super::width;
use crate::html;

/// Pixels of a title that Google shows.
const TITLE_PIXELS: u32 = 600;
const DESCRIPTION_CHARACTERS: usize = 160;
/// Two lines of a large card.
const CARD_TITLE_CHARACTERS: usize = 88;
const CARD_DESCRIPTION_CHARACTERS: usize = 110;
const SMALL_CARD_TITLE_CHARACTERS: usize = 70;

/// Where an organization's site is, as people see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    pub host: String,
    /// What stands between the host and an item's own part, as `s/harbor`.
    pub path: String,
}

impl Address {
    /// The address at the site's own domain, or without one on the program's host.
    pub fn of(app: &App, organization: &str, domain: Option<&str>) -> Self {
        if let Some(domain) = domain {
            return Self { host: domain.to_owned(), path: String::new() };
        }
        let host = app.settings.public_url.split_once("://").map_or("", |(_, host)| host);
        Self { host: host.trim_end_matches('/').to_owned(), path: format!("s/{organization}") }
    }
}

/// A result as Google shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchResult {
    pub site_name: String,
    /// Host and path, parted as the results part them.
    pub breadcrumb: String,
    pub title: String,
    pub description: String,
}

impl SearchResult {
    pub fn of(texts: &Texts, address: &Address) -> Self {
        let parts = [address.host.as_str()].into_iter().chain(address.path.split('/'));
        let slug = texts.address();
        let shown: Vec<&str> = parts.chain([slug.as_str()]).filter(|part| !part.is_empty()).collect();
        Self {
            site_name: texts.site_name.clone(),
            breadcrumb: shown.join(" › "),
            title: width::fitting(&or_untitled(texts.page_title()), TITLE_PIXELS),
            description: html::shorten(&texts.shown_description(), DESCRIPTION_CHARACTERS),
        }
    }
}

/// A link as social networks show it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Card {
    pub host: String,
    pub image: Option<String>,
    pub title: String,
    pub description: String,
    /// The title as cut by networks with little room.
    pub small_title: String,
}

impl Card {
    pub fn of(texts: &Texts, address: &Address) -> Self {
        let title = or_untitled(texts.search_title().to_owned());
        Self {
            host: address.host.clone(),
            image: Some(texts.featured_image.clone()).filter(|image| !image.is_empty()),
            small_title: html::shorten(&title, SMALL_CARD_TITLE_CHARACTERS),
            title: html::shorten(&title, CARD_TITLE_CHARACTERS),
            description: html::shorten(&texts.shown_description(), CARD_DESCRIPTION_CHARACTERS),
        }
    }
}

fn or_untitled(title: String) -> String {
    if title.is_empty() { "Untitled".to_owned() } else { title }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_cut_where_networks_cut() {
        let address = Address { host: "host.example".to_owned(), path: "s/harbor".to_owned() };
        let texts = Texts {
            title: "Wide words ".repeat(12).trim().to_owned(),
            content: format!("<p>{}</p>", "long text ".repeat(40)),
            site_name: "Harbor".to_owned(),
            slug: "wide".to_owned(),
            ..Texts::default()
        };
        let result = SearchResult::of(&texts, &address);
        assert_eq!(result.breadcrumb, "host.example › s › harbor › wide");
        assert!(result.title.ends_with('…') && width::pixels(&result.title) <= TITLE_PIXELS, "{}", result.title);
        assert!(result.description.chars().count() <= 161 && result.description.ends_with('…'));
        let card = Card::of(&texts, &address);
        assert!(card.title.chars().count() <= 89 && card.small_title.chars().count() <= 71 && card.image.is_none());
        assert_eq!(SearchResult::of(&Texts::default(), &Address::default()).title, "Untitled");
    }
}
