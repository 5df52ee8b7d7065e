//! What the pages of contacts show.

use askama::Template;
use ui::{FieldErrors, Frame, Moment, Pager, SelectOption, StatusPill};

use super::Status;
use crate::audience::views::Tabs;

/// One contact of the list.
pub struct ContactRow {
    pub id: String,
    pub email: String,
    pub name: String,
    pub status: StatusPill,
    pub tags: Vec<String>,
    pub added: Moment,
}

/// `/admin/{org}/audience`: the contacts, to look through and to change together.
#[derive(Template)]
#[template(path = "contacts.html")]
pub struct ContactsPage {
    pub frame: Frame,
    pub tabs: Tabs,
    pub search: String,
    pub status: String,
    pub tag: String,
    pub segment: String,
    pub sort: String,
    /// Tags in use, to choose from.
    pub tags: Vec<String>,
    pub segments: Vec<SelectOption>,
    pub rows: Vec<ContactRow>,
    pub pager: Pager,
    /// This list's part of the address behind the question mark.
    pub back: String,
}

impl ContactsPage {
    fn statuses(&self) -> Vec<SelectOption> {
        let any = std::iter::once(SelectOption::new("", "Any status"));
        any.chain(Status::ALL.into_iter().map(|status| SelectOption::new(status.as_str(), status.label()))).collect()
    }

    fn sorts(&self) -> Vec<SelectOption> {
        vec![
            SelectOption::new("", "Newest first"),
            SelectOption::new("created_at", "Oldest first"),
            SelectOption::new("email", "By address"),
        ]
    }

    fn is_filtered(&self) -> bool {
        [&self.search, &self.status, &self.tag, &self.segment].iter().any(|value| !value.is_empty())
    }
}

/// Asks once before contacts are deleted together.
#[derive(Template)]
#[template(path = "contacts-delete.html")]
pub struct DeletePage {
    pub frame: Frame,
    pub ids: Vec<String>,
    pub back: String,
}

/// One value of the form of a contact that the organization keeps in a field of its own.
pub struct OwnField {
    /// Its name in the form: `fields.shoe_size`.
    pub name: String,
    pub label: String,
    pub value: String,
    /// The kind of input: `text`, `number`, `date`; a choice is made from `options`.
    pub input: &'static str,
    pub options: Vec<SelectOption>,
}

/// What was typed for a contact.
#[derive(Clone, Debug, Default)]
pub struct ContactForm {
    pub email: String,
    pub name: String,
    pub company: String,
    pub language: String,
    pub timezone: String,
    pub tags: String,
    pub status: String,
    pub consent_source: String,
    pub consent_wording: String,
    /// Values of fields of one's own, by their names in the form.
    pub own: Vec<(String, String)>,
    /// The version that was seen.
    pub version: String,
}

/// Something that happened to the contact.
pub struct HistoryRow {
    pub at: Moment,
    pub words: String,
    pub actor: String,
}

/// What is kept of a contact's consent.
pub struct ConsentView {
    pub source: String,
    pub at: Moment,
    pub wording: String,
}

/// `/admin/{org}/audience/contacts/{id}` and `/admin/{org}/audience/new`: one contact.
#[derive(Template)]
#[template(path = "contact.html")]
pub struct ContactPage {
    pub frame: Frame,
    /// None for one that is new.
    pub contact: Option<ContactView>,
    pub form: ContactForm,
    pub own: Vec<OwnField>,
    pub statuses: Vec<SelectOption>,
    pub tags: Vec<String>,
    pub errors: FieldErrors,
}

/// What is known of a contact beside its form.
pub struct ContactView {
    pub id: String,
    pub title: String,
    pub email: String,
    pub status: StatusPill,
    pub consent: Option<ConsentView>,
    /// Why nothing is sent to the address, if it is on the suppression list.
    pub suppressed: Option<String>,
    pub paused_until: Moment,
    pub added: Moment,
    pub history: Vec<HistoryRow>,
    pub automations: Vec<MembershipRow>,
}

/// An automation that a contact is or was in.
pub struct MembershipRow {
    pub id: String,
    pub name: String,
    pub state: &'static str,
    pub tone: &'static str,
}
