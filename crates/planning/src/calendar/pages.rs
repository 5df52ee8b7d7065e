//! `/admin/{org}/calendar`: month, week and agenda.

use axum::http::HeaderMap;
use axum::response::Response;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::Result;
use kernel::access::{Caller, Permission};
use kernel::api::{Id, Query};
use kernel::doors::{Access, Pages};
use kernel::form::Form;
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use serde::Deserialize;
use ui::Section;

use super::days::{self, View};
use super::model::{Entry, Kind};
use super::move_pages::{self, MoveInput};
use super::store::{self, ENTRIES_MOST, Wanted};
use crate::views::{CalendarPage, DayView, EntryView, Tab};

/// Entries that a day of the month shows; the rest is a click away.
const SHOWN_IN_MONTH: usize = 4;

pub fn routes() -> Pages {
    const READ: Access = Access::Member(Permission::ContentRead);
    let pages = Pages::new().get("/admin/{org}/calendar", READ, show);
    let pages = moving(pages, "/admin/{org}/calendar/content/{id}", Kind::Content);
    let pages = moving(pages, "/admin/{org}/calendar/releases/{id}", Kind::Release);
    let pages = moving(pages, "/admin/{org}/calendar/emails/{id}", Kind::Email);
    let pages = moving(pages, "/admin/{org}/calendar/posts/{id}", Kind::Post);
    moving(pages, "/admin/{org}/calendar/campaigns/{id}", Kind::Campaign)
}

/// The page that asks for another time for entries of a kind, and what it sends.
fn moving(pages: Pages, address: &'static str, kind: Kind) -> Pages {
    let access = Access::Member(kind.moved_by());
    pages
        .get(
            address,
            access,
            move |page: PageCaller, Id(id): Id, headers: HeaderMap, Query(input): Query<MoveInput>| {
                move_pages::ask(page, (kind, id), headers, input)
            },
        )
        .post(
            address,
            access,
            // Undoing sends the old time in the address, everything else a form.
            move |page: PageCaller, Id(id): Id, headers: HeaderMap, query: Query<MoveInput>, form: Form<MoveInput>| {
                move_pages::relocate(page, (kind, id), headers, form.0.or(query.0))
            },
        )
}

/// What the address bar says; what is not understood is as good as left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CalendarParams {
    view: String,
    date: String,
    kind: String,
}

/// Where somebody looks: the part of the calendar's address that is kept from link to link.
#[derive(Clone, Copy)]
pub struct Place {
    view: View,
    date: Date,
    kind: Option<Kind>,
}

impl Place {
    fn read(params: &CalendarParams, today: Date) -> Self {
        Self {
            view: View::parse(&params.view),
            date: days::read(&params.date).unwrap_or(today),
            kind: Kind::parse(&params.kind),
        }
    }

    /// The part of the address behind the question mark.
    pub fn query(self) -> String {
        let kind = self.kind.map(|kind| format!("&kind={}", kind.as_str())).unwrap_or_default();
        format!("view={}&date={}{kind}", self.view.as_str(), self.date)
    }

    /// The same place as a form sends it back; anything else than an address of the calendar is none.
    pub fn sent_back(text: &str, today: Date) -> Self {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(text).unwrap_or_default();
        let of =
            |name: &str| pairs.iter().find(|(one, _)| one == name).map(|(_, value)| value.clone()).unwrap_or_default();
        Self::read(&CalendarParams { view: of("view"), date: of("date"), kind: of("kind") }, today)
    }
}

