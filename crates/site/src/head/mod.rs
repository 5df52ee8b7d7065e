//! What stands in the `head` of every public page, for search engines, social networks and feed readers.

mod structured;
mod tags;

use jiff::Timestamp;

pub(crate) use structured::About;
use structured::{article_graph, list_graph, page_graph, site_graph};

use crate::views::{ArticleView, SiteView};

/// How much of a body stands in for a missing description.
const DESCRIPTION_CHARACTERS: usize = 160;
/// Languages written from right to left (Unicode CLDR), by their primary subtag.
const RIGHT_TO_LEFT: [&str; 12] = ["ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "ug", "ur"];

/// Whether search engines may list a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Indexing {
    /// Listed, with large previews.
    #[default]
    Listed,
    /// Not listed, links still followed: search results, later pages of archives with nothing on them, not found.
    Unlisted,
    /// Neither listed nor followed: previews of unpublished text.
    Hidden,
}

impl Indexing {
    /// The value of the robots meta element, also fit for an `X-Robots-Tag` header.
    pub fn directive(self) -> &'static str {
        match self {
            Self::Listed => "index, follow, max-image-preview:large, max-snippet:-1, max-video-preview:-1",
            Self::Unlisted => "noindex, follow",
            Self::Hidden => "noindex, nofollow",
        }
    }
}

/// A meta element with `property` (OpenGraph) or `name` (everything else).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    /// Such as `og:title`.
    pub name: &'static str,
    /// Unescaped; the template escapes.
    pub content: String,
}

/// The same page in another language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translation {
    /// BCP 47 tag, or `x-default`.
    pub language: String,
    /// Absolute address.
    pub url: String,
}

/// The feed of one list, beside the site's own. Addresses are absolute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFeed {
    /// What it follows, with the site's name.
    pub title: String,
    /// Its RSS form.
    pub rss: String,
    /// Its JSON form.
    pub json: String,
}

/// Everything in `head` that differs from page to page. Addresses are absolute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The full title, site's name included.
    pub title: String,
    /// Plain text.
    pub description: Option<String>,
    /// The one address this page wants to be known by; none where a page should not be listed at all.
    pub canonical: Option<String>,
    /// What search engines may do with it.
    pub indexing: Indexing,
    /// BCP 47 tag for `html lang`.
    pub language: String,
    /// OpenGraph, with `property`.
    pub open_graph: Vec<Meta>,
    /// Twitter card and author, with `name`.
    pub names: Vec<Meta>,
    /// All languages of this page, itself included; empty when there is only one.
    pub translations: Vec<Translation>,
    /// The list's own feed.
    pub feed: Option<ListFeed>,
    /// The page before this one in a list.
    pub previous: Option<String>,
    /// The page after this one in a list.
    pub next: Option<String>,
    /// JSON-LD, already safe inside a script element.
    pub structured: Option<String>,
}

