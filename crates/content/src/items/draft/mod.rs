//! From raw input to what may be stored: the one road that forms, the API and importers share.

mod take;

use jiff::Timestamp;
use kernel::Result;
use kernel::api::Patch;
use kernel::validate::Problems;
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{ContentType, Item};
use crate::html::CleanHtml;
use crate::taxonomy::tags::draft::without_commas;

/// Characters of a title.
pub const TITLE_LONGEST: usize = 200;
/// Characters of an excerpt.
pub const EXCERPT_LONGEST: usize = 500;
/// Bytes of HTML that a body may have.
pub const BODY_LARGEST: usize = 2 * 1024 * 1024;
/// Tags of one item.
pub const TAGS_MOST: usize = 50;

/// What somebody sent about an item: for a new one, or as changes to one that exists.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawItem {
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub title: Patch<String>,
    /// Made from the title when left out or null.
    #[schema(value_type = Option<String>, pattern = "^[a-z0-9-]{1,200}$")]
    pub slug: Patch<String>,
    #[schema(value_type = Option<String>, max_length = 500)]
    pub excerpt: Patch<String>,
    /// HTML; what is not harmless is dropped.
    #[schema(value_type = Option<String>)]
    pub content: Patch<String>,
    #[schema(value_type = Option<ContentType>)]
    pub r#type: Patch<ContentType>,
    #[schema(value_type = Option<String>, max_length = 35)]
    pub language: Patch<String>,
    #[schema(value_type = Option<String>, max_length = 200)]
    pub meta_title: Patch<String>,
    #[schema(value_type = Option<String>, max_length = 500)]
    pub meta_description: Patch<String>,
    #[schema(value_type = Option<Vec<String>>)]
    pub keywords: Patch<Vec<String>>,
    #[schema(value_type = Option<String>)]
    pub canonical_url: Patch<String>,
    #[schema(value_type = Option<String>)]
    pub featured_image: Patch<String>,
    #[schema(value_type = Option<Vec<String>>)]
    pub gallery: Patch<Vec<String>>,
    #[schema(value_type = Option<String>)]
    pub video_url: Patch<String>,
    #[schema(value_type = Option<String>)]
    pub audio_url: Patch<String>,
    /// When a published item goes to the archive by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Patch<Timestamp>,
    #[schema(value_type = Option<bool>)]
    pub featured: Patch<bool>,
    #[schema(value_type = Option<bool>)]
    pub comments_enabled: Patch<bool>,
    #[schema(value_type = Option<String>)]
    pub category_id: Patch<String>,
    /// A member of the organization; the caller when left out.
    #[schema(value_type = Option<String>)]
    pub author_id: Patch<String>,
    /// Names of tags. Those that do not exist yet are made.
    #[schema(value_type = Option<Vec<String>>)]
    pub tags: Patch<Vec<String>>,
    /// What the change is about; kept with the revision that it makes.
    #[schema(value_type = Option<String>, max_length = 500)]
    pub comment: Patch<String>,
    /// Whether a program saved this by itself while somebody writes: its revision takes the place of the same author's
    /// last one of this kind, if that was begun within ten minutes and nothing else happened since.
    pub autosave: bool,
}

impl RawItem {
    /// The same with names of tags that may hold commas, as those of other systems do, without them.
    #[must_use]
    pub fn with_names_of_tags_mended(mut self) -> Self {
        if let Patch::Set(names) = &mut self.tags {
            names.iter_mut().for_each(|name| *name = without_commas(name));
        }
        self
    }
}

/// Where a slug comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlugWish {
    /// Typed by somebody: taken as it is, or refused when it is in use.
    Typed(String),
    /// Made from the title, with a number behind it when it is in use.
    FromTitle,
    /// Made from another text in the same way: an import's, which had an address elsewhere.
    Like(String),
}

/// Checked values of everything of an item that can be edited.
#[derive(Debug, Clone)]
pub struct Draft {
    pub title: String,
    pub slug: SlugWish,
    pub excerpt: Option<String>,
    pub content: CleanHtml,
    pub word_count: i32,
    pub content_type: ContentType,
    pub language: String,
    pub meta_title: Option<String>,
    pub meta_description: Option<String>,
    pub keywords: Vec<String>,
    pub canonical_url: Option<String>,
    pub featured_image: Option<String>,
    pub gallery: Vec<String>,
    pub video_url: Option<String>,
    pub audio_url: Option<String>,
    pub expires_at: Option<Timestamp>,
    pub featured: bool,
    pub comments_enabled: bool,
    pub category_id: Option<String>,
    pub author_id: String,
    /// Names of the tags, when they are to change.
    pub tags: Option<Vec<String>>,
    /// What the change is about, for its revision.
    pub comment: Option<String>,
    /// Whether it was saved by itself while somebody writes.
    pub is_autosave: bool,
}

impl Draft {
    /// A new item by this author.
    pub fn new(raw: RawItem, author_id: &str, language: &str, problems: Problems) -> Result<Self> {
        let empty = Self {
            title: String::new(),
            slug: SlugWish::FromTitle,
            excerpt: None,
            content: CleanHtml::default(),
            word_count: 0,
            content_type: ContentType::default(),
            language: language.to_owned(),
            meta_title: None,
            meta_description: None,
            keywords: Vec::new(),
            canonical_url: None,
            featured_image: None,
            gallery: Vec::new(),
            video_url: None,
            audio_url: None,
            expires_at: None,
            featured: false,
            comments_enabled: true,
            category_id: None,
            author_id: author_id.to_owned(),
            tags: None,
            comment: None,
            is_autosave: false,
        };
        let raw = RawItem { title: if raw.title == Patch::Keep { Patch::Clear } else { raw.title }, ..raw };
        empty.changed_by(raw, problems)
    }

