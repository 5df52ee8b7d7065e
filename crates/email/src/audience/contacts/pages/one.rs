//! One contact: its form, the record of consent, its history, and what can be done with it.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};
use jiff::tz::TimeZone;
use kernel::access::Permission;
use kernel::api::Id;
use kernel::form::Form;
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::{Error, Result};
use ui::{FieldErrors, Flash, Moment, SelectOption, StatusPill};

use crate::audience::contacts::history::{self, Entry};
use crate::audience::contacts::views::{ConsentView, ContactForm, ContactPage, ContactView, HistoryRow, MembershipRow};
use crate::audience::contacts::{Contact, Status, actions, erasure, store};
use crate::audience::views::{address, frame};
use crate::audience::{fields, refusal, suppressions};
use crate::automation;

/// Tags to choose from at most.
const TAGS_MOST: i64 = 200;
/// Ways through automations that are shown, the last ones.
const AUTOMATIONS_MOST: i64 = 20;

pub async fn new(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let form = ContactForm { status: Status::Subscribed.as_str().to_owned(), ..ContactForm::default() };
    Ok(ui::html(&view(&page, &headers, None, (form, FieldErrors::none())).await?))
}

pub async fn create(
    mut page: PageCaller,
    headers: HeaderMap,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let form = ContactForm::read(sent);
    let (raw, problems) = form.raw(&fields::all(&page.caller.tx).await?);
    match actions::create(&page.caller, &raw, problems).await {
        Ok(contact) => {
            let there = address(&page, &format!("/contacts/{}", contact.id));
            page.caller.commit().await?;
            Ok(Flash::success("The contact is added.").redirect(&there))
        }
        Err(error) => {
            let (status, errors) = refusal(error)?;
            page.caller.start_over().await?;
            Ok(ui::html_with(status, &view(&page, &headers, None, (form, errors)).await?))
        }
    }
}

pub async fn show(page: PageCaller, headers: HeaderMap, Id(id): Id) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let contact = store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let form = ContactForm::of(&contact);
    Ok(ui::html(&view(&page, &headers, Some(&contact), (form, FieldErrors::none())).await?))
}

pub async fn save(
    mut page: PageCaller,
    headers: HeaderMap,
    Id(id): Id,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let contact = store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let form = ContactForm::read(sent);
    let (raw, problems) = form.raw(&fields::all(&page.caller.tx).await?);
    let version = form.version.trim().parse().ok();
    match actions::edit(&page.caller, &id, &raw, problems, version).await {
        Ok(_) => {
            let back = address(&page, &format!("/contacts/{id}"));
            page.caller.commit().await?;
            Ok(Flash::success("The contact is saved.").redirect(&back))
        }
        Err(error) => {
            let (status, errors) = refusal(error)?;
            page.caller.start_over().await?;
            let form = ContactForm { version: contact.version.to_string(), ..form };
            Ok(ui::html_with(status, &view(&page, &headers, Some(&contact), (form, errors)).await?))
        }
    }
}

async fn view(
    page: &PageCaller,
    headers: &HeaderMap,
    contact: Option<&Contact>,
    (form, errors): (ContactForm, FieldErrors),
) -> Result<ContactPage> {
    let tx = &page.caller.tx;
    let title = contact.map_or("New contact", |contact| contact.name.as_deref().unwrap_or(&contact.email));
    let known = fields::all(tx).await?;
    Ok(ContactPage {
        frame: frame(page, headers, title, &[]),
        contact: match contact {
            Some(contact) => Some(known_of(page, contact).await?),
            None => None,
        },
        own: form.own_fields(&known),
        statuses: statuses(contact.map(|contact| contact.status)),
        tags: store::tags_in_use(tx, TAGS_MOST).await?,
        form,
        errors,
    })
}

/// What a contact can be made, beside what it is.
fn statuses(now: Option<Status>) -> Vec<SelectOption> {
    let is_there =
        |status: &Status| matches!(status, Status::Subscribed | Status::Unsubscribed) || now == Some(*status);
    let option = |status: Status| SelectOption::new(status.as_str(), status.label());
    Status::ALL.into_iter().filter(is_there).map(option).collect()
}

async fn known_of(page: &PageCaller, contact: &Contact) -> Result<ContactView> {
    let tx = &page.caller.tx;
    let zone = site_settings(tx).await?.zone();
    let suppressed = suppressions::store::find(tx, &contact.email_hash).await?;
    let history = history::of(tx, &contact.id).await?;
    let paused = contact.paused_until.filter(|until| *until > page.caller.now);
    Ok(ContactView {
        id: contact.id.clone(),
        title: contact.name.clone().unwrap_or_else(|| contact.email.clone()),
        email: contact.email.clone(),
        status: StatusPill::of(contact.status.as_str()),
        consent: contact.consent_source.clone().map(|source| ConsentView {
            source,
            at: Moment::maybe(contact.consent_at, &zone),
            wording: contact.consent_wording.clone().unwrap_or_default(),
        }),
        suppressed: suppressed.map(|found| found.reason.label().to_lowercase()),
        paused_until: Moment::maybe(paused, &zone),
        added: Moment::new(contact.created_at, &zone),
        history: history.into_iter().map(|entry| history_row(entry, &zone)).collect(),
        automations: automation::of_contact(tx, &contact.id, AUTOMATIONS_MOST)
            .await?
            .into_iter()
            .map(membership)
            .collect(),
    })
}

fn membership(one: automation::Membership) -> MembershipRow {
    MembershipRow {
        id: one.id,
        name: one.name,
        state: automation::words::state(one.state),
        tone: automation::words::tone(one.state),
    }
}

fn history_row(entry: Entry, zone: &TimeZone) -> HistoryRow {
    HistoryRow { at: Moment::new(entry.at, zone), words: entry.words, actor: entry.actor.unwrap_or_default() }
}

/// Everything that is known of a person, as a file to hand to them.
pub async fn export(page: PageCaller, Id(id): Id) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let contact = store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let everything = erasure::export(&page.caller.tx, &contact).await?;
    let text = serde_json::to_string_pretty(&everything)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"contact.json\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, text).into_response())
}

pub async fn delete(page: PageCaller, Id(id): Id) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    store::lock(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    actions::delete(&page.caller, &[id]).await?;
    let back = address(&page, "");
    page.caller.commit().await?;
    Ok(Flash::success("The contact is deleted.").redirect(&back))
}

pub async fn erase(page: PageCaller, Id(id): Id) -> Result<Response> {
    actions::erase(&page.caller, &id).await?;
    let back = address(&page, "");
    page.caller.commit().await?;
    Ok(Flash::success("The person is erased, and no import brings them back.").redirect(&back))
}
