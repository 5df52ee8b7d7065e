use askama::Template;
use ui::{Frame, Moment, StatusPill};

use super::DiffPart;

/// A field other than the text that is to change.
#[derive(Clone, Debug)]
pub struct ChangedDetail {
    /// Its label in the editor.
    pub label: &'static str,
    /// What is on the site; may be empty.
    pub old: String,
    /// What it will be; may be empty.
    pub new: String,
}

/// `/admin/{org}/content/{id}/changes`: draft changes compared with what is on the site.
#[derive(Template)]
#[template(path = "changes.html")]
pub struct ChangesPage {
    /// The frame around it.
    pub frame: Frame,
    /// Id of the item.
    pub id: String,
    /// The item's title on the site.
    pub heading: String,
    /// Where the changes stand.
    pub status: StatusPill,
    /// Who wrote them last.
    pub author: String,
    /// When.
    pub updated: Moment,
    /// When they become public, if they are scheduled.
    pub scheduled: Moment,
    /// Whether what is on the site was changed since they were begun.
    pub is_behind: bool,
    /// The titles compared; none where they are the same.
    pub title: Option<DiffPart>,
    /// The excerpts compared; none where they are the same.
    pub excerpt: Option<DiffPart>,
    /// The bodies compared.
    pub parts: Vec<DiffPart>,
    /// How many blocks of the body differ.
    pub changed_blocks: usize,
    /// What else differs.
    pub details: Vec<ChangedDetail>,
    /// Version of the changes, sent back as a hidden field.
    pub version: i32,
    /// Whether the person may make them public.
    pub may_publish: bool,
    /// Whether the person may give them up.
    pub may_discard: bool,
}

impl ChangesPage {
    fn editor(&self) -> String {
        format!("{}/content/{}", self.frame.base(), self.id)
    }

    fn discarding(&self) -> String {
        format!("{}/changes/discard", self.editor())
    }

    fn is_without_difference(&self) -> bool {
        self.title.is_none() && self.excerpt.is_none() && self.changed_blocks == 0 && self.details.is_empty()
    }
}
