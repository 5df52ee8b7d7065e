//! From raw input about a tag to what may be stored.

use kernel::Result;
use kernel::api::Patch;
use kernel::validate::{self, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Tag;
use crate::taxonomy::color;

const NAME_LONGEST: usize = 100;

/// What somebody sent about a tag: for a new one, or as changes to one that exists.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawTag {
    #[schema(min_length = 1, max_length = 100)]
    pub name: Option<String>,
    /// Made from the name of a new tag when left out.
    #[schema(value_type = Option<String>, pattern = "^[a-z0-9-]{1,200}$")]
    pub slug: Patch<String>,
    /// `#rrggbb`.
    #[schema(value_type = Option<String>, pattern = "^#[0-9a-f]{6}$")]
    pub color: Patch<String>,
}

/// Checked values of everything of a tag that can be edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagDraft {
    pub name: String,
    pub slug: String,
    pub color: Option<String>,
}

impl TagDraft {
    pub fn new(raw: RawTag, problems: Problems) -> Result<Self> {
        let raw = RawTag { name: raw.name.or(Some(String::new())), ..raw };
        Self { name: String::new(), slug: String::new(), color: None }.changed_by(&raw, problems)
    }

    /// An existing tag with changes. A new name alone moves no address.
    pub fn of(tag: &Tag, raw: &RawTag, problems: Problems) -> Result<Self> {
        Self::stored(tag).changed_by(raw, problems)
    }

    /// Whether saving this would leave the tag as it is.
    pub fn is_same_as(&self, tag: &Tag) -> bool {
        *self == Self::stored(tag)
    }

    fn stored(tag: &Tag) -> Self {
        Self { name: tag.name.clone(), slug: tag.slug.clone(), color: tag.color.clone() }
    }

    fn changed_by(mut self, raw: &RawTag, mut problems: Problems) -> Result<Self> {
        if let Some(name) = &raw.name {
            self.name = problems.required("name", "The name", name, NAME_LONGEST);
            if self.name.contains(',') {
                problems.add("name", "not_a_tag", "A tag's name holds no comma, because commas part tags.");
            }
        }
        match &raw.slug {
            Patch::Keep => {}
            Patch::Set(slug) if !slug.trim().is_empty() => self.slug = validate::slug(&mut problems, "slug", slug),
            Patch::Clear | Patch::Set(_) => self.slug.clear(),
        }
        if self.slug.is_empty() {
            self.slug = validate::slug_from(&self.name);
        }
        if self.slug.is_empty() {
            problems.add("name", "not_a_tag", "A tag needs at least one letter or digit.");
        }
        color::take(&mut self.color, &raw.color, &mut problems);
        problems.finish(self)
    }
}
