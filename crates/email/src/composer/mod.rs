//! The composer: an email in blocks, the HTML and the plain text that are made of it, templates, previews.

pub mod address;
mod begin;
pub mod blocks;
pub mod check;
pub mod colour;
mod convert;
mod findings;
mod form;
mod from_html;
mod pages;
pub mod preview;
pub mod render;
pub mod starts;
mod step;
pub mod surroundings;
pub mod templates;
pub mod text;
mod views;

use jiff::Timestamp;
use kernel::App;
use kernel::access::Caller;
use kernel::db::Tenant;
use kernel::doors::Pages;
use kernel::{Error, Result};
use media::uses::{self, User};
use utoipa_axum::router::OpenApiRouter;

use crate::sending::emails::draft::{EmailDraft, TEXT_LONGEST};
use crate::sending::emails::{Email, store};

pub(crate) use begin::{Beginning, all_starts, begun, campaign_choices, new_page};
pub(crate) use findings::of as findings;
pub(crate) use pages::contacts;

pub fn api() -> OpenApiRouter<App> {
    preview::api().merge(templates::api::routes())
}

pub fn pages() -> Pages {
    begin::routes().merge(pages::routes()).merge(convert::routes()).merge(templates::pages::routes())
}

/// Makes the HTML and the plain text of a draft in blocks; one that is written by hand stays as it is.
pub async fn render_into(caller: &Caller, draft: &mut EmailDraft) -> Result<()> {
    let Some(composition) = &draft.composition else { return Ok(()) };
    let around = surroundings::gather(&caller.tx, &caller.app, composition).await?;
    let rendered = render::render(composition, &around, &draft.subject)?;
    if rendered.html.chars().count() > TEXT_LONGEST {
        let words = format!("The email would be longer than {TEXT_LONGEST} characters. Shorten it.");
        return Err(Error::invalid("composition", "too_long", words));
    }
    draft.content = rendered.html;
    draft.composed_text = Some(rendered.plain_text);
    Ok(())
}

/// Makes an email's HTML and plain text anew before it goes out, so that its articles are as they are on the site now.
///
/// An article that readers do not find any more refuses it: nobody is sent to an empty page.
pub async fn renew(tx: &Tenant, app: &App, email: &mut Email) -> Result<()> {
    let Some(composition) = &email.composition else { return Ok(()) };
    let around = surroundings::gather(tx, app, composition).await?;
    if let Some((_, words)) = findings::lost_articles(composition, &around).into_iter().next() {
        return Err(Error::invalid("composition", "article_lost", words));
    }
    let rendered = render::render(composition, &around, &email.subject)?;
    if rendered.html == email.content && Some(&rendered.plain_text) == email.composed_text.as_ref() {
        return Ok(());
    }
    store::set_rendered(tx, &email.id, (&rendered.html, &rendered.plain_text)).await?;
    email.content = rendered.html;
    email.composed_text = Some(rendered.plain_text);
    Ok(())
}

/// An email as it would be made now; nothing is written.
pub async fn show_now(tx: &Tenant, app: &App, email: &mut Email) -> Result<()> {
    let Some(composition) = &email.composition else { return Ok(()) };
    let around = surroundings::gather(tx, app, composition).await?;
    let rendered = render::render(composition, &around, &email.subject)?;
    email.content = rendered.html;
    email.composed_text = Some(rendered.plain_text);
    Ok(())
}

/// Tells the library which of its files an email uses.
pub async fn note_uses(tx: &Tenant, (id, content): (&str, &str), now: Timestamp) -> Result<()> {
    uses::set(tx, (User::Email, id), &[content], now).await
}

/// Tells the library that an email uses nothing any more.
pub async fn forget_uses(caller: &Caller, id: &str) -> Result<()> {
    uses::set(&caller.tx, (User::Email, id), &[], caller.now).await
}
