//! Giving an entry another time: a page with a form, which the calendar's drag and drop sends as well.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use content::items::actions as items;
use content::items::draft::RawItem;
use content::items::local_time::{self, LocalTime};
use content::items::store as item_store;
use content::releases::actions as releases;
use content::releases::store as release_store;
use email::sending::emails::{actions as emails, store as email_store};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::access::{Caller, Permission};
use kernel::api::{Id, Patch, Query};
use kernel::form::Form;
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::{Breadcrumb, FieldErrors, Flash, Section};

use super::days;
use super::model::{Event, Kind};
use super::pages::Place;
use crate::views::MovePage;

/// What the page's address says, and what its form sends. The time is given as `at`, as the form's field or a script
/// writes it, or as a `day` on which the hour stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct MoveInput {
    /// `expires` for the end of an item; its publication otherwise.
    event: String,
    at: String,
    day: String,
    back: String,
}

/// What is moved.
struct Thing {
    kind: Kind,
    event: Event,
    id: String,
    title: String,
    at: Timestamp,
}

pub async fn ask_content(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    query: Query<MoveInput>,
) -> Result<Response> {
    ask(page, (Kind::Content, id), headers, query.0).await
}

pub async fn ask_release(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    query: Query<MoveInput>,
) -> Result<Response> {
    ask(page, (Kind::Release, id), headers, query.0).await
}

/// Undoing sends the old time in the address, everything else a form.
pub async fn move_content(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Query(query): Query<MoveInput>,
    Form(form): Form<MoveInput>,
) -> Result<Response> {
    relocate(page, (Kind::Content, id), headers, joined(query, form)).await
}

pub async fn move_release(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Query(query): Query<MoveInput>,
    Form(form): Form<MoveInput>,
) -> Result<Response> {
    relocate(page, (Kind::Release, id), headers, joined(query, form)).await
}

pub async fn ask_email(page: PageCaller, Id(id): Id, headers: HeaderMap, query: Query<MoveInput>) -> Result<Response> {
    ask(page, (Kind::Email, id), headers, query.0).await
}

pub async fn move_email(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Query(query): Query<MoveInput>,
    Form(form): Form<MoveInput>,
) -> Result<Response> {
    relocate(page, (Kind::Email, id), headers, joined(query, form)).await
}

fn joined(query: MoveInput, form: MoveInput) -> MoveInput {
    let first = |one: String, other: String| if one.is_empty() { other } else { one };
    MoveInput {
        event: first(form.event, query.event),
        at: first(form.at, query.at),
        day: first(form.day, query.day),
        back: first(form.back, query.back),
    }
}

async fn ask(page: PageCaller, named: (Kind, String), headers: HeaderMap, input: MoveInput) -> Result<Response> {
    page.caller.must(Permission::ContentPublish)?;
    let zone = site_settings(&page.caller.tx).await?.zone();
    let thing = find(&page.caller, named, &input.event).await?;
    let typed = local_time::shown(thing.at, &zone);
    Ok(ui::html(&form(&page, &headers, (&thing, &zone), (typed, FieldErrors::none(), &input.back))))
}

async fn relocate(
    mut page: PageCaller,
    named: (Kind, String),
    headers: HeaderMap,
    input: MoveInput,
) -> Result<Response> {
    page.caller.must(Permission::ContentPublish)?;
    let zone = site_settings(&page.caller.tx).await?.zone();
    let thing = find(&page.caller, named, &input.event).await?;
    let moved = async {
        let time = wanted(&input, thing.at, &zone)?;
        set_time(&page.caller, &thing, time.at).await?;
        Ok(time)
    };
    match moved.await {
        Ok(time) => {
            let slug = page.caller.organization.slug.clone();
            let today = page.caller.now.to_zoned(zone.clone()).date();
            page.caller.commit().await?;
            let shown = time.at.to_zoned(zone).strftime("%-d %b %Y, %H:%M").to_string();
            let words = format!("“{}” is moved to {shown}. {}", thing.title, time.note.unwrap_or_default());
            let place = Place::sent_back(&input.back, today).query();
            let undo = undo(&slug, &thing, &place);
            Ok(Flash::success(words.trim()).with_undo(Some(undo)).redirect(&format!("/admin/{slug}/calendar?{place}")))
        }
        Err(error) => {
            let (status, errors) = refusal(error)?;
            page.caller.start_over().await?;
            let typed = if input.at.is_empty() { local_time::shown(thing.at, &zone) } else { input.at.clone() };
            let view = form(&page, &headers, (&thing, &zone), (typed, errors, &input.back));
            Ok(ui::html_with(status, &view))
        }
    }
}

