//! Every write to saved views. They are a person's own; sharing one takes the right to edit, and what is shared can also
//! be changed by those who publish.

use kernel::access::{Caller, Permission};
use kernel::error::FieldError;
use kernel::validate::Problems;
use kernel::{Error, Result};

use super::draft::{RawView, ViewDraft};
use super::{MOST_PER_PERSON, SavedView, store};
use crate::taxonomy::check_version;

pub async fn create(caller: &Caller, raw: RawView, problems: Problems) -> Result<SavedView> {
    caller.must(Permission::ContentRead)?;
    let draft = ViewDraft::new(raw, problems)?;
    if draft.is_shared {
        caller.must(Permission::ContentEdit)?;
    }
    let owner = &caller.actor.user_id;
    if store::count(&caller.tx, owner).await? >= MOST_PER_PERSON {
        return Err(Error::Conflict(format!(
            "You have {MOST_PER_PERSON} views already. Delete one that you no longer use, then save this one."
        )));
    }
    let id = caller.new_id();
    if !store::insert(&caller.tx, &id, owner, &draft, caller.now).await? {
        return Err(taken());
    }
    if draft.is_default {
        store::make_default(&caller.tx, owner, &id).await?;
    }
    reread(caller, &id).await
}

/// Changes a view. What it is called, shows and is shared with is its owner's affair; with what the library begins is
/// everybody's own.
pub async fn edit(
    caller: &Caller,
    id: &str,
    raw: &RawView,
    problems: Problems,
    expected_version: Option<i32>,
) -> Result<SavedView> {
    let view = find(caller, id).await?;
    check_version(expected_version, view.version)?;
    let draft = ViewDraft::of(&view, raw, problems)?;
    let (user, now) = (&caller.actor.user_id, caller.now);
    let stays = (&draft.name, &draft.query, draft.is_shared) == (&view.name, &view.query, view.is_shared);
    if !stays {
        must_own(caller, &view)?;
        if draft.is_shared {
            caller.must(Permission::ContentEdit)?;
        }
        store::update(&caller.tx, id, &draft, now).await.map_err(as_taken)?;
    }
    match (view.is_default, draft.is_default) {
        (false, true) => store::make_default(&caller.tx, user, id).await?,
        (true, false) => store::unmake_default(&caller.tx, user, id).await?,
        _ => {}
    }
    reread(caller, id).await
}

/// Deletes a view. Who neither owns it nor may change shared ones is refused.
pub async fn delete(caller: &Caller, id: &str) -> Result<()> {
    let view = find(caller, id).await?;
    must_own(caller, &view)?;
    store::delete(&caller.tx, id).await
}

async fn find(caller: &Caller, id: &str) -> Result<SavedView> {
    caller.must(Permission::ContentRead)?;
    store::find(&caller.tx, &caller.actor.user_id, id).await?.ok_or(Error::NotFound)
}

/// Refuses unless the view is the caller's own, or shared and the caller keeps the organization's content in order.
fn must_own(caller: &Caller, view: &SavedView) -> Result<()> {
    if may_change(caller, view) {
        return Ok(());
    }
    let words = format!("This view belongs to {}. Ask them, or save one of your own.", view.owner_name);
    Err(Error::Forbidden(words))
}

/// Whether the caller may rename, share and delete a view.
pub fn may_change(caller: &Caller, view: &SavedView) -> bool {
    view.owner_id == caller.actor.user_id || caller.may(Permission::ContentPublish)
}

async fn reread(caller: &Caller, id: &str) -> Result<SavedView> {
    let gone = || Error::internal("a view that was just written is not there");
    store::read(&caller.tx, &caller.actor.user_id, id).await?.ok_or_else(gone)
}

fn taken() -> Error {
    Error::Taken(FieldError::new("name", "taken", "You have a view of this name already. Choose another name."))
}

fn as_taken(error: Error) -> Error {
    let is_name = kernel::db::violated_constraint(&error) == Some("content_views_name_key");
    if is_name { taken() } else { error }
}
