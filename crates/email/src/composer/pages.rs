//! The pages of the composer.

use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use content::items::cards;
use http::{HeaderMap, header};
use kernel::access::Permission;
use kernel::api::{Id, Patch};
use kernel::db::{Statements, Tenant};
use kernel::doors::{Access, Pages};
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde_json::json;
use ui::{Breadcrumb, FieldErrors, Section, SelectOption, StatusPill};

use super::blocks::{Block, Composition};
use super::form::{self, Typed};
use super::preview::{self, View};
use super::templates::{self, actions::RawEmailTemplate};
use super::views::{ComposerPage, Shared, TagChoice, done};
use crate::audience::{fields, refusal};
use crate::sending::emails::draft::RawEmail;
use crate::sending::emails::{Email, actions, store};

/// Articles to choose from at most, the newest.
const ARTICLES_OFFERED: i64 = 100;
/// Contacts to look with that are offered; every other is found by its address.
const CONTACTS_OFFERED: i64 = 20;

pub fn routes() -> Pages {
    let access = || Access::Member(Permission::CampaignsManage);
    Pages::new()
        .get("/admin/{org}/emails/{id}/compose", access(), compose)
        .post("/admin/{org}/emails/{id}/compose", access(), save)
        .post("/admin/{org}/emails/{id}/compose/preview", access(), show_typed)
        .post("/admin/{org}/emails/{id}/compose/template", access(), keep_as_template)
}

/// The address of an email, or with nothing for its id that of the list.
pub(super) fn address(page: &PageCaller, id: &str) -> String {
    format!("/admin/{}/emails/{id}", page.caller.organization.slug)
}

/// The email of this id, for who may write emails.
pub(super) async fn found(page: &PageCaller, id: &str) -> Result<Email> {
    page.caller.must(Permission::CampaignsManage)?;
    store::find(&page.caller.tx, id).await?.ok_or(Error::NotFound)
}

async fn compose(page: PageCaller, headers: HeaderMap, Id(id): Id) -> Result<Response> {
    let email = found(&page, &id).await?;
    let Some(composition) = email.composition.clone().filter(|_| email.may_be_edited()) else {
        // What was sent, or is written by hand, is looked at on its own page.
        return Ok(axum::response::Redirect::to(&address(&page, &id)).into_response());
    };
    Ok(ui::html(&shown(&page, &headers, &email, (&composition, FieldErrors::none(), String::new())).await?))
}

async fn shown(
    page: &PageCaller,
    headers: &HeaderMap,
    email: &Email,
    (composition, errors, template_name): (&Composition, FieldErrors, String),
) -> Result<ComposerPage> {
    let tx = &page.caller.tx;
    let errors = Arc::new(errors);
    let shared = Shared {
        organization: page.caller.organization.slug.clone(),
        articles: Arc::new(articles(tx, composition).await?),
        errors: errors.clone(),
    };
    let mut frame = ui::frame_for(page, headers, &email.subject, Section::Email);
    frame.breadcrumbs = vec![
        Breadcrumb::link("Email", address(page, "").trim_end_matches('/').to_owned()),
        Breadcrumb::link(&email.subject, address(page, &email.id)),
        Breadcrumb::here("Compose"),
    ];
    Ok(ComposerPage {
        frame,
        id: email.id.clone(),
        subject: email.subject.clone(),
        status: StatusPill::of(email.status.as_str()),
        version: email.version,
        style: composition.style.clone(),
        blocks: ComposerPage::blocks_of(composition, &shared),
        empties: ComposerPage::empties_of(&shared),
        errors,
        tags: tags(tx).await?,
        contacts: contacts(tx).await?,
        template_name,
    })
}

/// Articles to choose from: the newest, and those that the email shows already.
async fn articles(tx: &Tenant, composition: &Composition) -> Result<Vec<SelectOption>> {
    let mut options = vec![SelectOption::new("", "Choose an article")];
    let latest = cards::latest(tx, ARTICLES_OFFERED).await?;
    for card in cards::of(tx, &composition.articles()).await? {
        if !latest.iter().any(|(id, _)| *id == card.id) {
            let note = if card.is_public { "" } else { " (not published)" };
            options.push(SelectOption::new(card.id, format!("{}{note}", card.title)));
        }
    }
    options.extend(latest.into_iter().map(|(id, title)| SelectOption::new(id, title)));
    let lost = |id: &String| !options.iter().any(|option| option.is(id));
    let gone: Vec<String> = composition.articles().into_iter().filter(lost).collect();
    options.extend(gone.into_iter().map(|id| SelectOption::new(id, "A deleted article")));
    Ok(options)
}

async fn tags(tx: &Tenant) -> Result<Vec<TagChoice>> {
    let of_all = [
        ("{{first_name|there}}", "First name, or “there”"),
        ("{{last_name|}}", "Last name"),
        ("{{name|dear reader}}", "Whole name, or “dear reader”"),
        ("{{email}}", "E-mail address"),
        ("{{company|your company}}", "Company, or “your company”"),
        ("{{organization_name}}", "Your organization's name"),
        ("{{unsubscribe_url}}", "Address to unsubscribe, for a link"),
        ("{{preferences_url}}", "Address to change what they get, for a link"),
    ];
    let choice = |(tag, meaning): (&str, &str)| TagChoice { tag: tag.to_owned(), meaning: meaning.to_owned() };
    let mut tags: Vec<TagChoice> = of_all.into_iter().map(choice).collect();
    for field in fields::all(tx).await? {
        tags.push(TagChoice { tag: format!("{{{{fields.{}|}}}}", field.key), meaning: field.label });
    }
    Ok(tags)
}

