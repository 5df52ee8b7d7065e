//! Every write to categories. Whatever changes the tree holds the organization's lock of it, so that two moves at once
//! cannot make a circle together.

use kernel::access::{Caller, Permission};
use kernel::api::Patch;
use kernel::error::FieldError;
use kernel::validate::{self, Problems};
use kernel::{Error, Result, audit};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::draft::{CategoryDraft, RawCategory};
use super::{CATEGORIES_MOST, Category, store};
use crate::taxonomy::check_version;
use crate::taxonomy::former::{self, Term};

/// The slug of a category of whose name nothing can be made.
pub const SLUG_WITHOUT_LETTERS: &str = "category";
/// How many numbers are tried behind a slug.
const SLUG_TRIES: u32 = 1000;

/// Keeps the tree from changing, and refuses one category more than there can be.
pub(super) async fn must_have_room(caller: &Caller) -> Result<()> {
    store::lock_tree(&caller.tx).await?;
    if store::count(&caller.tx).await? < CATEGORIES_MOST {
        return Ok(());
    }
    let words = format!("There are {CATEGORIES_MOST} categories already. Delete some, or use tags instead.");
    Err(Error::Conflict(words))
}

/// Adds a category, as the last among those of its parent unless it says where.
pub async fn create(caller: &Caller, raw: RawCategory, problems: Problems) -> Result<Category> {
    caller.must(Permission::TaxonomyManage)?;
    let is_placed = raw.sort_order.is_some();
    let mut draft = CategoryDraft::new(raw, problems)?;
    must_have_room(caller).await?;
    if let Some(parent) = &draft.parent_id {
        check_parent(caller, None, parent).await?;
    }
    if !is_placed {
        draft.sort_order = store::next_sort_order(&caller.tx, draft.parent_id.as_deref()).await?;
    }
    let id = caller.new_id();
    match &draft.slug {
        Some(slug) if !store::insert(&caller.tx, &id, slug, &draft, (&caller.actor.user_id, caller.now)).await? => {
            return Err(taken_slug());
        }
        Some(_) => {}
        None => insert_numbered(caller, &id, &draft, &validate::slug_from(&draft.name)).await?,
    }
    audit::record(caller, "category.create", ("category", &id), json!({ "name": draft.name })).await?;
    reread(caller, &id).await
}

/// Adds a category under a slug, with a number behind it where that is in use.
pub(super) async fn insert_numbered(caller: &Caller, id: &str, draft: &CategoryDraft, base: &str) -> Result<()> {
    let base = if base.is_empty() { SLUG_WITHOUT_LETTERS } else { base };
    for number in 1..SLUG_TRIES {
        let suffix = if number == 1 { String::new() } else { format!("-{number}") };
        let end = base.len().min(validate::SLUG_LONGEST - suffix.len());
        let slug = format!("{}{suffix}", &base[..end]);
        if store::insert(&caller.tx, id, &slug, draft, (&caller.actor.user_id, caller.now)).await? {
            return Ok(());
        }
    }
    Err(Error::Conflict(format!("There are too many categories whose slug begins with {base}. Choose another slug.")))
}

/// Changes a category. With `expected_version` set, only if nobody changed it since.
pub async fn edit(
    caller: &Caller,
    id: &str,
    raw: &RawCategory,
    problems: Problems,
    expected_version: Option<i32>,
) -> Result<Category> {
    let category = lock(caller, id, expected_version).await?;
    let mut draft = CategoryDraft::of(&category, raw, problems)?;
    if draft.is_same_as(&category) {
        return Ok(category);
    }
    if let Some(parent) = draft.parent_id.as_ref().filter(|parent| Some(*parent) != category.parent_id.as_ref()) {
        check_parent(caller, Some(&category), parent).await?;
    }
    let slug = match draft.slug.take() {
        Some(slug) => slug,
        None => Some(validate::slug_from(&draft.name)).filter(|slug| !slug.is_empty()).unwrap_or(category.slug.clone()),
    };
    store::update(&caller.tx, id, &slug, &draft).await.map_err(as_taken_slug)?;
    if slug != category.slug {
        former::remember(&caller.tx, (Term::Category, id), &category.slug, caller.now).await?;
    }
    audit::record(caller, "category.change", ("category", id), json!({ "name": draft.name })).await?;
    reread(caller, id).await
}

/// Where a category is to stand.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = CategoryPlace)]
pub struct Place {
    /// Its new parent; null for the top, left out to stay below the same one.
    #[schema(value_type = Option<String>)]
    pub parent_id: Patch<String>,
    /// The one it is to stand before; the last place when left out.
    pub before: Option<String>,
}

