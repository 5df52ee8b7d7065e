//! What every page of a site shows around its own content.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::parts::Image;
use crate::links::Site;

/// A link in the header or the footer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavigationLink {
    /// What it says.
    pub label: String,
    /// Where it leads, relative to the host or absolute.
    pub url: String,
}

/// The organization's site: the same for all its pages, so a handler reads it once and keeps it.
#[derive(Clone, Debug)]
pub struct SiteView {
    /// The organization's name for the public.
    pub name: String,
    /// One sentence; may be empty.
    pub tagline: String,
    /// Shown instead of the name when there is one.
    pub logo: Option<Image>,
    /// BCP 47 tag of what people read here by default.
    pub language: String,
    /// In which dates are shown.
    pub time_zone: TimeZone,
    /// Links in the header.
    pub navigation: Vec<NavigationLink>,
    /// Links in the footer.
    pub footer_navigation: Vec<NavigationLink>,
    /// Makes the addresses.
    pub links: Site,
    /// Address of the theme's stylesheet, with its hash.
    pub stylesheet_url: String,
    /// Address of the generated stylesheet: [`Site::accent_stylesheet`]; none keeps the theme's colour.
    pub accent_url: Option<String>,
    /// Address of the site's small icon.
    pub icon_url: Option<String>,
    /// The organization's account, `@name`, for Twitter cards.
    pub twitter: Option<String>,
}

impl SiteView {
    /// A site with a name and an address and nothing else set yet.
    pub fn new(name: &str, links: Site, stylesheet_url: &str) -> Self {
        Self {
            name: name.to_owned(),
            tagline: String::new(),
            logo: None,
            language: "en".to_owned(),
            time_zone: TimeZone::UTC,
            navigation: Vec::new(),
            footer_navigation: Vec::new(),
            links,
            stylesheet_url: stylesheet_url.to_owned(),
            accent_url: None,
            icon_url: None,
            twitter: None,
        }
    }

    /// A date as readers read it, such as `4 March 2026`, in the site's time zone.
    pub fn date(&self, instant: &Timestamp) -> String {
        instant.to_zoned(self.time_zone.clone()).strftime("%-d %B %Y").to_string()
    }

    /// The same instant for `time datetime`.
    pub fn stamp(&self, instant: &Timestamp) -> String {
        crate::head::stamp(*instant)
    }
}