/// The item or release, if it has such a time.
async fn find(caller: &Caller, (kind, id): (Kind, String), event: &str) -> Result<Thing> {
    let event = if event == Event::Expires.as_str() { Event::Expires } else { Event::Scheduled };
    let (title, at) = match kind {
        Kind::Content => {
            let item = item_store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
            (item.title, if event == Event::Expires { item.expires_at } else { item.scheduled_for })
        }
        Kind::Email => {
            let email = email_store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
            (email.subject.clone(), email.scheduled_for)
        }
        Kind::Release | Kind::Post => {
            let release = release_store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
            (release.name, release.scheduled_for)
        }
    };
    let at = at.ok_or_else(|| {
        Error::Conflict(format!("“{title}” has no such time any more. Go back to the calendar and load it again."))
    })?;
    Ok(Thing { kind, event, id, title, at })
}

/// The time asked for: exact, as typed in the organization's zone, or another day at the same hour.
fn wanted(input: &MoveInput, now_at: Timestamp, zone: &TimeZone) -> Result<LocalTime> {
    let not_a_time = || Error::invalid("at", "not_a_time", "Choose the date and the time to move it to.");
    if !input.day.is_empty() {
        let day = days::read(&input.day).ok_or_else(not_a_time)?;
        let hour = now_at.to_zoned(zone.clone()).time();
        return local_time::read(&format!("{day}T{hour}"), zone).ok_or_else(not_a_time);
    }
    match input.at.parse::<Timestamp>() {
        Ok(at) => Ok(LocalTime { at, note: None }),
        Err(_) => local_time::read(&input.at, zone).ok_or_else(not_a_time),
    }
}

async fn set_time(caller: &Caller, thing: &Thing, at: Timestamp) -> Result<()> {
    match (thing.kind, thing.event) {
        (Kind::Content, Event::Expires) => {
            if at <= caller.now {
                let words = "This time has passed. Choose one that is still to come.";
                return Err(Error::invalid("at", "in_the_past", words));
            }
            let raw = RawItem { expires_at: Patch::Set(at), ..RawItem::default() };
            items::edit(caller, &thing.id, raw, Problems::new(), None).await.map(|_| ())
        }
        (Kind::Content, _) => items::schedule(caller, &thing.id, at, None).await.map(|_| ()),
        (Kind::Email, _) => emails::schedule(caller, &thing.id, at, None).await.map(|_| ()),
        (Kind::Release | Kind::Post, _) => releases::schedule(caller, &thing.id, at, None).await.map(|_| ()),
    }
}

fn address(slug: &str, thing: &Thing) -> String {
    format!("/admin/{slug}/calendar/{}/{}", thing.kind.folder().unwrap_or_default(), thing.id)
}

fn undo(slug: &str, thing: &Thing, place: &str) -> String {
    let at = thing.at.to_string();
    let pairs = [("event", thing.event.as_str()), ("at", at.as_str()), ("back", place)];
    format!("{}?{}", address(slug, thing), serde_urlencoded::to_string(pairs).unwrap_or_default())
}

/// What a refused form is shown again with; every time that is wrong is the one field's.
fn refusal(error: Error) -> Result<(StatusCode, FieldErrors)> {
    let status = error.status();
    let mut errors = FieldErrors::none();
    match error {
        Error::Invalid(problems) => problems.into_iter().for_each(|problem| errors.add("at", problem.message)),
        Error::Conflict(words) => errors.add("", words),
        other => return Err(other),
    }
    Ok((status, errors))
}

fn form(
    page: &PageCaller,
    headers: &HeaderMap,
    (thing, zone): (&Thing, &TimeZone),
    (typed, errors, back): (String, FieldErrors, &str),
) -> MovePage {
    let slug = &page.caller.organization.slug;
    let today = page.caller.now.to_zoned(zone.clone()).date();
    let place = Place::sent_back(back, today).query();
    let calendar = format!("/admin/{slug}/calendar?{place}");
    let title = format!("Move “{}”", thing.title);
    let mut frame = ui::frame_for(page, headers, &title, Section::Calendar);
    frame.breadcrumbs = vec![Breadcrumb::link("Calendar", calendar.clone()), Breadcrumb::here(&title)];
    MovePage {
        frame,
        title,
        label: if thing.event == Event::Expires { "Leaves the site at" } else { "Goes live at" },
        address: address(slug, thing),
        event: thing.event.as_str(),
        at: typed,
        back: place,
        calendar,
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        errors,
    }
}
