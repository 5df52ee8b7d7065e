//! Writes to categories.

use kernel::access::{Caller, Permission};
use kernel::error::FieldError;
use kernel::validate::{self, Lines, Problems};
use kernel::{Error, Result, audit};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{Category, store};

/// What somebody sent for a new category.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawCategory {
    pub name: Option<String>,
    /// Made from the name when left out.
    pub slug: Option<String>,
    pub description: Option<String>,
    pub parent_id: Option<String>,
}

/// Checked values of a new category.
pub struct NewCategory {
    pub id: String,
    pub name: String,
    pub slug: String,
    pub description: Option<String>,
    pub parent_id: Option<String>,
}

/// Adds a category.
pub async fn create(caller: &Caller, raw: RawCategory, mut problems: Problems) -> Result<Category> {
    caller.must(Permission::TaxonomyManage)?;
    let name = problems.required("name", "The name", raw.name.as_deref().unwrap_or_default(), 200);
    let typed = raw.slug.filter(|slug| !slug.trim().is_empty());
    let slug = match &typed {
        Some(slug) => validate::slug(&mut problems, "slug", slug),
        None => validate::slug_from(&name),
    };
    let description = problems.text(
        "description",
        "The description",
        raw.description.as_deref().unwrap_or_default(),
        2000,
        Lines::Many,
    );
    let parent_id = raw.parent_id.filter(|id| !id.is_empty());
    if let Some(parent) = &parent_id
        && !crate::items::store::is_category(&caller.tx, parent).await?
    {
        problems.add("parent_id", "unknown", "There is no such category to put it under.");
    }
    let slug = if slug.is_empty() { "category".to_owned() } else { slug };
    let description = (!description.is_empty()).then_some(description);
    let category = problems.finish(NewCategory { id: caller.new_id(), name, slug, description, parent_id })?;
    if !store::insert(&caller.tx, &category, &caller.actor.user_id, caller.now).await? {
        let field = FieldError::new("slug", "taken", "Another category has this slug. Choose another.");
        return Err(Error::Taken(field));
    }
    audit::record(caller, "category.create", ("category", &category.id), json!({ "name": category.name })).await?;
    store::find(&caller.tx, &category.id).await?.ok_or_else(|| Error::internal("a new category is gone"))
}
