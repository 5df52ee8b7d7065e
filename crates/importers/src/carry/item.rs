//! An item of any other system, fitted into the limits of items here.

use content::html::{plain_text, shorten};
use content::items::draft::{EXCERPT_LONGEST, RawItem, TAGS_MOST, TITLE_LONGEST};
use content::items::import::Imported;
use content::items::model::{ContentStatus, ContentType};
use jiff::Timestamp;
use kernel::api::Patch;
use kernel::validate;
use serde::Serialize;

use crate::fields::{clean_lines, one_line, web_address};

const ADDRESS_LONGEST: usize = 2048;
const META_TITLE_LONGEST: usize = 200;
const META_DESCRIPTION_LONGEST: usize = 500;
const KEYWORDS_MOST: usize = 30;
const NAME_LONGEST: usize = 100;
/// How much of the text stands in for a title that is missing, in characters.
const TITLE_FROM_TEXT: usize = 60;

/// Everything of an item that its source decides. Its JSON is what a later run compares, so it holds nothing that
/// depends on when the import runs.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Carried {
    pub title: String,
    pub slug: String,
    pub old_slugs: Vec<String>,
    pub excerpt: Option<String>,
    /// HTML, not yet sanitized.
    pub body: String,
    pub content_type: ContentType,
    pub language: Option<String>,
    pub meta_title: Option<String>,
    pub meta_description: Option<String>,
    pub keywords: Vec<String>,
    pub canonical_url: Option<String>,
    pub featured_image: Option<String>,
    pub featured: bool,
    pub category_id: Option<String>,
    /// Nobody in particular where empty: then whoever imports.
    pub author_id: String,
    pub tags: Vec<String>,
    /// A draft where there is none.
    pub status: Option<ContentStatus>,
    /// When it was or is to be published.
    pub published_at: Option<Timestamp>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    /// What could not be carried as it was, for the report.
    #[serde(skip)]
    pub adjusted: Vec<String>,
}

impl Carried {
    /// Notes for the report what could not be carried as it was.
    pub fn note(&mut self, what: &str) {
        if !self.adjusted.iter().any(|noted| noted == what) {
            self.adjusted.push(what.to_owned());
        }
    }

    /// Brings every field within the limits of items, noting what that changes.
    pub fn fit(&mut self) {
        self.fit_title();
        self.excerpt = self.fit_text(self.excerpt.clone(), EXCERPT_LONGEST, "Its excerpt was too long and is cut.");
        let meta_title = self.meta_title.take().map(|title| one_line(&title));
        self.meta_title = self.fit_text(meta_title, META_TITLE_LONGEST, "Its title for search engines is cut.");
        let words = "Its description for search engines is cut.";
        self.meta_description = self.fit_text(self.meta_description.clone(), META_DESCRIPTION_LONGEST, words);
        self.language = self.language.take().and_then(|language| validate::language_of_import(&language));
        self.canonical_url = self.canonical_url.take().and_then(|url| web_address(&url, ADDRESS_LONGEST));
        self.fit_names();
    }

    fn fit_title(&mut self) {
        let title = one_line(&self.title);
        if title.is_empty() {
            self.note("It had no title and is called by its first words.");
            let words = one_line(&shorten(&plain_text(&self.body), TITLE_FROM_TEXT));
            self.title = if words.is_empty() { "Untitled".to_owned() } else { words };
            return;
        }
        if title.chars().count() > TITLE_LONGEST {
            self.note("Its title was longer than 200 characters and is cut.");
        }
        self.title = shorten(&title, TITLE_LONGEST - 1);
    }

    fn fit_text(&mut self, text: Option<String>, longest: usize, what: &str) -> Option<String> {
        let text = text.map(|text| clean_lines(&text)).filter(|text| !text.is_empty())?;
        if text.chars().count() > longest {
            self.note(what);
            return Some(shorten(&text, longest - 1));
        }
        Some(text)
    }

    fn fit_names(&mut self) {
        let mut slugs: Vec<String> = Vec::new();
        let mut tags = std::mem::take(&mut self.tags);
        tags.iter_mut().for_each(|tag| *tag = name(tag));
        tags.retain(|tag| {
            let slug = validate::slug_from(tag);
            let is_new = !slug.is_empty() && !slugs.contains(&slug);
            slugs.push(slug);
            is_new
        });
        if tags.len() > TAGS_MOST {
            self.note("It had more than 50 tags; the first 50 are carried.");
            tags.truncate(TAGS_MOST);
        }
        self.tags = tags;
        let mut keywords: Vec<String> = Vec::new();
        for keyword in self.keywords.iter().map(|keyword| name(keyword)).filter(|keyword| !keyword.is_empty()) {
            if !keywords.contains(&keyword) {
                keywords.push(keyword);
            }
        }
        if keywords.len() > KEYWORDS_MOST {
            self.note("It had more than 30 keywords; the first 30 are carried.");
            keywords.truncate(KEYWORDS_MOST);
        }
        self.keywords = keywords;
    }

    /// What the content actions are given, with this body.
    pub(super) fn to_import(&self, body: String, now: Timestamp) -> Imported {
        let (status, scheduled_for) = self.standing(now);
        let written_at = self.published_at.or(self.created_at).or(self.updated_at).unwrap_or(now).min(now);
        let published_at = match status {
            ContentStatus::Published => Some(written_at),
            ContentStatus::Scheduled => None,
            _ => self.published_at.filter(|at| *at <= now),
        };
        let created_at = self.created_at.unwrap_or(written_at).min(now);
        Imported {
            raw: self.to_raw(body),
            slug: self.slug.clone(),
            old_slugs: self.old_slugs.clone(),
            status,
            published_at,
            scheduled_for,
            created_at,
            updated_at: self.updated_at.unwrap_or(written_at).min(now),
        }
    }

    fn to_raw(&self, body: String) -> RawItem {
        let text = |text: &Option<String>| text.clone().map_or(Patch::Clear, Patch::Set);
        RawItem {
            title: Patch::Set(self.title.clone()),
            excerpt: text(&self.excerpt),
            content: Patch::Set(body),
            r#type: Patch::Set(self.content_type),
            language: text(&self.language),
            meta_title: text(&self.meta_title),
            meta_description: text(&self.meta_description),
            keywords: Patch::Set(self.keywords.clone()),
            canonical_url: text(&self.canonical_url),
            featured_image: text(&self.featured_image),
            featured: Patch::Set(self.featured),
            category_id: text(&self.category_id),
            author_id: Patch::Set(self.author_id.clone()),
            tags: Patch::Set(self.tags.clone()),
            ..RawItem::default()
        }
    }

    /// Where the item stands, and when it is to be published by itself. What is public only in the future waits for it.
    fn standing(&self, now: Timestamp) -> (ContentStatus, Option<Timestamp>) {
        match (self.status.unwrap_or(ContentStatus::Draft), self.published_at) {
            (ContentStatus::Published | ContentStatus::Scheduled, Some(at)) if at > now => {
                (ContentStatus::Scheduled, Some(at))
            }
            (ContentStatus::Scheduled, Some(_)) => (ContentStatus::Published, None),
            (ContentStatus::Scheduled, None) => (ContentStatus::Draft, None),
            (status, _) => (status, None),
        }
    }
}

fn name(text: &str) -> String {
    one_line(text).chars().take(NAME_LONGEST).collect::<String>().trim().to_owned()
}
