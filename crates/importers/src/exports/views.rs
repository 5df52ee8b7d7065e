use askama::Template;
use ui::{Frame, Moment};

/// An export in the list.
#[derive(Clone, Debug)]
pub struct ExportRow {
    /// When it was asked for.
    pub asked: Moment,
    /// Tone and word of its pill.
    pub state: (&'static str, &'static str),
    /// What is in it, or why there is none.
    pub words: String,
    /// Fetches the file.
    pub address: Option<String>,
    /// As people read it, such as `3.2 MB`.
    pub size: String,
    /// When the file is deleted.
    pub until: Option<Moment>,
}

/// `/admin/{org}/settings/exports`; an export is asked for with POST to the same address.
#[derive(Template)]
#[template(path = "exports.html")]
pub struct ExportsPage {
    /// The frame around it.
    pub frame: Frame,
    /// The organization's part of the address.
    pub slug: String,
    /// The newest first.
    pub exports: Vec<ExportRow>,
    /// One is being made.
    pub is_running: bool,
}
