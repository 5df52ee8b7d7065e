//! One category as a form.

use axum::response::Response;
use http::HeaderMap;
use kernel::access::Permission;
use kernel::api::{Id, Patch};
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::FieldErrors;

use super::{done, frame, others};
use crate::taxonomy::categories::draft::RawCategory;
use crate::taxonomy::categories::{Category, actions, store};
use crate::views::{CategoryForm, CategoryPage};

/// What the form of a category sends: every field a text.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CategoryInput {
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

pub async fn show_new(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::TaxonomyManage)?;
    let form = CategoryForm { is_active: true, color: CategoryForm::FIRST_COLOR.to_owned(), ..CategoryForm::default() };
    Ok(ui::html(&form_page(&page, &headers, None, form).await?))
}

pub async fn show(page: PageCaller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
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

pub async fn create(page: PageCaller, headers: HeaderMap, Form(input): Form<CategoryInput>) -> Result<Response> {
    match actions::create(&page.caller, input.to_raw(), Problems::new()).await {
        Ok(category) => done(page, &format!("“{}” was added.", category.name)).await,
        Err(error) => show_again(page, &headers, None, (input, error)).await,
    }
}

pub async fn save(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Form(input): Form<CategoryInput>,
) -> Result<Response> {
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
