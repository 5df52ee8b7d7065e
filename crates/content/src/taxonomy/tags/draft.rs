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

/// Refuses a name with a comma, on whichever road it comes: commas part tags where people type several of them.
pub fn refuse_comma(problems: &mut Problems, field: &str, name: &str) {
    if name.contains(',') {
        problems.add(field, "not_a_tag", "A tag's name holds no comma, because commas part tags.");
    }
}

/// A name from elsewhere with its commas taken out. Its slug stays the same, so it goes on naming the same tag.
pub fn without_commas(name: &str) -> String {
    if !name.contains(',') {
        return name.to_owned();
    }
    name.replace(',', " ").split_whitespace().collect::<Vec<_>>().join(" ")
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
            refuse_comma(&mut problems, "name", &self.name);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_elsewhere_loses_its_commas_and_keeps_its_slug() {
        assert_eq!(without_commas("Sun, moon,and  stars"), "Sun moon and stars");
        assert_eq!(without_commas("No  comma"), "No  comma");
        assert_eq!(validate::slug_from("Sun, moon"), validate::slug_from(&without_commas("Sun, moon")));
        let raw = RawTag { name: Some("Sun, moon".into()), ..RawTag::default() };
        assert!(TagDraft::new(raw, Problems::new()).is_err());
    }
}
