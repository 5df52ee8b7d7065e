//! From raw input about a category to what may be stored.

use kernel::Result;
use kernel::api::Patch;
use kernel::validate::{self, Lines, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Category;
use crate::taxonomy::color;

/// Characters of a name.
pub const NAME_LONGEST: usize = 200;
/// Characters of a description.
pub const DESCRIPTION_LONGEST: usize = 2000;

/// What somebody sent about a category: for a new one, or as changes to one that exists.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawCategory {
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// Made from the name when left out.
    #[schema(value_type = Option<String>, pattern = "^[a-z0-9-]{1,200}$")]
    pub slug: Patch<String>,
    #[schema(value_type = Option<String>, max_length = 2000)]
    pub description: Patch<String>,
    /// `#rrggbb`.
    #[schema(value_type = Option<String>, pattern = "^#[0-9a-f]{6}$")]
    pub color: Patch<String>,
    /// Whether the site shows it.
    pub is_active: Option<bool>,
    pub sort_order: Option<i32>,
    #[schema(value_type = Option<String>, max_length = 200)]
    pub meta_title: Patch<String>,
    #[schema(value_type = Option<String>, max_length = 500)]
    pub meta_description: Patch<String>,
    #[schema(value_type = Option<String>)]
    pub parent_id: Patch<String>,
}

/// Checked values of everything of a category that can be edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryDraft {
    pub name: String,
    /// `None` to make one from the name.
    pub slug: Option<String>,
    pub description: Option<String>,
    pub color: Option<String>,
    pub is_active: bool,
    pub sort_order: i32,
    pub meta_title: Option<String>,
    pub meta_description: Option<String>,
    pub parent_id: Option<String>,
}

impl CategoryDraft {
    /// A new category at the top, shown on the site.
    pub fn named(name: String) -> Self {
        Self {
            name,
            slug: None,
            description: None,
            color: None,
            is_active: true,
            sort_order: 0,
            meta_title: None,
            meta_description: None,
            parent_id: None,
        }
    }

    pub fn new(raw: RawCategory, problems: Problems) -> Result<Self> {
        let raw = RawCategory { name: raw.name.or(Some(String::new())), ..raw };
        Self::named(String::new()).changed_by(&raw, problems)
    }

    /// An existing category with changes.
    pub fn of(category: &Category, raw: &RawCategory, problems: Problems) -> Result<Self> {
        Self::stored(category).changed_by(raw, problems)
    }

    /// Whether saving this would leave the category as it is.
    pub fn is_same_as(&self, category: &Category) -> bool {
        *self == Self::stored(category)
    }

    fn stored(category: &Category) -> Self {
        Self {
            name: category.name.clone(),
            slug: Some(category.slug.clone()),
            description: category.description.clone(),
            color: category.color.clone(),
            is_active: category.is_active,
            sort_order: category.sort_order,
            meta_title: category.meta_title.clone(),
            meta_description: category.meta_description.clone(),
            parent_id: category.parent_id.clone(),
        }
    }

    fn changed_by(mut self, raw: &RawCategory, mut problems: Problems) -> Result<Self> {
        if let Some(name) = &raw.name {
            self.name = problems.required("name", "The name", name, NAME_LONGEST);
        }
        match &raw.slug {
            Patch::Keep => {}
            Patch::Set(slug) if !slug.trim().is_empty() => {
                self.slug = Some(validate::slug(&mut problems, "slug", slug));
            }
            Patch::Clear | Patch::Set(_) => self.slug = None,
        }
        let texts = [
            (&mut self.description, &raw.description, "description", "The description", DESCRIPTION_LONGEST),
            (&mut self.meta_title, &raw.meta_title, "meta_title", "The title for search engines", 200),
            (
                &mut self.meta_description,
                &raw.meta_description,
                "meta_description",
                "The description for search engines",
                500,
            ),
        ];
        for (target, patch, field, label, longest) in texts {
            match patch {
                Patch::Keep => {}
                Patch::Clear => *target = None,
                Patch::Set(text) => {
                    let text = problems.text(field, label, text, longest, Lines::Many);
                    *target = (!text.is_empty()).then_some(text);
                }
            }
        }
        color::take(&mut self.color, &raw.color, &mut problems);
        self.is_active = raw.is_active.unwrap_or(self.is_active);
        self.sort_order = raw.sort_order.unwrap_or(self.sort_order);
        match &raw.parent_id {
            Patch::Keep => {}
            Patch::Set(id) if !id.is_empty() => self.parent_id = Some(id.clone()),
            Patch::Clear | Patch::Set(_) => self.parent_id = None,
        }
        problems.finish(self)
    }
}