impl Head {
    /// `ltr` or `rtl`, by language.
    pub fn direction(&self) -> &'static str {
        direction_of(&self.language)
    }

    /// The head of an article or page.
    pub fn for_article(site: &SiteView, article: &ArticleView) -> Self {
        let title = article
            .meta_title
            .clone()
            .filter(|title| !title.trim().is_empty())
            .unwrap_or_else(|| article.display_title(site));
        let address = site.links.absolute(&site.links.article(&article.slug));
        let canonical =
            article.canonical_url.clone().filter(|url| !url.trim().is_empty()).unwrap_or_else(|| address.clone());
        let mut head = Self {
            title: titled(&title, &site.name),
            description: article_description(article),
            canonical: Some(canonical),
            language: article.language.clone(),
            structured: Some(if article.is_page { page_graph(site, article) } else { article_graph(site, article) }),
            translations: article.translations.clone(),
            ..Self::default()
        };
        head.open_graph = tags::article(site, article, &title, &head);
        head.names = tags::card(article.image.as_ref(), article.author.as_ref().map(|author| author.name.as_str()));
        head
    }

    /// The head of the front page; `page` counts from 1.
    pub fn for_home(site: &SiteView, page: usize) -> Self {
        let title = match (site.tagline.trim(), page) {
            ("", 0 | 1) => site.name.clone(),
            (tagline, 0 | 1) => format!("{} – {tagline}", site.name),
            _ => titled(&site.words.page(&page), &site.name),
        };
        let mut head = Self::for_list(site, &site.name, &site.tagline, &site.links.home());
        head.title = title;
        head.structured = Some(site_graph(site));
        head.feed = None;
        head.at_page(site, &site.links.home(), page)
    }

    /// The head of a category, tag or author page; `address` is the list's own, without a page number.
    pub fn for_list(site: &SiteView, name: &str, description: &str, address: &str) -> Self {
        let mut head = Self {
            title: titled(name, &site.name),
            description: Some(shortened(description)).filter(|text| !text.is_empty()),
            canonical: Some(site.links.absolute(address)),
            language: site.language.clone(),
            structured: Some(list_graph(site, name, address)),
            feed: Some(ListFeed {
                title: titled(name, &site.name),
                rss: site.links.absolute(&site.links.list_feed_rss(address)),
                json: site.links.absolute(&site.links.list_feed_json(address)),
            }),
            ..Self::default()
        };
        head.open_graph = tags::list(site, name, &head);
        head.names = tags::card(None, None);
        head
    }

    /// Makes it the head of a later page of the same list: each page is its own canonical, as search engines ask.
    pub fn at_page(mut self, site: &SiteView, address: &str, page: usize) -> Self {
        if page > 1 {
            let canonical = site.links.absolute(&site.links.paged(address, page));
            if let Some(meta) = self.open_graph.iter_mut().find(|meta| meta.name == "og:url") {
                meta.content.clone_from(&canonical);
            }
            self.canonical = Some(canonical);
            let numbered = site.words.page(&page);
            if !self.title.starts_with(&numbered) {
                self.title = format!("{numbered}: {}", self.title);
            }
        }
        self
    }

    /// Makes it the head of a page that nobody may list or pass on: no address of its own, nothing for cards.
    #[must_use]
    pub fn hidden(self) -> Self {
        Self {
            title: self.title,
            description: self.description,
            language: self.language,
            indexing: Indexing::Hidden,
            ..Self::default()
        }
    }

    /// The head of a page that is nobody's destination: search results, not found.
    pub fn unlisted(site: &SiteView, name: &str) -> Self {
        Self {
            title: titled(name, &site.name),
            indexing: Indexing::Unlisted,
            language: site.language.clone(),
            ..Self::default()
        }
    }
}

/// `ltr` or `rtl` for a BCP 47 tag; a script subtag decides before the language does.
pub fn direction_of(language: &str) -> &'static str {
    let lower = language.to_ascii_lowercase();
    let mut subtags = lower.split(['-', '_']);
    let primary = subtags.next().unwrap_or_default();
    let script = subtags.find(|subtag| subtag.len() == 4 && subtag.bytes().all(|byte| byte.is_ascii_alphabetic()));
    let right = match script {
        Some(script) => ["arab", "hebr", "thaa", "syrc", "nkoo", "adlm"].contains(&script),
        None => RIGHT_TO_LEFT.contains(&primary),
    };
    if right { "rtl" } else { "ltr" }
}

fn titled(title: &str, site: &str) -> String {
    if title == site { title.to_owned() } else { format!("{title} – {site}") }
}

fn article_description(article: &ArticleView) -> Option<String> {
    let candidates =
        [article.meta_description.as_deref(), article.excerpt.as_deref(), Some(article.body_text.as_str())];
    candidates.into_iter().flatten().map(shortened).find(|text| !text.is_empty())
}

/// One line of plain text, cut at a word.
pub(crate) fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= DESCRIPTION_CHARACTERS {
        return line;
    }
    let cut: String = line.chars().take(DESCRIPTION_CHARACTERS).collect();
    let words = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{}…", words.trim_end_matches([',', '.', ';', ':', ' ']))
}

/// ISO 8601 in UTC to the second, as OpenGraph, schema.org and `time` elements want it.
pub(crate) fn stamp(instant: Timestamp) -> String {
    Timestamp::from_second(instant.as_second()).unwrap_or(instant).to_string()
}

#[cfg(test)]
mod tests;
