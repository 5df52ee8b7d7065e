//! What changes are, and what becomes of an item by them.

use jiff::Timestamp;
use kernel::Result;
use kernel::api::Patch;
use kernel::db::Row;
use kernel::validate::{self, Problems};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::items::draft::{Draft, RawItem, SlugWish};
use crate::items::model::{ContentStatus, Item, TagOfItem};

/// The changes to a published item that are not public yet.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = DraftChanges)]
pub struct Changes {
    pub content_id: String,
    /// `DRAFT`, `REVIEW`, `APPROVED` or `SCHEDULED`; the item itself is published all the while.
    pub status: ContentStatus,
    /// Each field that is to change, with its new value.
    #[schema(value_type = Object)]
    pub fields: Map<String, Value>,
    /// The item's version on which the changes were begun.
    pub base_version: i32,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub scheduled_for: Option<Timestamp>,
    pub created_by: String,
    pub updated_by: String,
    pub author_name: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    pub version: i32,
}

impl Changes {
    pub(super) fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            content_id: row.get("content_id"),
            status: row.get::<_, &str>("status").parse()?,
            fields: serde_json::from_value(row.get("fields"))?,
            base_version: row.get("base_version"),
            scheduled_for: row.get("scheduled_for"),
            created_by: row.get("created_by"),
            updated_by: row.get("updated_by"),
            author_name: row.get("author_name"),
            created_at: row.get("created_at"),
            updated_at: row.get("updated_at"),
            version: row.get("version"),
        })
    }

    /// The item as it will be, with everything that can be edited of it.
    pub fn draft(&self, item: &Item) -> Result<Draft> {
        Draft::of(item, raw(&self.fields)?, Problems::new())
    }

    /// Everything of them in which addresses of files can stand.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let values = SHOWING.into_iter().filter_map(|name| self.fields.get(name));
        let parts = values.flat_map(|value| value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice));
        parts.filter_map(Value::as_str)
    }
}

/// The fields in which addresses of files can stand.
const SHOWING: [&str; 5] = ["content", "featured_image", "gallery", "video_url", "audio_url"];

/// The kept fields as somebody would send them.
pub(super) fn raw(fields: &Map<String, Value>) -> Result<RawItem> {
    let raw: RawItem = serde_json::from_value(Value::Object(fields.clone()))?;
    Ok(raw.with_names_of_tags_mended())
}

/// The fields in which a draft differs from the item, as the API takes them.
pub(super) fn differences(draft: &Draft, item: &Item) -> Map<String, Value> {
    let slug = match &draft.slug {
        SlugWish::Typed(slug) | SlugWish::Like(slug) => Some(slug),
        SlugWish::FromTitle => None,
    };
    let mut all = json!({
        "title": draft.title,
        "slug": slug,
        "content": draft.content.as_str(),
        "excerpt": draft.excerpt,
        "type": draft.content_type,
        "language": draft.language,
        "meta_title": draft.meta_title,
        "meta_description": draft.meta_description,
        "keywords": draft.keywords,
        "canonical_url": draft.canonical_url,
        "featured_image": draft.featured_image,
        "gallery": draft.gallery,
        "video_url": draft.video_url,
        "audio_url": draft.audio_url,
        "expires_at": draft.expires_at,
        "featured": draft.featured,
        "comments_enabled": draft.comments_enabled,
        "category_id": draft.category_id,
        "author_id": draft.author_id,
        "tags": draft.tags,
    });
    let kept = |name: &'static str| Some((name.to_owned(), all.get_mut(name)?.take()));
    draft.changes_to(item).into_iter().filter_map(kept).collect()
}

/// An item with a draft's values in it, for showing it before its time. A tag that does not exist yet has no id, and a
/// category or author that changes is known by its id alone.
pub(super) fn with(item: &Item, draft: &Draft) -> Item {
    let known = |name: &str| item.tags.iter().find(|tag| tag.name == name).cloned();
    let tag = |name: &String| {
        known(name).unwrap_or_else(|| TagOfItem {
            id: String::new(),
            name: name.clone(),
            slug: validate::slug_from(name),
        })
    };
    Item {
        title: draft.title.clone(),
        slug: match &draft.slug {
            SlugWish::Typed(slug) | SlugWish::Like(slug) => slug.clone(),
            SlugWish::FromTitle => String::new(),
        },
        excerpt: draft.excerpt.clone(),
        content: Some(draft.content.as_str().to_owned()),
        r#type: draft.content_type,
        language: draft.language.clone(),
        meta_title: draft.meta_title.clone(),
        meta_description: draft.meta_description.clone(),
        keywords: draft.keywords.clone(),
        canonical_url: draft.canonical_url.clone(),
        featured_image: draft.featured_image.clone(),
        gallery: draft.gallery.clone(),
        video_url: draft.video_url.clone(),
        audio_url: draft.audio_url.clone(),
        expires_at: draft.expires_at,
        featured: draft.featured,
        comments_enabled: draft.comments_enabled,
        word_count: draft.word_count,
        author_id: draft.author_id.clone(),
        category: item.category.clone().filter(|category| Some(&category.id) == draft.category_id.as_ref()),
        category_id: draft.category_id.clone(),
        tags: draft.tags.as_ref().map_or_else(|| item.tags.clone(), |tags| tags.iter().map(tag).collect()),
        ..item.clone()
    }
}

/// A comment for the revision that changes make when they become public.
pub(super) fn commented(mut raw: RawItem, words: &str) -> RawItem {
    raw.comment = Patch::Set(words.to_owned());
    raw
}
