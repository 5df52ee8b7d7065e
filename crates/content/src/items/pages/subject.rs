//! Which item the editor shows: as it is, or as it will be when its draft changes are public.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::access::{Caller, Permission};
use kernel::{Error, Result};
use ui::{Moment, StatusPill};

use super::input::{Subject, form_of};
use super::panels;
use crate::changes::{self, Changes};
use crate::items::model::{ContentStatus, Item};
use crate::items::{local_time, store};
use crate::views::{EditorChanges, EditorForm, EditorMoves};

/// A stored item in the editor.
pub struct Edited {
    /// As the form shows it.
    pub item: Item,
    /// The item's own version, which differs from the form's where that shows changes.
    pub live_version: i32,
    pub changes: Option<Changes>,
    pub subject: Subject,
}

impl Edited {
    /// Reads an item. Of a published one the changes are shown where there are any, and to those who can do nothing else.
    pub async fn read(caller: &Caller, id: &str, wished: Option<Subject>) -> Result<Self> {
        let live = store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
        let is_public = live.status == ContentStatus::Published;
        let changes = if is_public { changes::store::find(&caller.tx, id).await? } else { None };
        let may_edit_live = caller.may(Permission::ContentPublish);
        let subject = match wished {
            _ if !is_public || !caller.may(Permission::ContentEdit) => Subject::Item,
            Some(Subject::Item) => Subject::Item,
            Some(Subject::Changes) => Subject::Changes,
            None if changes.is_some() || !may_edit_live => Subject::Changes,
            None => Subject::Item,
        };
        let live_version = live.version;
        let item = match (&changes, subject) {
            (Some(changes), Subject::Changes) => changes::store::as_it_will_be(&caller.tx, &live, changes).await?,
            _ => live,
        };
        Ok(Self { item, live_version, changes, subject })
    }

    /// The version that a save from this form replaces.
    pub fn version(&self) -> i32 {
        match self.subject {
            Subject::Item => self.live_version,
            Subject::Changes => self.changes.as_ref().map_or(0, |changes| changes.version),
        }
    }

    /// Where the shown thing stands on its way.
    pub fn status(&self) -> ContentStatus {
        match (self.subject, &self.changes) {
            (Subject::Item, _) => self.item.status,
            (Subject::Changes, Some(changes)) => changes.status,
            (Subject::Changes, None) => ContentStatus::Draft,
        }
    }

    /// When the shown thing becomes public by itself.
    pub fn scheduled_for(&self) -> Option<Timestamp> {
        let at = match self.subject {
            Subject::Item => self.item.scheduled_for,
            Subject::Changes => self.changes.as_ref().and_then(|changes| changes.scheduled_for),
        };
        at.filter(|_| self.status() == ContentStatus::Scheduled)
    }

    /// What the form shows; times are in this zone.
    pub fn form(&self, zone: &TimeZone) -> EditorForm {
        let mut form = form_of(&self.item, zone);
        form.version = self.version().to_string();
        if self.subject == Subject::Changes {
            form.scheduled_for = self.scheduled_for().map(|at| local_time::shown(at, zone)).unwrap_or_default();
        }
        form
    }

    /// The buttons that this caller may press in this state.
    pub fn moves(&self, caller: &Caller) -> EditorMoves {
        let moves = panels::moves(caller, Some(self.status()));
        match self.subject {
            // A member who looks at what is public changes it by way of draft changes alone.
            Subject::Item => moves,
            Subject::Changes => {
                let exist = self.changes.is_some();
                EditorMoves {
                    duplicate: false,
                    delete: false,
                    submit: moves.submit && exist,
                    publish: moves.publish && exist,
                    schedule: moves.schedule && exist,
                    ..moves
                }
            }
        }
    }

    /// What the page says about changes; nothing where an item is not public.
    pub fn shown(&self, caller: &Caller, zone: &TimeZone) -> Option<EditorChanges> {
        let is_public = self.item.status == ContentStatus::Published;
        (is_public && caller.may(Permission::ContentEdit)).then(|| EditorChanges {
            are_shown: self.subject == Subject::Changes,
            exist: self.changes.is_some(),
            status: StatusPill::of(self.status().as_str()),
            author: self.changes.as_ref().map(|changes| changes.author_name.clone()).unwrap_or_default(),
            updated: Moment::maybe(self.changes.as_ref().map(|changes| changes.updated_at), zone),
            is_behind: self.changes.as_ref().is_some_and(|changes| changes.base_version != self.live_version),
            may_edit_live: caller.may(Permission::ContentPublish),
            live_version: self.live_version,
        })
    }
}
