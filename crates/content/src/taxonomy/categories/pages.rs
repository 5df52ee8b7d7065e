//! The pages of categories: the tree, one category as a form, and the page that asks before one is deleted.

use axum::response::Response;
use http::HeaderMap;
use kernel::access::{Caller, Permission};
use kernel::api::{Id, Patch};
use kernel::doors::{Access, Pages};
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::{Breadcrumb, FieldErrors, Flash, Frame, Section, SelectOption};

use super::actions::{Children, Deletion, Place};
use super::draft::RawCategory;
use super::{CATEGORIES_MOST, Category, actions, store, tree};
use crate::views::{CategoriesPage, CategoryDeletePage, CategoryForm, CategoryPage, CategoryRow};

pub fn routes() -> Pages {
    const READ: Access = Access::Member(Permission::ContentRead);
    const MANAGE: Access = Access::Member(Permission::TaxonomyManage);
    Pages::new()
        .get("/admin/{org}/categories", READ, show_tree)
        .post("/admin/{org}/categories", MANAGE, create)
        .get("/admin/{org}/categories/new", MANAGE, show_new)
        .get("/admin/{org}/categories/{id}", MANAGE, show)
        .post("/admin/{org}/categories/{id}", MANAGE, save)
        .post("/admin/{org}/categories/{id}/move", MANAGE, shift)
        .get("/admin/{org}/categories/{id}/delete", MANAGE, confirm_deletion)
        .post("/admin/{org}/categories/{id}/delete", MANAGE, delete)
}

async fn show_tree(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::ContentRead)?;
    let categories = store::all(&caller.tx, CATEGORIES_MOST).await?;
    let counts = store::item_counts(&caller.tx).await?;
    let rows = tree::in_order(categories).into_iter().map(|branch| CategoryRow {
        items: counts.get(&branch.category.id).copied().unwrap_or_default(),
        is_nested: branch.depth > 0,
        depth: branch.depth.min(CategoryRow::DEEPEST_SHOWN),
        is_first: branch.is_first,
        is_last: branch.is_last,
        id: branch.category.id,
        parent_id: branch.category.parent_id.unwrap_or_default(),
        name: branch.category.name,
        slug: branch.category.slug,
        color: branch.category.color,
        is_active: branch.category.is_active,
    });
    let view = CategoriesPage {
        frame: ui::frame_for(&page, &headers, "Categories", Section::Categories),
        rows: rows.collect(),
        may_manage: caller.may(Permission::TaxonomyManage),
    };
    Ok(ui::html(&view))
}

/// What the form of a category sends: every field a text.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct CategoryInput {
    name: String,
    slug: String,
    description: String,
    has_color: String,
    color: String,
    is_active: String,
    meta_title: String,
    meta_description: String,
    parent_id: String,
    version: String,
}

impl CategoryInput {
    fn to_raw(&self) -> RawCategory {
        let text = |text: &String| Patch::Set(text.clone());
        RawCategory {
            name: Some(self.name.clone()),
            slug: text(&self.slug),
            description: text(&self.description),
            // A colour field always sends one, so a box beside it says whether it counts.
            color: if self.has_color == "true" { text(&self.color) } else { Patch::Clear },
            is_active: Some(self.is_active == "true"),
            sort_order: None,
            meta_title: text(&self.meta_title),
            meta_description: text(&self.meta_description),
            parent_id: text(&self.parent_id),
        }
    }

    fn into_form(self) -> CategoryForm {
        CategoryForm {
            name: self.name,
            slug: self.slug,
            description: self.description,
            has_color: self.has_color == "true",
            color: self.color,
            is_active: self.is_active == "true",
            meta_title: self.meta_title,
            meta_description: self.meta_description,
            parent_id: self.parent_id,
            version: self.version,
        }
    }
}

