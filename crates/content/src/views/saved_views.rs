use askama::Template;
use ui::{FieldErrors, Frame};

/// One saved view as the page of views shows it.
#[derive(Clone, Debug)]
pub struct SavedViewRow {
    /// Its id.
    pub id: String,
    /// Its name, or what was typed as such.
    pub name: String,
    /// Its list, as the part of the address behind the question mark.
    pub query: String,
    /// Whether the whole organization has it.
    pub is_shared: bool,
    /// Whether the reader's library begins with it.
    pub is_default: bool,
    /// Whether it is the reader's own.
    pub is_own: bool,
    /// Whether the reader may rename, share and delete it.
    pub may_change: bool,
    /// Whose it is.
    pub owner: String,
    /// The version shown.
    pub version: String,
    /// What is wrong with its name.
    pub error: Option<String>,
}

/// `/admin/{org}/content/views`: the saved views, each with its own small form.
#[derive(Template)]
#[template(path = "content-views.html")]
pub struct SavedViewsPage {
    /// The frame around it.
    pub frame: Frame,
    /// The reader's own and the shared ones.
    pub rows: Vec<SavedViewRow>,
    /// Whether the reader may share views.
    pub may_share: bool,
    /// What was wrong with the form that was sent.
    pub errors: FieldErrors,
    /// A new view that was refused: its name and its list.
    pub refused: Option<(String, String)>,
}

impl SavedViewsPage {
    /// Says what is wrong with the name beside the name of this view.
    pub fn mark(&mut self, id: Option<&str>) {
        let error = self.errors.of("name").to_owned();
        if let Some(row) = self.rows.iter_mut().find(|row| Some(row.id.as_str()) == id && !error.is_empty()) {
            row.error = Some(error);
        }
    }
}
