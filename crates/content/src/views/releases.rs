use askama::Template;
use ui::{FieldErrors, Frame, Moment, Pager, SelectOption, StatusPill};

/// What was typed about a release.
#[derive(Clone, Debug, Default)]
pub struct ReleaseForm {
    /// What it is called.
    pub name: String,
    /// What it is for; may be empty.
    pub note: String,
    /// When to publish, in the organization's zone: `2026-03-01T09:00`.
    pub scheduled_for: String,
    /// Version that was looked at, sent back as a hidden field.
    pub version: String,
}

/// One release of the list.
#[derive(Clone, Debug)]
pub struct ReleaseRow {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Where it stands.
    pub status: StatusPill,
    /// How many items it holds.
    pub items: i64,
    /// When it was or will be published.
    pub at: Moment,
    /// When it last changed.
    pub updated: Moment,
}

/// `/admin/{org}/releases`.
#[derive(Template)]
#[template(path = "releases.html")]
pub struct ReleasesPage {
    /// The frame around it.
    pub frame: Frame,
    /// One page of releases.
    pub rows: Vec<ReleaseRow>,
    /// Whether only some are shown.
    pub is_filtered: bool,
    /// The status that is filtered by; may be empty.
    pub status: &'static str,
    /// The pages around this one.
    pub pager: Pager,
    /// Whether the reader may make and publish releases.
    pub may_publish: bool,
    /// What was typed for a new one.
    pub form: ReleaseForm,
    /// What was wrong with it.
    pub errors: FieldErrors,
}

impl ReleasesPage {
    fn statuses(&self) -> Vec<SelectOption> {
        let mut options = vec![SelectOption::new("", "Any status")];
        options.extend(
            ["DRAFT", "SCHEDULED", "PUBLISHED", "FAILED"]
                .into_iter()
                .map(|status| SelectOption::new(status, StatusPill::of(status).word())),
        );
        options
    }
}

/// An item of a release.
#[derive(Clone, Debug)]
pub struct ReleaseItemRow {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub status: StatusPill,
    /// Its type as a word.
    pub type_word: String,
    /// Its author's name.
    pub author: String,
}

/// `/admin/{org}/releases/{id}`.
#[derive(Template)]
#[template(path = "release.html")]
pub struct ReleasePage {
    /// The frame around it.
    pub frame: Frame,
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What it is for; may be empty.
    pub note: String,
    /// Where it stands.
    pub status: StatusPill,
    /// When it will be published, if it has a time.
    pub scheduled: Moment,
    /// When it was published.
    pub published: Moment,
    /// Why it was not published at its time; may be empty.
    pub failure: String,
    /// Whether it waits for its time.
    pub is_scheduled: bool,
    /// Its items.
    pub items: Vec<ReleaseItemRow>,
    /// Whether the reader may change it.
    pub may_change: bool,
    /// Whether the reader may publish it now.
    pub may_publish: bool,
    /// IANA name of the zone in which times are typed and shown.
    pub zone: String,
    /// What was typed.
    pub form: ReleaseForm,
    /// What was wrong with it.
    pub errors: FieldErrors,
}

impl ReleasePage {
    fn address(&self) -> String {
        format!("{}/releases/{}", self.frame.base(), self.id)
    }
}