fn form_of(category: Category) -> CategoryForm {
    CategoryForm {
        name: category.name,
        slug: category.slug,
        description: category.description.unwrap_or_default(),
        has_color: category.color.is_some(),
        color: category.color.unwrap_or_else(|| CategoryForm::FIRST_COLOR.to_owned()),
        is_active: category.is_active,
        meta_title: category.meta_title.unwrap_or_default(),
        meta_description: category.meta_description.unwrap_or_default(),
        parent_id: category.parent_id.unwrap_or_default(),
        version: category.version.to_string(),
    }
}

async fn show_new(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::TaxonomyManage)?;
    let form = CategoryForm { is_active: true, color: CategoryForm::FIRST_COLOR.to_owned(), ..CategoryForm::default() };
    Ok(ui::html(&form_page(&page, &headers, None, form).await?))
}

async fn show(page: PageCaller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::TaxonomyManage)?;
    let category = store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    Ok(ui::html(&form_page(&page, &headers, Some(&id), form_of(category)).await?))
}

async fn form_page(
    page: &PageCaller,
    headers: &HeaderMap,
    id: Option<&str>,
    form: CategoryForm,
) -> Result<CategoryPage> {
    let title = if id.is_some() { form.name.as_str() } else { "New category" };
    Ok(CategoryPage {
        frame: frame(page, headers, title),
        id: id.map(str::to_owned),
        parents: others(&page.caller, id, "At the top").await?,
        form,
        errors: FieldErrors::none(),
    })
}

/// The categories that neither are this one nor stand below it, with one choice of none before them.
async fn others(caller: &Caller, id: Option<&str>, none: &str) -> Result<Vec<SelectOption>> {
    let mut categories = store::all(&caller.tx, CATEGORIES_MOST).await?;
    if let Some(id) = id {
        let within = tree::with_descendants(&categories, id);
        categories.retain(|category| !within.contains(&category.id));
    }
    let mut choices = vec![SelectOption::new("", none)];
    choices.extend(tree::choices(categories));
    Ok(choices)
}

fn frame(page: &PageCaller, headers: &HeaderMap, title: &str) -> Frame {
    let mut frame = ui::frame_for(page, headers, title, Section::Categories);
    frame.breadcrumbs = vec![Breadcrumb::link("Categories", address(page)), Breadcrumb::here(title)];
    frame
}

async fn create(page: PageCaller, headers: HeaderMap, Form(input): Form<CategoryInput>) -> Result<Response> {
    match actions::create(&page.caller, input.to_raw(), Problems::new()).await {
        Ok(category) => done(page, &format!("“{}” was added.", category.name)).await,
        Err(error) => show_again(page, &headers, None, (input, error)).await,
    }
}

async fn save(page: PageCaller, Id(id): Id, headers: HeaderMap, Form(input): Form<CategoryInput>) -> Result<Response> {
    let version = input.version.parse().ok();
    match actions::edit(&page.caller, &id, &input.to_raw(), Problems::new(), version).await {
        Ok(_) => done(page, "Saved.").await,
        Err(error) => show_again(page, &headers, Some(&id), (input, error)).await,
    }
}

/// The form again with everything that was typed, and what kept it from being saved.
async fn show_again(
    mut page: PageCaller,
    headers: &HeaderMap,
    id: Option<&str>,
    (input, error): (CategoryInput, Error),
) -> Result<Response> {
    let (status, errors) = ui::refusal(error)?;
    page.caller.start_over().await?;
    let mut form = input.into_form();
    if let Some(id) = id {
        // Sending the form again replaces knowingly what somebody else saved meanwhile.
        let category = store::find(&page.caller.tx, id).await?.ok_or(Error::NotFound)?;
        form.version = category.version.to_string();
    }
    let view = form_page(&page, headers, id, form).await?;
    Ok(ui::html_with(status, &CategoryPage { errors, ..view }))
}

/// Where a category is to go: which way a button moves it, or to which place it was dragged.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ShiftInput {
    direction: String,
    /// The new parent; empty for the top.
    parent_id: Option<String>,
    /// The one to stand before; empty for the last place.
    before: String,
}

