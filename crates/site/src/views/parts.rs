//! Pieces that several pages show.

use jiff::Timestamp;
use media::pictures::Known;

use super::site::SiteView;

/// A picture with what a browser needs to lay it out before it has arrived.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    /// Relative to the host or absolute.
    pub url: String,
    /// What it shows; empty when it only decorates.
    pub alt: String,
    /// Width and height in pixels.
    pub size: Option<(u32, u32)>,
    /// The same picture at other widths: address and width in pixels.
    pub variants: Vec<(String, u32)>,
    /// As those, in WebP.
    pub webp: Vec<(String, u32)>,
    /// The part of it that networks show of a page, with its width and height.
    pub social: Option<(String, (u32, u32))>,
    /// Shown below the picture.
    pub caption: Option<String>,
}

impl Image {
    /// A picture of which only the address and the words are known.
    pub fn new(url: &str, alt: &str) -> Self {
        Self { url: url.to_owned(), alt: alt.to_owned(), ..Self::default() }
    }

    /// A picture as the library knows it, where it is the library's.
    pub fn known(known: &Known, url: &str, alt: &str) -> Self {
        let Some(picture) = known.at(url) else { return Self::new(url, alt) };
        let described =
            |words: &str| if words.is_empty() { picture.alt.clone().unwrap_or_default() } else { words.to_owned() };
        Self {
            alt: described(alt),
            size: picture.size,
            variants: picture.in_fallback(),
            webp: picture.in_webp(),
            social: picture.social(),
            url: picture.url,
            caption: None,
        }
    }

    /// The value of `srcset`; none when there is only one size.
    pub fn srcset(&self) -> Option<String> {
        srcset(&self.variants)
    }

    /// The same for WebP.
    pub fn srcset_in_webp(&self) -> Option<String> {
        srcset(&self.webp)
    }
}

/// Addresses and widths as a page lists them. Commas would end a candidate, so they are encoded.
pub(crate) fn srcset(candidates: &[(String, u32)]) -> Option<String> {
    let candidates =
        candidates.iter().map(|(url, width)| format!("{} {width}w", url.replace(',', "%2C").replace(' ', "%20")));
    Some(candidates.collect::<Vec<_>>().join(", ")).filter(|set| !set.is_empty())
}

/// A category or a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// What it says.
    pub name: String,
    /// Its part of the address.
    pub slug: String,
}

/// Who wrote something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Byline {
    /// For the address of the author's page.
    pub id: String,
    /// The name shown.
    pub name: String,
}

/// An item as lists show it.
#[derive(Clone, Debug, Default)]
pub struct ArticleCard {
    /// Its part of the address.
    pub slug: String,
    /// May be empty; [`ArticleCard::display_title`] has a way out.
    pub title: String,
    /// Plain text.
    pub excerpt: Option<String>,
    /// The featured image.
    pub image: Option<Image>,
    /// Who wrote it.
    pub author: Option<Byline>,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// 0 leaves it out.
    pub reading_minutes: u32,
    /// Where it is filed.
    pub category: Option<Term>,
    /// Whether the front page should show it first.
    pub featured: bool,
}

impl ArticleCard {
    /// The title, or what can stand in for one: a link must say something.
    pub fn display_title(&self, site: &SiteView) -> String {
        title_or(&self.title, self.excerpt.as_deref(), self.published_at, site)
    }
}

/// The title; without one the first words, without those the day.
pub(super) fn title_or(title: &str, text: Option<&str>, published_at: Option<Timestamp>, site: &SiteView) -> String {
    const WORDS: usize = 8;
    let title = title.trim();
    if !title.is_empty() {
        return title.to_owned();
    }
    let words: Vec<&str> = text.unwrap_or_default().split_whitespace().collect();
    if !words.is_empty() {
        let more = if words.len() > WORDS { "…" } else { "" };
        return format!("{}{more}", words.iter().take(WORDS).copied().collect::<Vec<_>>().join(" "));
    }
    published_at.map_or_else(|| site.words.untitled.to_owned(), |instant| site.date(&instant))
}

/// Where one stands in a list of several pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pager {
    /// The page shown, from 1.
    pub page: usize,
    /// How many there are, at least 1.
    pub pages: usize,
    /// Address of newer items.
    pub previous: Option<String>,
    /// Address of older items.
    pub next: Option<String>,
}

impl Pager {
    /// A pager for the list at `address` with `total` items, `per_page` of them on each page.
    pub fn new(site: &SiteView, address: &str, page: usize, total: usize, per_page: usize) -> Self {
        let pages = total.div_ceil(per_page.max(1)).max(1);
        let page = page.max(1);
        let link = |page| site.links.paged(address, page);
        Self {
            page,
            pages,
            previous: (page > 1).then(|| link((page - 1).min(pages))),
            next: (page < pages).then(|| link(page + 1)),
        }
    }
}
