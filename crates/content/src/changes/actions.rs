//! Every write to changes that wait: permission, rule, store, job. The caller commits.

use jiff::Timestamp;
use kernel::access::{Caller, Permission};
use kernel::db::Statements;
use kernel::error::FieldError;
use kernel::validate::Problems;
use kernel::{Error, Result, audit, jobs};
use serde_json::json;

use super::jobs::PublishChanges;
use super::model::{self, Changes};
use super::store::{self, NewChanges};
use crate::items::draft::{Draft, RawItem};
use crate::items::model::{ContentStatus, Item, Move};
use crate::items::{self, actions as item_actions, expiry};
use crate::{reviews, revisions};

/// Saves changes to a published item without making them public; what is sent is added to what was changed before.
///
/// With `expected_version` set, only if nobody saved changes since; 0 stands for none yet. `seen_version` is the item's
/// version that the writer saw, if they saw it whole.
pub async fn save(
    caller: &Caller,
    id: &str,
    (raw, problems): (RawItem, Problems),
    expected_version: Option<i32>,
    seen_version: Option<i32>,
) -> Result<Changes> {
    caller.must(Permission::ContentEdit)?;
    let item = item_actions::lock(caller, id, seen_version).await?;
    if item.status != ContentStatus::Published {
        problems.finish(())?;
        let words = "Only a published item has draft changes. Change the item itself: nobody sees it yet.";
        return Err(Error::Conflict(words.into()));
    }
    let stored = store::find(&caller.tx, id).await?;
    check_version(stored.as_ref(), expected_version)?;
    must_decide(caller, stored.as_ref())?;
    let before = match &stored {
        Some(changes) => changes.draft(&item)?,
        None => Draft::of(&item, RawItem::default(), Problems::new())?,
    };
    let draft = before.clone().changed_by(raw, problems)?;
    if draft.expires_at != before.expires_at {
        expiry::check(draft.expires_at, stored.as_ref().and_then(|stored| stored.scheduled_for), caller.now)?;
    }
    item_actions::check_references(caller, &draft, Some(&item)).await?;
    item_actions::wanted_slug(caller, id, &draft).await?;
    let fields = model::differences(&draft, &item);
    if !draft.is_autosave {
        revisions::store::seal(&caller.tx, id).await?;
    }
    if let Some(same) = stored.filter(|stored| stored.fields == fields) {
        return Ok(same);
    }
    let author_id = &caller.actor.user_id;
    let new = NewChanges { content_id: id, fields: &fields, base_version: item.version, author_id, now: caller.now };
    store::put(&caller.tx, &new).await?;
    keep_text(caller, &item, &before, &draft).await?;
    reread(caller, id).await
}

/// Keeps a revision of the text where it changed, and the files that either text shows.
async fn keep_text(caller: &Caller, item: &Item, before: &Draft, draft: &Draft) -> Result<()> {
    let text = |draft: &Draft| (draft.title.clone(), draft.content.as_str().to_owned(), draft.excerpt.clone());
    if text(before) != text(draft) {
        let mut revision = revisions::NewRevision::of(caller, &item.id, draft);
        revision.of_changes = true;
        revisions::store::add(&caller.tx, &revision).await?;
    }
    let live = Draft::of(item, RawItem::default(), Problems::new())?;
    item_actions::note_media(caller, &item.id, &[&live, draft]).await
}

