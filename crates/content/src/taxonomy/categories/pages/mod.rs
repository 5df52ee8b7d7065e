//! The pages of categories: the tree, one category as a form, and the page that asks before one is deleted.

mod delete;
mod form;
mod shift;

use axum::response::Response;
use http::HeaderMap;
use kernel::Result;
use kernel::access::{Caller, Permission};
use kernel::doors::{Access, Pages};
use kernel::session::PageCaller;
use ui::{Breadcrumb, Flash, Frame, Section, SelectOption};

use super::{CATEGORIES_MOST, store, tree};
use crate::views::{CategoriesPage, CategoryRow};

pub fn routes() -> Pages {
    const READ: Access = Access::Member(Permission::ContentRead);
    const MANAGE: Access = Access::Member(Permission::TaxonomyManage);
    Pages::new()
        .get("/admin/{org}/categories", READ, show_tree)
        .post("/admin/{org}/categories", MANAGE, form::create)
        .get("/admin/{org}/categories/new", MANAGE, form::show_new)
        .get("/admin/{org}/categories/{id}", MANAGE, form::show)
        .post("/admin/{org}/categories/{id}", MANAGE, form::save)
        .post("/admin/{org}/categories/{id}/move", MANAGE, shift::shift)
        .get("/admin/{org}/categories/{id}/delete", MANAGE, delete::confirm_deletion)
        .post("/admin/{org}/categories/{id}/delete", MANAGE, delete::delete)
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

async fn done(page: PageCaller, words: &str) -> Result<Response> {
    let address = address(&page);
    page.caller.commit().await?;
    Ok(Flash::success(words).redirect(&address))
}

fn address(page: &PageCaller) -> String {
    format!("/admin/{}/categories", page.caller.organization.slug)
}
