//! The page that gives an entry another time; the calendar's drag and drop sends what its form sends.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use content::items::local_time::{self, LocalTime};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::{Breadcrumb, FieldErrors, Flash, Section};

use super::days;
use super::model::{Event, Kind};
use super::moves::{self, Thing};
use super::pages::Place;
use crate::views::MovePage;

/// What the page's address says, and what its form sends. The time is given as `at`, as the form's field or a script
/// writes it, or as a `day` on which the hour stays.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct MoveInput {
    /// Which time of it: `changes` for that of draft changes, `expires` for the end; its publication otherwise.
    event: String,
    at: String,
    day: String,
    back: String,
}

impl MoveInput {
    /// What was sent, and for whatever is empty the other.
    pub fn or(self, other: Self) -> Self {
        let first = |one: String, other: String| if one.is_empty() { other } else { one };
        Self {
            event: first(self.event, other.event),
            at: first(self.at, other.at),
            day: first(self.day, other.day),
            back: first(self.back, other.back),
        }
    }

    fn event(&self) -> Event {
        Event::parse(&self.event).unwrap_or(Event::Scheduled)
    }
}

/// Shows the form.
pub async fn ask(page: PageCaller, named: (Kind, String), headers: HeaderMap, input: MoveInput) -> Result<Response> {
    let thing = moves::find(&page.caller, named, input.event()).await?;
    let zone = site_settings(&page.caller.tx).await?.zone();
    let typed = local_time::shown(thing.at, &zone);
    Ok(ui::html(&form(&page, &headers, (&thing, &zone), (typed, FieldErrors::none(), &input.back))))
}

/// Moves it, and leads back to the calendar with a way to undo that.
pub async fn relocate(
    mut page: PageCaller,
    named: (Kind, String),
    headers: HeaderMap,
    input: MoveInput,
) -> Result<Response> {
    let thing = moves::find(&page.caller, named, input.event()).await?;
    let zone = site_settings(&page.caller.tx).await?.zone();
    let moved = async {
        let time = wanted(&input, thing.at, &zone)?;
        moves::set_time(&page.caller, &thing, time.at).await?;
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

fn address(slug: &str, thing: &Thing) -> String {
    format!("/admin/{slug}/calendar/{}/{}", thing.kind.folder(), thing.id)
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
        label: thing.label(),
        address: address(slug, thing),
        event: thing.event.as_str(),
        at: typed,
        back: place,
        calendar,
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        errors,
    }
}