/// The newest contacts, to look at the email as they would.
pub async fn contacts(tx: &Tenant) -> Result<Vec<SelectOption>> {
    let sql = "SELECT email, coalesce(name, '') AS name FROM app.contacts WHERE organization_id = $1 ORDER BY id DESC LIMIT $2";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &CONTACTS_OFFERED]).await?;
    Ok(rows.iter().map(|row| SelectOption::new(row.get::<_, String>("email"), row.get::<_, String>("name"))).collect())
}

/// What is stored of the form; refused whole if anything of it cannot be.
async fn keep(page: &PageCaller, id: &str, (composition, version): (&Composition, Option<i32>)) -> Result<Email> {
    let raw = RawEmail { composition: Patch::Set(serde_json::to_value(composition)?), ..RawEmail::default() };
    actions::edit(&page.caller, id, &raw, Problems::new(), version).await
}

async fn save(
    page: PageCaller,
    headers: HeaderMap,
    Id(id): Id,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let email = found(&page, &id).await?;
    let mut typed = form::read(pairs);
    let place = typed.step.take().and_then(|step| step.take(&mut typed.composition));
    let outcome = keep(&page, &id, (&typed.composition, typed.version)).await;
    let asks_for_json =
        headers.get(header::ACCEPT).is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
    match outcome {
        Ok(saved) => {
            let here = format!("{}/compose", address(&page, &id));
            page.caller.commit().await?;
            Ok(match place {
                _ if asks_for_json => Json(json!({ "version": saved.version })).into_response(),
                Some(place) => axum::response::Redirect::to(&format!("{here}#block-{place}")).into_response(),
                None => done("The email is saved.", &here),
            })
        }
        Err(error) if asks_for_json => refused_in_json(error),
        Err(error) => again(page, &headers, (email, typed), error).await,
    }
}

/// The form as it was typed, with what is wrong.
async fn again(
    mut page: PageCaller,
    headers: &HeaderMap,
    (email, typed): (Email, Typed),
    error: Error,
) -> Result<Response> {
    let (status, errors) = refusal(error)?;
    page.caller.start_over().await?;
    let page = shown(&page, headers, &email, (&typed.composition, errors, typed.template_name)).await?;
    Ok(ui::html_with(status, &page))
}

/// For the script that saves while somebody writes.
fn refused_in_json(error: Error) -> Result<Response> {
    let (status, errors) = refusal(error)?;
    let errors: Vec<_> = errors.iter().map(|(field, message)| json!({ "field": field, "message": message })).collect();
    Ok((status, Json(json!({ "errors": errors }))).into_response())
}

/// Shows what the form holds, without storing anything of it.
async fn show_typed(page: PageCaller, Id(id): Id, Form(pairs): Form<Vec<(String, String)>>) -> Result<Response> {
    let mut email = found(&page, &id).await?;
    let typed = form::read(pairs);
    let mut problems = Problems::new();
    // What cannot be stored yet is shown as far as it is harmless.
    let composition = super::check::checked(typed.composition, "composition", &mut problems);
    email.composition = Some(harmless(composition, &problems.into_vec()));
    let contact = preview::contact_of(&page.caller.tx, &typed.contact).await?;
    let mut shown = preview::of(&page.caller, email, contact.clone()).await?;
    if !typed.contact.is_empty() && contact.is_none() {
        shown
            .mistakes
            .push(format!("No contact has the address {}, so this is shown for somebody made up.", typed.contact));
    }
    Ok(preview::document(&shown, View::parse(&typed.view)))
}

/// The composition without the addresses that were refused.
fn harmless(mut composition: Composition, problems: &[kernel::error::FieldError]) -> Composition {
    let is_refused =
        |path: &str, field: &str| problems.iter().any(|problem| problem.field == format!("composition.{path}.{field}"));
    let refused: Vec<(String, bool, bool)> = composition
        .all()
        .into_iter()
        .map(|(path, _)| (path.clone(), is_refused(&path, "href"), is_refused(&path, "src")))
        .collect();
    let mut marks = refused.into_iter();
    let mut take_out = |block: &mut Block| {
        let Some((_, href, src)) = marks.next() else { return };
        match block {
            Block::Image(image) => {
                if href {
                    image.href.clear();
                }
                if src {
                    image.src.clear();
                }
            }
            Block::Button(button) if href => button.href.clear(),
            _ => {}
        }
    };
    for block in &mut composition.blocks {
        take_out(block);
        if let Block::Columns(columns) = block {
            columns.columns.iter_mut().flatten().for_each(&mut take_out);
        }
    }
    composition
}

/// Saves the email, and keeps its blocks under a name.
async fn keep_as_template(
    page: PageCaller,
    headers: HeaderMap,
    Id(id): Id,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let email = found(&page, &id).await?;
    let typed = form::read(pairs);
    let raw = RawEmailTemplate {
        name: Some(typed.template_name.clone()),
        composition: Some(serde_json::to_value(&typed.composition)?),
    };
    let outcome = match keep(&page, &id, (&typed.composition, typed.version)).await {
        Ok(_) => templates::actions::create(&page.caller, &raw, Problems::new()).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(template) => {
            let here = format!("{}/compose", address(&page, &id));
            page.caller.commit().await?;
            Ok(done(&format!("The email is saved, and kept as the template “{}”.", template.name), &here))
        }
        Err(error) => again(page, &headers, (email, typed), named(error)).await,
    }
}

/// The name's errors under the name that the field has in this form.
fn named(error: Error) -> Error {
    let rename = |mut problem: kernel::error::FieldError| {
        if problem.field == "name" {
            problem.field = "template_name".into();
        }
        problem
    };
    match error {
        Error::Invalid(problems) => Error::Invalid(problems.into_iter().map(rename).collect()),
        Error::Taken(problem) => Error::Taken(rename(problem)),
        other => other,
    }
}
