//! Giving something in the calendar another time: found with the time it has, and moved by its own feature's actions.

use content::changes::{actions as changes, store as change_store};
use content::items::actions as items;
use content::items::draft::RawItem;
use content::items::store as item_store;
use content::releases::{actions as releases, store as release_store};
use email::sending::emails::{actions as emails, store as email_store};
use jiff::Timestamp;
use kernel::access::Caller;
use kernel::api::Patch;
use kernel::validate::Problems;
use kernel::{Error, Result};

use super::model::{Event, Kind};
use super::{campaigns, posts};

/// What is moved, and the time that it has.
pub struct Thing {
    pub kind: Kind,
    pub event: Event,
    pub id: String,
    pub title: String,
    pub at: Timestamp,
}

impl Thing {
    /// What its time is for, as the label of a field.
    pub fn label(&self) -> &'static str {
        match (self.kind, self.event) {
            (Kind::Campaign, Event::Expires) => "Ends at",
            (Kind::Campaign, _) => "Starts at",
            (_, Event::Expires) => "Leaves the site at",
            (_, Event::Changes) => "Changes go live at",
            (Kind::Email | Kind::Post, _) => "Goes out at",
            (Kind::Content | Kind::Release, _) => "Goes live at",
        }
    }
}

/// What is named, if it has such a time; [`Error::Conflict`] when it has it no more.
pub async fn find(caller: &Caller, (kind, id): (Kind, String), event: Event) -> Result<Thing> {
    caller.must(kind.moved_by())?;
    let tx = &caller.tx;
    let (title, at) = match kind {
        Kind::Content => {
            let item = item_store::find(tx, &id).await?.ok_or(Error::NotFound)?;
            let at = match event {
                Event::Expires => item.expires_at,
                Event::Changes => change_store::find(tx, &id).await?.and_then(|changes| changes.scheduled_for),
                Event::Scheduled | Event::Published => item.scheduled_for,
            };
            (item.title, at)
        }
        Kind::Release => {
            let release = release_store::find(tx, &id).await?.ok_or(Error::NotFound)?;
            (release.name, release.scheduled_for)
        }
        Kind::Email => {
            let email = email_store::find(tx, &id).await?.ok_or(Error::NotFound)?;
            (email.subject.clone(), email.scheduled_for)
        }
        Kind::Post => posts::find(tx, &id).await?.ok_or(Error::NotFound)?,
        Kind::Campaign => campaigns::find(tx, &id, event).await?.ok_or(Error::NotFound)?,
    };
    let at = at.ok_or_else(|| {
        Error::Conflict(format!("“{title}” has no such time any more. Go back to the calendar and load it again."))
    })?;
    Ok(Thing { kind, event, id, title, at })
}

/// Gives it another time, under the rules that its feature has for that.
pub async fn set_time(caller: &Caller, thing: &Thing, at: Timestamp) -> Result<()> {
    let id = &thing.id;
    match (thing.kind, thing.event) {
        (Kind::Campaign, event) => campaigns::set_time(caller, id, event, at).await,
        (Kind::Content, Event::Expires) => end(caller, id, at).await,
        (Kind::Content, Event::Changes) => changes::schedule(caller, id, at, None).await.map(|_| ()),
        (Kind::Content, _) => items::schedule(caller, id, at, None).await.map(|_| ()),
        (Kind::Release, _) => releases::schedule(caller, id, at, None).await.map(|_| ()),
        (Kind::Email, _) => emails::schedule(caller, id, at, None).await.map(|_| ()),
        (Kind::Post, _) => posts::schedule(caller, id, at).await,
    }
}

async fn end(caller: &Caller, id: &str, at: Timestamp) -> Result<()> {
    if at <= caller.now {
        return Err(Error::invalid("at", "in_the_past", "This time has passed. Choose one that is still to come."));
    }
    let raw = RawItem { expires_at: Patch::Set(at), ..RawItem::default() };
    items::edit(caller, id, raw, Problems::new(), None).await.map(|_| ())
}
