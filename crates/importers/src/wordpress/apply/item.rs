//! What an item will be: a post in the words and limits of the product, with what had to be changed for that.

use content::html::{plain_text, shorten};
use content::items::draft::{EXCERPT_LONGEST, RawItem, TAGS_MOST, TITLE_LONGEST};
use content::items::import::Imported;
use content::items::model::{ContentStatus, ContentType};
use jiff::Timestamp;
use kernel::api::Patch;
use serde::Serialize;

use super::tags;
use crate::fields::{clean_lines, one_line, web_address};
use crate::wordpress::record::{Post, PostKind, PostStatus};

const ADDRESS_LONGEST: usize = 2048;
const META_TITLE_LONGEST: usize = 200;
const META_DESCRIPTION_LONGEST: usize = 500;
const KEYWORD_LONGEST: usize = 100;
/// How much of the text stands in for a title that is missing, in characters.
const TITLE_FROM_TEXT: usize = 60;

/// Everything of an item that the export decides. Its JSON is what a later run compares, so it holds nothing that
/// depends on when the import runs.
#[derive(Debug, Serialize)]
pub(super) struct ItemToBe {
    pub title: String,
    slug: String,
    old_slugs: Vec<String>,
    excerpt: Option<String>,
    /// With galleries filled, not sanitized, links as they were.
    pub body: String,
    content_type: ContentType,
    language: Option<String>,
    meta_title: Option<String>,
    meta_description: Option<String>,
    keywords: Vec<String>,
    canonical_url: Option<String>,
    pub featured_image: Option<String>,
    featured: bool,
    comments_enabled: bool,
    pub category_id: Option<String>,
    pub author_id: String,
    tags: Vec<String>,
    is_protected: bool,
    was: String,
    published_at: Option<Timestamp>,
    modified_at: Option<Timestamp>,
    #[serde(skip)]
    status: PostStatus,
    /// What could not be carried as it was, for the report.
    #[serde(skip)]
    pub adjusted: Vec<&'static str>,
}