impl ShiftInput {
    /// The place that was named, if one was.
    fn place(&self) -> Option<Place> {
        let parent = self.parent_id.clone()?;
        let parent_id = if parent.is_empty() { Patch::Clear } else { Patch::Set(parent) };
        Some(Place { parent_id, before: Some(self.before.clone()).filter(|before| !before.is_empty()) })
    }
}

async fn shift(page: PageCaller, Id(id): Id, Form(input): Form<ShiftInput>) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::TaxonomyManage)?;
    let category = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    // The browser goes on where the category stands by then.
    let back = format!("{}#category-{id}", address(&page));
    let place = match input.place() {
        Some(place) => Some(place),
        None => place_towards(caller, &category, &input.direction).await?,
    };
    let Some(place) = place else {
        return Ok(Flash::error(format!("“{}” cannot go further that way.", category.name)).redirect(&back));
    };
    match actions::move_to(caller, &id, place, None).await {
        Ok(_) => {
            page.caller.commit().await?;
            Ok(Flash::success(format!("“{}” was moved.", category.name)).redirect(&back))
        }
        Err(Error::Invalid(problems)) => {
            let words = problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>().join(" ");
            Ok(Flash::error(words).redirect(&back))
        }
        Err(error) => Err(error),
    }
}

/// Where a step up or down among its siblings, in below the one before, or out beside its parent leads; nowhere at an end.
async fn place_towards(caller: &Caller, category: &Category, direction: &str) -> Result<Option<Place>> {
    let siblings = store::children(&caller.tx, category.parent_id.as_deref()).await?;
    let Some(position) = siblings.iter().position(|sibling| *sibling == category.id) else { return Ok(None) };
    let before = |index: usize| siblings.get(index).cloned();
    let previous = position.checked_sub(1).and_then(before);
    Ok(match direction {
        "up" => previous.map(|previous| Place { before: Some(previous), ..Place::default() }),
        "down" if position + 1 < siblings.len() => Some(Place { before: before(position + 2), ..Place::default() }),
        "in" => previous.map(|previous| Place { parent_id: Patch::Set(previous), before: None }),
        "out" => match &category.parent_id {
            Some(parent) => Some(beside(caller, parent).await?),
            None => None,
        },
        _ => None,
    })
}

/// The place right behind a category.
async fn beside(caller: &Caller, id: &str) -> Result<Place> {
    let parent = store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    let siblings = store::children(&caller.tx, parent.parent_id.as_deref()).await?;
    let next = siblings.iter().skip_while(|sibling| *sibling != id).nth(1).cloned();
    Ok(Place { parent_id: parent.parent_id.map_or(Patch::Clear, Patch::Set), before: next })
}

async fn confirm_deletion(page: PageCaller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::TaxonomyManage)?;
    let category = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let children = store::children(&caller.tx, Some(&id)).await?.len();
    let mut heirs = others(caller, None, "No category").await?;
    heirs.retain(|choice| !choice.is(&id));
    let view = CategoryDeletePage {
        frame: frame(&page, &headers, &category.name),
        items: store::item_counts(&caller.tx).await?.get(&id).copied().unwrap_or_default(),
        children: (children > 0).then(|| actions::counted(children)),
        heirs,
        name: category.name,
        version: category.version.to_string(),
        id,
    };
    Ok(ui::html(&view))
}

/// What the page that asks sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct DeletionInput {
    items_to: String,
    version: String,
}

async fn delete(page: PageCaller, Id(id): Id, Form(input): Form<DeletionInput>) -> Result<Response> {
    let deletion = Deletion { children: Some(Children::MoveUp), items_to: Some(input.items_to) };
    actions::delete(&page.caller, &id, &deletion, input.version.parse().ok()).await?;
    done(page, "Deleted.").await
}

async fn done(page: PageCaller, words: &str) -> Result<Response> {
    let address = address(&page);
    page.caller.commit().await?;
    Ok(Flash::success(words).redirect(&address))
}

fn address(page: &PageCaller) -> String {
    format!("/admin/{}/categories", page.caller.organization.slug)
}
