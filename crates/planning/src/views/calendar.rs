use askama::Template;
use jiff::tz::TimeZone;
use ui::{FieldErrors, Frame};

use crate::calendar::model::{Entry, Event, Kind};

/// A choice of what is shown, as a link.
#[derive(Clone, Debug)]
pub struct Tab {
    /// What is shown.
    pub label: &'static str,
    /// Where it leads.
    pub href: String,
    /// Whether it is what is shown now.
    pub is_here: bool,
    /// Name of its picture; may be empty.
    pub icon: &'static str,
    /// The kind whose colour it has; may be empty.
    pub kind: &'static str,
}

impl Tab {
    /// A choice in plain words.
    pub fn new(label: &'static str, href: String, is_here: bool) -> Self {
        Self { label, href, is_here, icon: "", kind: "" }
    }

    /// The choice of one kind, which is at once the legend of its colour.
    pub fn of_kind(kind: Kind, href: String, is_here: bool) -> Self {
        Self { label: kind.plural(), href, is_here, icon: kind.icon(), kind: kind.as_str() }
    }
}

/// Something that happens on a day.
#[derive(Clone, Debug)]
pub struct EntryView {
    /// Its title.
    pub title: String,
    /// The hour, `09:30`, in the organization's zone.
    pub time: String,
    /// The moment, for machines.
    pub machine: String,
    /// What happens.
    pub words: &'static str,
    /// Its kind, which has a colour.
    pub kind: &'static str,
    /// What happens, by name.
    pub event: &'static str,
    /// Name of its picture.
    pub icon: &'static str,
    /// Its own page, where it has one.
    pub href: Option<String>,
    /// Where its time is changed, for those who may.
    pub move_address: Option<String>,
    /// The page that asks for another time.
    pub move_href: String,
}

impl EntryView {
    /// The entry as somebody sees it; `place` is where in the calendar they look, if they may move it.
    pub fn new(entry: Entry, (organization, zone): (&str, &TimeZone), place: Option<String>) -> Self {
        let base = format!("/admin/{organization}");
        let (folder, id) = (entry.kind.folder(), &entry.id);
        let part = if entry.event == Event::Changes { "?of=changes" } else { "" };
        let href = entry.kind.has_page().then(|| format!("{base}/{folder}/{id}{part}"));
        let move_address = place.is_some().then(|| format!("{base}/calendar/{folder}/{id}"));
        let back = place.unwrap_or_default();
        let query = serde_urlencoded::to_string([("event", entry.event.as_str()), ("back", &back)]).unwrap_or_default();
        Self {
            time: entry.at.to_zoned(zone.clone()).strftime("%H:%M").to_string(),
            machine: entry.at.to_string(),
            words: entry.words(),
            kind: entry.kind.as_str(),
            event: entry.event.as_str(),
            icon: entry.icon(),
            move_href: move_address.as_ref().map(|address| format!("{address}?{query}")).unwrap_or_default(),
            title: if entry.title.trim().is_empty() { "Untitled".to_owned() } else { entry.title },
            href,
            move_address,
        }
    }
}

/// A day with what happens on it.
#[derive(Clone, Debug)]
pub struct DayView {
    /// `2026-03-01`.
    pub date: String,
    /// `Sunday, 1 March 2026`.
    pub label: String,
    /// `Sun`.
    pub weekday: String,
    /// Day of the month.
    pub number: String,
    /// Whether a month begins with it.
    pub is_first: bool,
    /// `Mar`.
    pub month: String,
    pub is_today: bool,
    pub is_past: bool,
    /// Whether it belongs to the month before or after.
    pub is_outside: bool,
    pub entries: Vec<EntryView>,
    /// How many entries are not shown.
    pub more: usize,
    /// Where they are.
    pub more_href: String,
    /// Where an article for this day is begun, for those who may.
    pub create_href: Option<String>,
}

/// `/admin/{org}/calendar`.
#[derive(Template)]
#[template(path = "calendar.html")]
pub struct CalendarPage {
    /// The frame around it.
    pub frame: Frame,
    /// `month`, `week` or `agenda`.
    pub view: &'static str,
    /// The stretch in words.
    pub title: String,
    /// IANA name of the organization's zone.
    pub zone: String,
    pub previous: String,
    pub next: String,
    pub today: String,
    pub views: Vec<Tab>,
    pub kinds: Vec<Tab>,
    pub days: Vec<DayView>,
    pub has_entries: bool,
    /// Whether there is more than can be shown.
    pub is_cut: bool,
    /// This place in the calendar, for forms that lead back to it.
    pub back: String,
    /// Whether the reader may give entries another time.
    pub may_move: bool,
}

impl CalendarPage {
    /// Monday to Sunday, as the head of the columns.
    fn weekdays(&self) -> Vec<&str> {
        self.days.iter().take(7).map(|day| day.weekday.as_str()).collect()
    }
}

/// `/admin/{org}/calendar/content/{id}`: the form that gives an entry another time.
#[derive(Template)]
#[template(path = "calendar-move.html")]
pub struct MovePage {
    /// The frame around it.
    pub frame: Frame,
    pub title: String,
    /// What the time is for.
    pub label: &'static str,
    /// Where the form is sent.
    pub address: String,
    /// Which of its times is changed.
    pub event: &'static str,
    /// The time as typed.
    pub at: String,
    /// The place in the calendar to go back to.
    pub back: String,
    /// Its address.
    pub calendar: String,
    pub zone: String,
    pub errors: FieldErrors,
}
