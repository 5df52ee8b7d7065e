//! Writes of imports to categories.

use kernel::Result;
use kernel::access::{Caller, Permission};
use kernel::validate::{self, Lines, Problems};

use super::draft::{CategoryDraft, DESCRIPTION_LONGEST, NAME_LONGEST};
use super::{Category, actions, store};
use crate::html::shorten;

/// A category as another system had it, all in plain text.
#[derive(Debug, Clone, Copy)]
pub struct ImportedCategory<'a> {
    pub name: &'a str,
    /// What the slug is made of, in any script; the name where nothing is left of it.
    pub slug: &'a str,
    pub description: &'a str,
}

/// The category that has the slug already, which is left as it is.
pub async fn existing(caller: &Caller, imported: ImportedCategory<'_>) -> Result<Option<Category>> {
    store::any_by_slug(&caller.tx, &base_slug(imported)).await
}

/// Adds a category, with a number behind its slug where that is in use; refused where there are too many.
pub async fn create(caller: &Caller, imported: ImportedCategory<'_>) -> Result<Category> {
    caller.must(Permission::TaxonomyManage)?;
    actions::must_have_room(caller).await?;
    let (name, description) = texts(imported)?;
    let draft = CategoryDraft { description, ..CategoryDraft::named(name) };
    let id = caller.new_id();
    actions::insert_numbered(caller, &id, &draft, &base_slug(imported)).await?;
    actions::reread(caller, &id).await
}

/// Brings a category imported earlier to what the other system has now, unless it was changed or deleted here since
/// it was at `version`; says whether it did.
pub async fn update(caller: &Caller, id: &str, imported: ImportedCategory<'_>, version: i32) -> Result<bool> {
    caller.must(Permission::TaxonomyManage)?;
    let (name, description) = texts(imported)?;
    store::describe(&caller.tx, id, (&name, description.as_deref()), version).await
}

/// Puts a category below another; `false` where that would make a circle, or one of them is gone.
pub async fn set_parent(caller: &Caller, id: &str, parent_id: &str) -> Result<bool> {
    caller.must(Permission::TaxonomyManage)?;
    store::lock_tree(&caller.tx).await?;
    store::set_parent(&caller.tx, id, parent_id).await
}

fn texts(imported: ImportedCategory<'_>) -> Result<(String, Option<String>)> {
    let mut problems = Problems::new();
    let name = shorten(imported.name, NAME_LONGEST - 1);
    let name = problems.required("name", "The name", &name, NAME_LONGEST);
    let description = shorten(imported.description, DESCRIPTION_LONGEST - 1);
    let description = problems.text("description", "The description", &description, DESCRIPTION_LONGEST, Lines::Many);
    problems.finish((name, (!description.is_empty()).then_some(description)))
}

fn base_slug(imported: ImportedCategory<'_>) -> String {
    let made = [imported.slug, imported.name].into_iter().map(validate::slug_from).find(|slug| !slug.is_empty());
    made.unwrap_or_else(|| actions::SLUG_WITHOUT_LETTERS.to_owned())
}
