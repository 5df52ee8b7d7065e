use askama::Template;
use ui::{Frame, Moment, StatusPill};

use super::EntryView;

/// A number with what it means.
#[derive(Clone, Debug)]
pub struct Card {
    pub label: &'static str,
    pub number: i64,
    /// The trend or the next event, in words.
    pub note: String,
    /// `up`, `down` or nothing.
    pub direction: &'static str,
    /// The list that it counts.
    pub href: Option<String>,
}

impl Card {
    /// The arrow beside the note; empty for none.
    fn icon(&self) -> &'static str {
        match self.direction {
            "up" => "arrow-up",
            "down" => "arrow-down",
            _ => "",
        }
    }
}

/// Something that waits for the reader.
#[derive(Clone, Debug)]
pub struct Task {
    /// Name of its picture.
    pub icon: &'static str,
    pub words: String,
    /// Since when; may be empty.
    pub note: String,
    /// Where it is done.
    pub href: Option<String>,
    /// Whether something failed.
    pub is_wrong: bool,
}

/// An item that changed lately.
#[derive(Clone, Debug)]
pub struct RecentRow {
    pub href: String,
    pub title: String,
    pub status: StatusPill,
    pub author: String,
    pub updated: Moment,
}

/// A day of the strip.
#[derive(Clone, Debug)]
pub struct StripDay {
    /// `Sunday, 1 March`.
    pub label: String,
    /// `Sun`.
    pub weekday: String,
    pub number: String,
    pub is_today: bool,
    pub entries: Vec<EntryView>,
    /// How many entries are not shown.
    pub more: usize,
    /// The day's week in the calendar.
    pub href: String,
}

/// A campaign that runs.
#[derive(Clone, Debug)]
pub struct RunningRow {
    pub href: String,
    pub name: String,
    /// How far its goal is reached, in words; may be empty.
    pub goal: String,
    pub ends: Moment,
}

/// One of the first steps.
#[derive(Clone, Debug)]
pub struct StepView {
    pub words: &'static str,
    pub href: String,
    pub is_done: bool,
}

/// `/admin/{org}`: the dashboard.
#[derive(Template)]
#[template(path = "dashboard.html")]
pub struct DashboardPage {
    /// The frame around it.
    pub frame: Frame,
    /// First name of the reader; may be empty.
    pub hello: String,
    pub cards: Vec<Card>,
    pub tasks: Vec<Task>,
    pub recent: Vec<RecentRow>,
    pub strip: Vec<StripDay>,
    /// IANA name of the organization's zone.
    pub zone: String,
    pub running: Vec<RunningRow>,
    /// None once they are done or put away.
    pub steps: Vec<StepView>,
    pub may_write: bool,
    pub may_invite: bool,
    pub may_publish: bool,
}

impl DashboardPage {
    fn steps_done(&self) -> usize {
        self.steps.iter().filter(|step| step.is_done).count()
    }
}