/// Makes the changes public now: the item becomes what they say.
pub async fn publish(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<Item> {
    caller.must(Permission::ContentPublish)?;
    let (before, changes) = lock(caller, id, expected_version).await?;
    changes.status.after(Move::Publish)?;
    store::remove(&caller.tx, id).await?;
    reviews::store::close(&caller.tx, id).await?;
    let raw = model::commented(model::raw(&changes.fields)?, "Draft changes published");
    let item = item_actions::edit(caller, id, raw, Problems::new(), None).await?;
    let changed: Vec<&String> = changes.fields.keys().collect();
    let details = json!({ "title": before.title, "changed": changed });
    audit::record(caller, "content.publish_changes", ("content", id), details).await?;
    Ok(item)
}

/// Makes the changes public at a time to come.
pub async fn schedule(caller: &Caller, id: &str, at: Timestamp, expected_version: Option<i32>) -> Result<Changes> {
    caller.must(Permission::ContentPublish)?;
    if at <= caller.now {
        let words = "This time has passed. Choose one that is still to come, or publish the changes now.";
        return Err(Error::invalid("scheduled_for", "in_the_past", words));
    }
    let (item, changes) = lock(caller, id, expected_version).await?;
    let next = changes.status.after(Move::Schedule)?;
    expiry::check(changes.draft(&item)?.expires_at, Some(at), caller.now)?;
    store::set_status(&caller.tx, id, next, Some(at)).await?;
    reviews::store::close(&caller.tx, id).await?;
    queue_publication(caller, id, at).await?;
    note(caller, &item, "content.schedule_changes").await?;
    reread(caller, id).await
}

/// Makes another move of the changes' own workflow; [`Move::Unpublish`] takes them off the schedule.
pub async fn make_move(
    caller: &Caller,
    id: &str,
    step: Move,
    expected_version: Option<i32>,
) -> Result<(Item, Changes)> {
    let permission = if step == Move::Submit { Permission::ContentEdit } else { Permission::ContentPublish };
    caller.must(permission)?;
    let (item, changes) = lock(caller, id, expected_version).await?;
    let next = changes.status.after(step)?;
    store::set_status(&caller.tx, id, next, None).await?;
    reviews::store::close(&caller.tx, id).await?;
    let action = match step {
        Move::Submit => "content.submit_changes",
        Move::Approve => "content.approve_changes",
        Move::RequestChanges => "content.send_back_changes",
        _ => "content.unschedule_changes",
    };
    note(caller, &item, action).await?;
    Ok((item, reread(caller, id).await?))
}

/// Gives the changes up; the text that was written stays in the history.
pub async fn discard(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<()> {
    caller.must(Permission::ContentEdit)?;
    let (item, changes) = lock(caller, id, expected_version).await?;
    must_decide(caller, Some(&changes))?;
    store::remove(&caller.tx, id).await?;
    reviews::store::close(&caller.tx, id).await?;
    revisions::store::seal(&caller.tx, id).await?;
    let live = Draft::of(&item, RawItem::default(), Problems::new())?;
    item_actions::note_media(caller, id, &[&live]).await?;
    note(caller, &item, "content.discard_changes").await
}

/// Takes the changes over into an item that has just left the site, where nobody sees them before they are looked at
/// again. A field that cannot be taken over any more, such as a slug that is taken by now, is left as it was.
pub(crate) async fn take_over(caller: &Caller, id: &str) -> Result<()> {
    let Some(changes) = store::find(&caller.tx, id).await? else { return Ok(()) };
    store::remove(&caller.tx, id).await?;
    let mut fields = changes.fields;
    loop {
        // What the database itself refuses, such as a slug that somebody took meanwhile, ends a transaction otherwise.
        caller.tx.execute("SAVEPOINT taking_over", &[]).await?;
        let raw = model::commented(model::raw(&fields)?, "Draft changes taken over");
        let refused: Vec<FieldError> = match item_actions::edit(caller, id, raw, Problems::new(), None).await {
            Ok(_) => return Ok(()),
            Err(Error::Invalid(errors)) => errors,
            Err(Error::Taken(error)) => vec![error],
            Err(error) => return Err(error),
        };
        caller.tx.execute("ROLLBACK TO SAVEPOINT taking_over", &[]).await?;
        let before = fields.len();
        fields.retain(|name, _| refused.iter().all(|error| error.field != *name));
        if fields.len() == before {
            return Err(Error::internal("draft changes could not be taken over"));
        }
    }
}

/// Queues the publication of changes that came back with their item and have a time.
pub(crate) async fn settle_again(caller: &Caller, id: &str) -> Result<()> {
    let Some(changes) = store::find(&caller.tx, id).await? else { return Ok(()) };
    match (changes.status, changes.scheduled_for) {
        (ContentStatus::Scheduled, Some(at)) if at > caller.now => queue_publication(caller, id, at).await,
        (ContentStatus::Scheduled, _) => store::set_status(&caller.tx, id, ContentStatus::Draft, None).await,
        _ => Ok(()),
    }
}

async fn queue_publication(caller: &Caller, id: &str, at: Timestamp) -> Result<()> {
    let job = PublishChanges { item: id.to_owned(), by: caller.actor.user_id.clone() };
    jobs::enqueue(&caller.tx, Some(caller.tx.organization()), &job, at).await
}

/// The published item and its changes, kept from changing until the transaction ends.
async fn lock(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<(Item, Changes)> {
    let item = items::store::lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    let changes = store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    check_version(Some(&changes), expected_version)?;
    Ok((item, changes))
}

fn check_version(stored: Option<&Changes>, expected: Option<i32>) -> Result<()> {
    let version = stored.map_or(0, |changes| changes.version);
    if expected.is_none_or(|expected| expected == version) {
        return Ok(());
    }
    Err(Error::StaleVersion(format!(
        "Somebody changed these draft changes in the meantime: they are at version {version}. Load them again."
    )))
}

/// What was approved or is to be published at a time is changed only by those who may publish.
fn must_decide(caller: &Caller, changes: Option<&Changes>) -> Result<()> {
    match changes.map(|changes| changes.status) {
        Some(ContentStatus::Approved | ContentStatus::Scheduled) => caller.must(Permission::ContentPublish),
        _ => Ok(()),
    }
}

async fn note(caller: &Caller, item: &Item, action: &str) -> Result<()> {
    audit::record(caller, action, ("content", &item.id), json!({ "title": item.title })).await
}

async fn reread(caller: &Caller, id: &str) -> Result<Changes> {
    store::find(&caller.tx, id).await?.ok_or_else(|| Error::internal("changes that were just written are gone"))
}