/// Moves a category to another place of the tree.
pub async fn move_to(caller: &Caller, id: &str, place: Place, expected_version: Option<i32>) -> Result<Category> {
    let category = lock(caller, id, expected_version).await?;
    let parent_id = match place.parent_id {
        Patch::Keep => category.parent_id.clone(),
        Patch::Clear => None,
        Patch::Set(parent) => Some(parent).filter(|parent| !parent.is_empty()),
    };
    if let Some(parent) = &parent_id {
        check_parent(caller, Some(&category), parent).await?;
    }
    let mut siblings = store::children(&caller.tx, parent_id.as_deref()).await?;
    siblings.retain(|sibling| sibling != id);
    let position = match &place.before {
        None => siblings.len(),
        Some(before) => siblings.iter().position(|sibling| sibling == before).ok_or_else(|| {
            Error::invalid("before", "unknown", "This category does not stand below that parent. Choose one that does.")
        })?,
    };
    siblings.insert(position, id.to_owned());
    store::arrange(&caller.tx, parent_id.as_deref(), &siblings).await?;
    let details = json!({ "name": category.name, "parent_id": parent_id });
    audit::record(caller, "category.move", ("category", id), details).await?;
    reread(caller, id).await
}

/// What becomes of the categories below one that is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Children {
    MoveUp,
}

/// How a category is to be deleted.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct Deletion {
    /// `move_up` to move the categories below it to its own place; without it, they keep it from being deleted.
    #[param(inline)]
    pub children: Option<Children>,
    /// The category that gets its items; none when left out.
    pub items_to: Option<String>,
}

/// Deletes a category.
pub async fn delete(caller: &Caller, id: &str, deletion: &Deletion, expected_version: Option<i32>) -> Result<()> {
    let category = lock(caller, id, expected_version).await?;
    let children = store::children(&caller.tx, Some(id)).await?;
    if !children.is_empty() && deletion.children.is_none() {
        return Err(Error::Conflict(format!(
            "“{}” has {} below it. Move or delete those first, or ask with children=move_up to move them one level up.",
            category.name,
            counted(children.len())
        )));
    }
    let heir = deletion.items_to.as_deref().filter(|heir| !heir.is_empty());
    if let Some(heir) = heir
        && (heir == id || !crate::items::store::is_category(&caller.tx, heir).await?)
    {
        return Err(Error::invalid("items_to", "unknown", "There is no such other category to take the items."));
    }
    if !children.is_empty() {
        let parent_id = category.parent_id.as_deref();
        let siblings = store::children(&caller.tx, parent_id).await?;
        let replaced = |sibling: String| if sibling == id { children.clone() } else { vec![sibling] };
        let siblings: Vec<String> = siblings.into_iter().flat_map(replaced).collect();
        store::arrange(&caller.tx, parent_id, &siblings).await?;
    }
    let items = store::move_items(&caller.tx, id, heir).await?;
    if let Some(heir) = heir {
        former::hand_over(&caller.tx, Term::Category, (id, heir)).await?;
        former::remember(&caller.tx, (Term::Category, heir), &category.slug, caller.now).await?;
    }
    store::delete(&caller.tx, id).await?;
    let details = json!({ "name": category.name, "slug": category.slug, "items": items, "items_to": heir });
    audit::record(caller, "category.delete", ("category", id), details).await
}

/// `1 category` or `3 categories`.
pub fn counted(count: usize) -> String {
    if count == 1 { "1 category".to_owned() } else { format!("{count} categories") }
}

async fn lock(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<Category> {
    caller.must(Permission::TaxonomyManage)?;
    store::lock_tree(&caller.tx).await?;
    let category = store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    check_version(expected_version, category.version)?;
    Ok(category)
}

/// Refuses a parent that does not exist, or that is or stands below the category itself.
async fn check_parent(caller: &Caller, category: Option<&Category>, parent: &str) -> Result<()> {
    let line = store::line_of(&caller.tx, parent).await?;
    if line.is_empty() {
        return Err(Error::invalid("parent_id", "unknown", "There is no such category to put it under."));
    }
    match category.filter(|category| line.contains(&category.id)) {
        Some(category) => {
            let words = format!(
                "“{}” cannot stand below itself or one of those below it. Choose another place.",
                category.name
            );
            Err(Error::invalid("parent_id", "cycle", words))
        }
        None => Ok(()),
    }
}

pub(super) async fn reread(caller: &Caller, id: &str) -> Result<Category> {
    store::find(&caller.tx, id).await?.ok_or_else(|| Error::internal("a category that was just written is gone"))
}

fn taken_slug() -> Error {
    Error::Taken(FieldError::new("slug", "taken", "Another category has this slug. Choose another."))
}

fn as_taken_slug(error: Error) -> Error {
    match kernel::db::violated_constraint(&error) {
        Some("content_categories_organization_id_slug_key") => taken_slug(),
        _ => error,
    }
}