impl ItemToBe {
    /// An item of a post; its author, category and featured image are looked up elsewhere.
    pub fn of(post: &Post, body: String, language: Option<&str>) -> Self {
        let mut adjusted = Vec::new();
        let title = title(post, &body, &mut adjusted);
        let tags = tag_names(post, &mut adjusted);
        let mut cut = |text: Option<&str>, longest: usize, what: &'static str| {
            let text = text.map(clean_lines).filter(|text| !text.is_empty())?;
            if text.chars().count() > longest {
                adjusted.push(what);
            }
            Some(shorten(&text, longest - 1))
        };
        let excerpt =
            cut(post.excerpt.as_deref(), EXCERPT_LONGEST, "Its excerpt was longer than 500 characters and is cut.");
        let meta_title = cut(post.seo.title.as_deref(), META_TITLE_LONGEST, "Its title for search engines is cut.");
        let meta_description = cut(
            post.seo.description.as_deref(),
            META_DESCRIPTION_LONGEST,
            "Its description for search engines is cut.",
        );
        let keyword = cut(post.seo.focus_keyword.as_deref(), KEYWORD_LONGEST, "Its keyword is cut.");
        note_the_rest(post, &mut adjusted);
        Self {
            title,
            slug: post.slug.clone(),
            old_slugs: post.old_slugs.clone(),
            excerpt,
            body,
            content_type: if post.kind == PostKind::Page { ContentType::Page } else { ContentType::BlogPost },
            language: language.map(str::to_owned),
            meta_title,
            meta_description,
            keywords: keyword.map(|keyword| one_line(&keyword)).into_iter().collect(),
            canonical_url: post.seo.canonical_url.as_deref().and_then(|url| web_address(url, ADDRESS_LONGEST)),
            featured_image: None,
            featured: post.sticky,
            comments_enabled: post.comments_open,
            category_id: None,
            author_id: String::new(),
            tags,
            is_protected: post.password_protected,
            was: format!("{:?}", post.status),
            published_at: post.published_at,
            modified_at: post.modified_at,
            status: post.status,
            adjusted,
        }
    }

    /// Leaves out an address that only repeats where the item was on the old site.
    pub fn forget_own_address(&mut self, is_on_old_site: impl Fn(&str) -> bool) {
        self.canonical_url = self.canonical_url.take().filter(|address| !is_on_old_site(address));
    }

    /// What the content actions are given, with this body.
    pub fn to_import(&self, body: String, now: Timestamp) -> Imported {
        let (status, scheduled_for) = self.standing(now);
        let written_at = self.published_at.or(self.modified_at).unwrap_or(now);
        let is_public = status == ContentStatus::Published;
        Imported {
            raw: self.to_raw(body),
            slug: self.slug.clone(),
            old_slugs: self.old_slugs.clone(),
            status,
            published_at: is_public.then_some(written_at),
            scheduled_for,
            created_at: written_at.min(now),
            updated_at: self.modified_at.unwrap_or(written_at).min(now),
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
            comments_enabled: Patch::Set(self.comments_enabled),
            category_id: text(&self.category_id),
            author_id: Patch::Set(self.author_id.clone()),
            tags: Patch::Set(self.tags.clone()),
            ..RawItem::default()
        }
    }

    /// Where the item stands, and when it is to be published by itself. Nothing becomes public that was not.
    fn standing(&self, now: Timestamp) -> (ContentStatus, Option<Timestamp>) {
        match (self.status, self.published_at) {
            _ if self.is_protected => (ContentStatus::Draft, None),
            (PostStatus::Publish, _) => (ContentStatus::Published, None),
            (PostStatus::Future, Some(at)) if at > now => (ContentStatus::Scheduled, Some(at)),
            (PostStatus::Future, Some(_)) => (ContentStatus::Published, None),
            (PostStatus::Pending, _) => (ContentStatus::Review, None),
            _ => (ContentStatus::Draft, None),
        }
    }
}

fn title(post: &Post, body: &str, adjusted: &mut Vec<&'static str>) -> String {
    let title = one_line(&post.title);
    if title.is_empty() {
        adjusted.push("It had no title and is called by its first words.");
        let words = one_line(&shorten(&plain_text(body), TITLE_FROM_TEXT));
        return if words.is_empty() { "Untitled".to_owned() } else { words };
    }
    if title.chars().count() > TITLE_LONGEST {
        adjusted.push("Its title was longer than 200 characters and is cut.");
    }
    shorten(&title, TITLE_LONGEST - 1)
}

/// An item has one category here; the further ones become tags, so that nothing is lost.
fn tag_names(post: &Post, adjusted: &mut Vec<&'static str>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for term in post.tags.iter().chain(post.categories.iter().skip(1)) {
        match tags::of_item(term) {
            Some(name) if !names.contains(&name) => names.push(name),
            Some(_) => {}
            None => adjusted.push("A tag of it had neither letters nor digits and is left out."),
        }
    }
    if post.categories.len() > 1 {
        adjusted.push("It stood in several categories; the first is its category and the others are tags.");
    }
    if names.len() > TAGS_MOST {
        adjusted.push("It had more than 50 tags; the first 50 are carried.");
        names.truncate(TAGS_MOST);
    }
    names
}

fn note_the_rest(post: &Post, adjusted: &mut Vec<&'static str>) {
    let rest = [
        (post.status == PostStatus::Private, "It was private and is a draft."),
        (post.password_protected, "It was protected by a password and is a draft."),
        (post.seo.no_index, "Search engines were told to leave it out, which is not carried."),
        (post.dropped_comments > 0, "It had more comments than can be carried."),
        (!post.body.not_carried.is_empty(), "Shortcodes or blocks of plugins in its text are left out."),
    ];
    adjusted.extend(rest.into_iter().filter(|(applies, _)| *applies).map(|(_, words)| words));
}