pub async fn show(page: PageCaller, headers: HeaderMap, Query(params): Query<CalendarParams>) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::ContentRead)?;
    let zone = site_settings(&caller.tx).await?.zone();
    let today = caller.now.to_zoned(zone.clone()).date();
    let place = Place::read(&params, today);
    let (from, to) = place.view.days(place.date).bounds(&zone);
    let with_campaigns = caller.may(Permission::CampaignsManage);
    let mut entries = store::entries(&caller.tx, &Wanted { from, to, kind: place.kind, with_campaigns }).await?;
    let most = usize::try_from(ENTRIES_MOST).unwrap_or(usize::MAX);
    let is_cut = entries.len() > most;
    entries.truncate(most);
    let writer = Writer { caller, zone: &zone, today, place };
    let base = format!("/admin/{}/calendar", caller.organization.slug);
    let href = |place: Place| format!("{base}?{}", place.query());
    let kinds = if with_campaigns { &Kind::ALL[..] } else { &Kind::ALL[..2] };
    let view = CalendarPage {
        view: place.view.as_str(),
        title: place.view.title(place.date),
        zone: zone.iana_name().unwrap_or("UTC").to_owned(),
        previous: href(Place { date: place.view.step(place.date, -1), ..place }),
        next: href(Place { date: place.view.step(place.date, 1), ..place }),
        today: href(Place { date: today, ..place }),
        views: View::ALL.map(|view| Tab::new(view.label(), href(Place { view, ..place }), view == place.view)).to_vec(),
        kinds: std::iter::once(Tab::new("All", href(Place { kind: None, ..place }), place.kind.is_none()))
            .chain(kinds.iter().map(|kind| {
                let here = Some(*kind) == place.kind;
                Tab::of_kind(*kind, href(Place { kind: Some(*kind), ..place }), here)
            }))
            .collect(),
        has_entries: !entries.is_empty(),
        days: writer.days(entries),
        is_cut,
        back: place.query(),
        may_move: caller.may(Permission::ContentPublish),
        frame: ui::frame_for(&page, &headers, "Calendar", Section::Calendar),
    };
    Ok(ui::html(&view))
}

/// Writes days and their entries for one reader.
struct Writer<'a> {
    caller: &'a Caller,
    zone: &'a TimeZone,
    today: Date,
    place: Place,
}

impl Writer<'_> {
    /// Every day of the month and the week; of the agenda those on which something happens.
    fn days(&self, entries: Vec<Entry>) -> Vec<DayView> {
        let view = self.place.view;
        let mut entries = entries.into_iter().map(|entry| (self.day_of(&entry), entry)).peekable();
        let mut days = Vec::new();
        for date in view.days(self.place.date).each() {
            let mut of_day = Vec::new();
            while let Some((_, entry)) = entries.next_if(|(day, _)| *day <= date) {
                of_day.push(entry);
            }
            if view != View::Agenda || !of_day.is_empty() {
                days.push(self.day(date, of_day));
            }
        }
        days
    }

    fn day_of(&self, entry: &Entry) -> Date {
        entry.at.to_zoned(self.zone.clone()).date()
    }

    fn day(&self, date: Date, entries: Vec<Entry>) -> DayView {
        let base = format!("/admin/{}", self.caller.organization.slug);
        let shown = if self.place.view == View::Month { SHOWN_IN_MONTH } else { usize::MAX };
        let more = entries.len().saturating_sub(shown);
        // Nothing is gained by hiding one behind a link of the same size.
        let (shown, more) = if more == 1 { (usize::MAX, 0) } else { (shown, more) };
        let week = Place { view: View::Week, date, ..self.place };
        let may_create = self.caller.may(Permission::ContentPublish) && date >= self.today;
        DayView {
            date: date.to_string(),
            label: date.strftime("%A, %-d %B %Y").to_string(),
            weekday: date.strftime("%a").to_string(),
            number: date.strftime("%-d").to_string(),
            is_first: date.day() == 1,
            month: date.strftime("%b").to_string(),
            is_today: date == self.today,
            is_past: date < self.today,
            is_outside: self.place.view == View::Month && date.month() != self.place.date.month(),
            entries: entries.into_iter().take(shown).map(|entry| self.entry(entry)).collect(),
            more,
            more_href: format!("{base}/calendar?{}", week.query()),
            create_href: may_create.then(|| format!("{base}/content/new?day={date}")),
        }
    }

    fn entry(&self, entry: Entry) -> EntryView {
        let may_move = self.caller.may(entry.kind.moved_by()) && entry.can_move();
        EntryView::new(entry, (&self.caller.organization.slug, self.zone), may_move.then(|| self.place.query()))
    }
}
