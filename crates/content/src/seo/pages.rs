//! The checks of what is being typed.

use axum::response::Response;
use kernel::access::{Caller, Permission};
use kernel::doors::{Access, Pages};
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::{Result, organization};
use serde::Deserialize;

use super::panel::SeoResults;
use super::preview::Address;
use super::subject::Texts;
use crate::html::CleanHtml;
use crate::items::model::Item;

pub fn routes() -> Pages {
    const EDIT: Access = Access::Member(Permission::ContentEdit);
    Pages::new().post("/admin/{org}/content/seo-preview", EDIT, preview)
}

/// The fields of the editor's form that are checked; the others are passed over.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TypedTexts {
    title: String,
    slug: String,
    content: String,
    excerpt: String,
    meta_title: String,
    meta_description: String,
    language: String,
    keywords: String,
    featured_image: String,
}

/// The score, the checks and the previews of the form's fields, as a fragment. Nothing is stored.
async fn preview(page: PageCaller, Form(typed): Form<TypedTexts>) -> Result<Response> {
    page.caller.must(Permission::ContentEdit)?;
    let site = organization::site_settings(&page.caller.tx).await?;
    let address = Address::of(&page.caller.app, &page.caller.organization.slug, site.domain.as_deref());
    let texts = Texts {
        title: typed.title,
        slug: typed.slug,
        content: CleanHtml::from_untrusted(&typed.content).into_string(),
        excerpt: typed.excerpt,
        meta_title: typed.meta_title,
        meta_description: typed.meta_description,
        language: typed.language,
        keywords: keywords(&typed.keywords),
        featured_image: shown_image(typed.featured_image.trim()),
        site_name: site.title,
        site_host: address.host.clone(),
        hidden_files: 0,
    };
    Ok(ui::html(&SeoResults::of(&texts.with_files(&page.caller.tx).await?, &address)))
}

/// A picture that the page may show, or none.
fn shown_image(image: &str) -> String {
    if crate::html::is_harmless_address(image) { image.to_owned() } else { String::new() }
}

/// Keywords as they are typed into one field.
pub fn keywords(typed: &str) -> Vec<String> {
    typed.split(',').map(|keyword| keyword.trim().to_owned()).filter(|keyword| !keyword.is_empty()).collect()
}

/// The checks of a stored item, or of a new one that has nothing yet.
pub async fn of_stored(caller: &Caller, item: Option<&Item>) -> Result<SeoResults> {
    let site = organization::site_settings(&caller.tx).await?;
    let address = Address::of(&caller.app, &caller.organization.slug, site.domain.as_deref());
    let texts = match item {
        Some(item) => Texts::of(item, &site.title, &address.host),
        None => Texts { site_name: site.title, language: site.language, ..Texts::default() },
    };
    Ok(SeoResults::of(&texts.with_files(&caller.tx).await?, &address))
}
