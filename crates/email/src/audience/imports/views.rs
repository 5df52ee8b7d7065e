//! What the pages of imports show.

use askama::Template;
use ui::{FieldErrors, Frame, Moment, Pager, SelectOption};

use super::State;
use crate::audience::views::{Tabs, number};

/// One import of the list.
pub struct ImportRow {
    pub id: String,
    pub file_name: String,
    pub state: State,
    pub words: String,
    pub at: Moment,
}

/// `/admin/{org}/audience/imports`: files that came in, and a form for one more.
#[derive(Template)]
#[template(path = "imports.html")]
pub struct ImportsPage {
    pub frame: Frame,
    pub tabs: Tabs,
    pub rows: Vec<ImportRow>,
    pub pager: Pager,
    pub errors: FieldErrors,
}

/// A state as a pill: its tone and its word.
pub fn pill(state: State) -> (&'static str, &'static str) {
    match state {
        State::Uploaded => ("draft", "To be mapped"),
        State::Running => ("scheduled", "Running"),
        State::Done => ("published", "Done"),
        State::Failed => ("failed", "Failed"),
    }
}

/// A column of the file with what it means.
pub struct ColumnView {
    pub name: String,
    /// The first values, to see what it is about.
    pub examples: Vec<String>,
    pub chosen: String,
    pub options: Vec<SelectOption>,
}

/// What was typed about a file.
#[derive(Debug, Clone, Default)]
pub struct SettingsForm {
    pub status: String,
    pub tags: String,
    pub consent_source: String,
    pub consent_wording: String,
    pub keeps_existing: bool,
    pub has_consent: bool,
}

/// How far a file is, in numbers.
pub struct Numbers {
    pub rows_read: i64,
    pub created: i64,
    pub updated: i64,
    pub skipped: i64,
    pub refused: i64,
    pub partial: i64,
}

impl Numbers {
    pub fn rows(&self) -> [(&'static str, String); 6] {
        [
            ("Rows read", number(self.rows_read)),
            ("New contacts", number(self.created)),
            ("Contacts with new values", number(self.updated)),
            ("Nothing new", number(self.skipped)),
            ("Refused", number(self.refused)),
            ("Came in without some value", number(self.partial)),
        ]
    }
}

/// `/admin/{org}/audience/imports/{id}`: what its columns mean, how far it is, and its report.
#[derive(Template)]
#[template(path = "import.html")]
pub struct ImportPage {
    pub frame: Frame,
    pub id: String,
    pub state: State,
    pub at: Moment,
    pub finished: Moment,
    pub columns: Vec<ColumnView>,
    pub form: SettingsForm,
    pub statuses: Vec<SelectOption>,
    pub numbers: Numbers,
    /// Why rows were refused, and how many.
    pub reasons: Vec<(String, String)>,
    /// What rows came in without, and how many.
    pub losses: Vec<(String, String)>,
    /// Rows that were counted and not kept.
    pub is_cut: bool,
    pub problem: String,
    pub errors: FieldErrors,
}

impl ImportPage {
    fn pill(&self) -> (&'static str, &'static str) {
        pill(self.state)
    }

    fn is_uploaded(&self) -> bool {
        self.state == State::Uploaded
    }

    fn is_running(&self) -> bool {
        self.state == State::Running
    }
}

impl ImportsPage {
    fn pill(&self, row: &ImportRow) -> (&'static str, &'static str) {
        pill(row.state)
    }
}
