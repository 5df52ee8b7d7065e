//! What every page of a site shows around its own content.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::parts::Image;
use crate::head::{About, Indexing};
use crate::links::Site;
use crate::words::{self, Words};

/// The language of the theme's words where it knows neither the page's nor the site's.
const FALLBACK: &str = "en";

/// A link in the header or the footer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavigationLink {
    /// What it says.
    pub label: String,
    /// Where it leads, relative to the host or absolute.
    pub url: String,
    /// What opens beneath it; one level deep.
    pub children: Vec<NavigationLink>,
}

/// A form with which readers sign up for emails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUp {
    /// Where it is sent: the form's own page, which asks for the rest.
    pub action: String,
    /// What it is called.
    pub title: String,
    /// What people get; may be empty.
    pub intro: String,
}

/// What stands around a page of a site: the frame that all its pages have, in the language of this page.
#[derive(Clone)]
pub struct SiteView {
    frame: Arc<Frame>,
    /// What the theme says, in the page's language where it knows it.
    pub words: &'static Words,
    /// BCP 47 tag of the page.
    page_language: String,
}

/// The organization's site: the same for all its pages, so it is made once and kept. Once pages stand in it, it does not change.
pub struct Frame {
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
    /// The organization's profiles elsewhere.
    pub social_links: Vec<NavigationLink>,
    /// Whether search engines may list the site.
    pub is_listed: bool,
    /// Whether articles are set in the sans-serif face.
    pub is_sans: bool,
    /// `light` or `dark` where the organization decided for its readers.
    pub color_scheme: Option<&'static str>,
    /// Makes the addresses.
    pub links: Site,
    /// Address of the theme's stylesheet, with its hash.
    pub stylesheet_url: String,
    /// Address of the generated stylesheet: [`Site::accent_stylesheet`]; none keeps the theme's colour.
    pub accent_url: Option<String>,
    /// Address of the site's small icon.
    pub icon_url: Option<String>,
    /// Offered at the end of every page.
    pub sign_up: Option<SignUp>,
    /// What search engines are told of the site on each page, written when it is told first.
    about: OnceLock<About>,
}

impl Deref for SiteView {
    type Target = Frame;

    fn deref(&self) -> &Frame {
        &self.frame
    }
}

impl Frame {
    /// A site with a name and an address and nothing else set yet.
    pub fn new(name: &str, links: Site, stylesheet_url: &str) -> Self {
        Self {
            name: name.to_owned(),
            tagline: String::new(),
            logo: None,
            language: FALLBACK.to_owned(),
            time_zone: TimeZone::UTC,
            navigation: Vec::new(),
            footer_navigation: Vec::new(),
            social_links: Vec::new(),
            is_listed: true,
            is_sans: false,
            color_scheme: None,
            links,
            stylesheet_url: stylesheet_url.to_owned(),
            accent_url: None,
            icon_url: None,
            sign_up: None,
            about: OnceLock::new(),
        }
    }

    /// What search engines are told of the site.
    pub(crate) fn about(&self) -> &About {
        self.about.get_or_init(|| About::new(self))
    }
}

impl SiteView {
    /// The site around a page in its own language.
    pub fn around(frame: Arc<Frame>) -> Self {
        let language = frame.language.clone();
        Self { frame, words: words::fallback(), page_language: String::new() }.in_language(&language)
    }

    /// The site around a page in this language.
    pub fn in_language(mut self, language: &str) -> Self {
        language.clone_into(&mut self.page_language);
        self.words = words::of(language).or_else(|| words::of(&self.language)).unwrap_or(words::fallback());
        self
    }

    /// Names the language of the theme's words on an element, where the page is in another one.
    pub fn words_language(&self) -> &'static str {
        if words::is_same_language(self.words.language, &self.page_language) { "" } else { self.words.attributes }
    }

    /// The site's language, where the page is in another one: what the organization wrote around it.
    pub fn own_language(&self) -> Option<&str> {
        (!words::is_same_language(&self.language, &self.page_language)).then_some(self.language.as_str())
    }

    /// What search engines may do with a page that by itself could be listed like this.
    pub fn directive(&self, indexing: &Indexing) -> &'static str {
        let indexing = if self.is_listed || *indexing == Indexing::Hidden { *indexing } else { Indexing::Unlisted };
        indexing.directive()
    }

    /// The colour schemes that the page knows, the preferred one first.
    pub fn color_schemes(&self) -> &'static str {
        self.color_scheme.unwrap_or("light dark")
    }

    /// A date as readers read it, such as `4 March 2026`, in the site's time zone.
    pub fn date(&self, instant: &Timestamp) -> String {
        self.words.date(&instant.to_zoned(self.time_zone.clone()))
    }

    /// The same instant for `time datetime`.
    pub fn stamp(&self, instant: &Timestamp) -> String {
        crate::head::stamp(*instant)
    }
}
