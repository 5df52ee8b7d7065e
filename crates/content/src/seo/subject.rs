//! What is checked: an item as it is stored or as it is being typed, taken apart once.

use kernel::db::Tenant;
use kernel::{Result, validate};

use super::document::Document;
use super::language::Language;
use super::words;
use crate::html;
use crate::items::model::Item;

/// The texts of an item that matter to search engines and readers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    pub title: String,
    pub slug: String,
    /// Sanitized HTML.
    pub content: String,
    pub excerpt: String,
    pub meta_title: String,
    pub meta_description: String,
    pub language: String,
    /// The first is the focus keyword.
    pub keywords: Vec<String>,
    /// Its address; empty when there is none.
    pub featured_image: String,
    /// The site's name, which follows the title in search results.
    pub site_name: String,
    /// The host that the organization's pages are on, to tell its own links from others.
    pub site_host: String,
    /// Files in it that visitors do not see.
    pub hidden_files: usize,
}

impl Texts {
    /// The texts of a stored item.
    pub fn of(item: &Item, site_name: &str, site_host: &str) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            title: item.title.clone(),
            slug: item.slug.clone(),
            content: item.body().to_owned(),
            excerpt: text(&item.excerpt),
            meta_title: text(&item.meta_title),
            meta_description: text(&item.meta_description),
            language: item.language.clone(),
            keywords: item.keywords.clone(),
            featured_image: text(&item.featured_image),
            site_name: site_name.to_owned(),
            site_host: site_host.to_owned(),
            hidden_files: 0,
        }
    }

    /// The same, once it is known which of its files visitors see.
    pub async fn with_files(self, tx: &Tenant) -> Result<Self> {
        let hidden_files = media::uses::hidden_in(tx, &[&self.content, &self.featured_image]).await?;
        Ok(Self { hidden_files, ..self })
    }

    /// The title that search engines get, without the site's name.
    pub fn search_title(&self) -> &str {
        [&self.meta_title, &self.title]
            .into_iter()
            .map(|title| title.trim())
            .find(|title| !title.is_empty())
            .unwrap_or("")
    }

    /// The whole title of the page, as the site writes it.
    pub fn page_title(&self) -> String {
        match (self.search_title(), self.site_name.as_str()) {
            ("", site) => site.to_owned(),
            (title, "") => title.to_owned(),
            (title, site) if title == site => title.to_owned(),
            (title, site) => format!("{title} – {site}"),
        }
    }

    /// The description that search engines get: written for them, else the excerpt.
    pub fn description(&self) -> String {
        let written = [&self.meta_description, &self.excerpt].into_iter().find(|text| !text.trim().is_empty());
        written.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default()
    }

    /// The description, or the beginning of the text, which stands in for one.
    pub fn shown_description(&self) -> String {
        let description = self.description();
        if description.is_empty() { html::shorten(&html::plain_text(&self.content), 160) } else { description }
    }

    /// Its part of the address, as it will be when it is empty now.
    pub fn address(&self) -> String {
        let slug = self.slug.trim();
        if slug.is_empty() { validate::slug_from(&self.title) } else { slug.to_owned() }
    }
}

/// The texts with what is read from them once for all checks.
pub(super) struct Subject<'a> {
    pub texts: &'a Texts,
    pub document: Document,
    pub language: Language,
    pub words: usize,
    /// The sentences of the running text.
    pub sentences: Vec<String>,
    /// Empty when there is none.
    pub keyword: String,
}

impl<'a> Subject<'a> {
    pub fn new(texts: &'a Texts) -> Self {
        let document = Document::read(&texts.content);
        let sentences =
            document.paragraphs.iter().flat_map(|block| words::sentences(block)).map(str::to_owned).collect();
        Self {
            texts,
            language: Language::of(&texts.language),
            words: document.words(),
            sentences,
            keyword: texts
                .keywords
                .iter()
                .map(|keyword| keyword.trim())
                .find(|text| !text.is_empty())
                .unwrap_or("")
                .to_owned(),
            document,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_written_is_taken_from_what_is() {
        let mut texts = Texts {
            title: "Slow coffee".to_owned(),
            content: "<p>Water first.</p>".to_owned(),
            site_name: "Harbor".to_owned(),
            ..Texts::default()
        };
        assert_eq!((texts.page_title().as_str(), texts.address().as_str()), ("Slow coffee – Harbor", "slow-coffee"));
        assert_eq!((texts.description(), texts.shown_description()), (String::new(), "Water first.".to_owned()));
        texts.excerpt = "An  excerpt".to_owned();
        texts.meta_title = "Better".to_owned();
        assert_eq!((texts.search_title(), texts.description().as_str()), ("Better", "An excerpt"));
    }
}