    /// An existing item with changes.
    pub fn of(item: &Item, raw: RawItem, problems: Problems) -> Result<Self> {
        let stored = Self {
            title: item.title.clone(),
            slug: SlugWish::Typed(item.slug.clone()),
            excerpt: item.excerpt.clone(),
            content: CleanHtml::from_store(item.body()),
            word_count: item.word_count,
            content_type: item.r#type,
            language: item.language.clone(),
            meta_title: item.meta_title.clone(),
            meta_description: item.meta_description.clone(),
            keywords: item.keywords.clone(),
            canonical_url: item.canonical_url.clone(),
            featured_image: item.featured_image.clone(),
            gallery: item.gallery.clone(),
            video_url: item.video_url.clone(),
            audio_url: item.audio_url.clone(),
            expires_at: item.expires_at,
            featured: item.featured,
            comments_enabled: item.comments_enabled,
            category_id: item.category_id.clone(),
            author_id: item.author_id.clone(),
            tags: None,
            comment: None,
            is_autosave: false,
        };
        stored.changed_by(raw, problems)
    }

    /// Whether saving this would leave the item as it is.
    pub fn is_same_as(&self, item: &Item) -> bool {
        self.changes_to(item).is_empty()
    }

    /// The names of the fields in which this differs from the item, for the audit log.
    pub fn changes_to(&self, item: &Item) -> Vec<&'static str> {
        let tags_differ = self.tags.as_ref().is_some_and(|tags| !tags.iter().eq(item.tags.iter().map(|tag| &tag.name)));
        let fields = [
            ("title", self.title != item.title),
            ("slug", self.slug != SlugWish::Typed(item.slug.clone())),
            ("content", self.content.as_str() != item.body()),
            ("excerpt", self.excerpt != item.excerpt),
            ("type", self.content_type != item.r#type),
            ("language", self.language != item.language),
            ("meta_title", self.meta_title != item.meta_title),
            ("meta_description", self.meta_description != item.meta_description),
            ("keywords", self.keywords != item.keywords),
            ("canonical_url", self.canonical_url != item.canonical_url),
            ("featured_image", self.featured_image != item.featured_image),
            ("gallery", self.gallery != item.gallery),
            ("video_url", self.video_url != item.video_url),
            ("audio_url", self.audio_url != item.audio_url),
            ("expires_at", self.expires_at != item.expires_at),
            ("featured", self.featured != item.featured),
            ("comments_enabled", self.comments_enabled != item.comments_enabled),
            ("category_id", self.category_id != item.category_id),
            ("author_id", self.author_id != item.author_id),
            ("tags", tags_differ),
        ];
        fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }
}

#[cfg(test)]
mod tests {
    use kernel::Error;

    use super::*;

    fn draft(raw: RawItem) -> Result<Draft> {
        Draft::new(raw, "author", "en", Problems::new())
    }

    #[test]
    fn a_title_is_enough() {
        let draft = draft(RawItem { title: Patch::Set(" Hello ".into()), ..RawItem::default() }).unwrap();
        assert_eq!(draft.title, "Hello");
        assert_eq!(draft.slug, SlugWish::FromTitle);
        assert_eq!(draft.content_type, ContentType::Article);
        assert!(draft.comments_enabled && !draft.featured);
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let raw = RawItem {
            slug: Patch::Set("Not A Slug".into()),
            excerpt: Patch::Set("x".repeat(501)),
            language: Patch::Set("english please".into()),
            featured_image: Patch::Set("javascript:alert(1)".into()),
            canonical_url: Patch::Set("/relative".into()),
            tags: Patch::Set(vec!["!!!".into()]),
            keywords: Patch::Set((0..31).map(|number| number.to_string()).collect()),
            content: Patch::Set("a\0b".into()),
            ..RawItem::default()
        };
        let Err(Error::Invalid(errors)) = draft(raw) else { panic!("it was accepted") };
        let mut fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        fields.sort_unstable();
        let wrong =
            ["canonical_url", "content", "excerpt", "featured_image", "keywords", "language", "slug", "tags", "title"];
        assert_eq!(fields, wrong);
    }

    #[test]
    fn a_tag_with_a_comma_is_refused_and_mended_where_it_comes_from_elsewhere() {
        let raw =
            RawItem { title: Patch::Set("T".into()), tags: Patch::Set(vec!["Sun, moon".into()]), ..RawItem::default() };
        assert!(matches!(draft(raw.clone()), Err(Error::Invalid(errors)) if errors[0].field == "tags"));
        assert_eq!(draft(raw.with_names_of_tags_mended()).unwrap().tags, Some(vec!["Sun moon".to_owned()]));
    }

    #[test]
    fn bodies_are_cleaned_and_counted() {
        let raw = RawItem {
            title: Patch::Set("T".into()),
            content: Patch::Set("<p onclick=x>two words<script>1</script></p>".into()),
            ..RawItem::default()
        };
        let draft = draft(raw).unwrap();
        assert_eq!(draft.content.as_str(), "<p>two words</p>");
        assert_eq!(draft.word_count, 2);
    }
}
