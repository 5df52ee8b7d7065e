//! The moves of an item through its workflow, by hand and by itself at a time.

use jiff::Timestamp;
use kernel::access::{Caller, Permission};
use kernel::validate::Problems;
use kernel::{Error, Result, audit, jobs};
use serde_json::json;

use super::upkeep::{index_later, note_all_media};
use super::{lock, reread};
use crate::items::draft::{Draft, RawItem};
use crate::items::expiry;
use crate::items::jobs::{ExpireItem, PublishScheduled};
use crate::items::model::{ContentStatus, Item, Move};
use crate::items::store::{self, Dates};
use crate::{changes, reviews, revisions};

/// Makes an item public now. Does nothing if it already is.
pub async fn publish(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<Item> {
    caller.must(Permission::ContentPublish)?;
    let item = lock(caller, id, expected_version).await?;
    let meant = item.scheduled_for;
    publish_locked(caller, item, meant).await
}

/// The same for an item that goes out with others, whose time it has where that has come. Those others may have waited
/// for a program that did not run, and readers are told when they were meant to go out.
pub async fn publish_with_others(caller: &Caller, id: &str, meant: Option<Timestamp>) -> Result<Item> {
    caller.must(Permission::ContentPublish)?;
    let item = lock(caller, id, None).await?;
    publish_locked(caller, item, meant).await
}

async fn publish_locked(caller: &Caller, item: Item, meant: Option<Timestamp>) -> Result<Item> {
    if item.status == ContentStatus::Published {
        return Ok(item);
    }
    let meant = meant.filter(|at| *at <= caller.now);
    transition(caller, item, Move::Publish, meant).await
}

/// Makes an item public at a time to come.
pub async fn schedule(caller: &Caller, id: &str, at: Timestamp, expected_version: Option<i32>) -> Result<Item> {
    caller.must(Permission::ContentPublish)?;
    if at <= caller.now {
        let words = "This time has passed. Choose one that is still to come, or publish now.";
        return Err(Error::invalid("scheduled_for", "in_the_past", words));
    }
    let item = lock(caller, id, expected_version).await?;
    transition(caller, item, Move::Schedule, Some(at)).await
}

/// Makes any other move of the workflow.
pub async fn make_move(caller: &Caller, id: &str, step: Move, expected_version: Option<i32>) -> Result<Item> {
    match step {
        Move::Publish => return publish(caller, id, expected_version).await,
        Move::Submit => caller.must(Permission::ContentEdit)?,
        _ => caller.must(Permission::ContentPublish)?,
    }
    let item = lock(caller, id, expected_version).await?;
    transition(caller, item, step, None).await
}

/// Makes a move. `at` is the time to come of one that is scheduled, and of one that is published the time, not later than
/// now, that it was meant for.
async fn transition(caller: &Caller, item: Item, step: Move, at: Option<Timestamp>) -> Result<Item> {
    let next = item.status.after(step)?;
    // One that was due while no program ran was in order when it was scheduled: it is published, and gone at its end.
    let is_due = [item.scheduled_for, at].into_iter().flatten().any(|due| due <= caller.now);
    if matches!(next, ContentStatus::Scheduled | ContentStatus::Published) && !is_due {
        expiry::check(item.expires_at, at, caller.now)?;
    }
    let published_at = match next {
        // One that was public before keeps its first date.
        ContentStatus::Published => item.published_at.or(at).or(Some(caller.now)),
        _ => item.published_at,
    };
    let scheduled_for = at.filter(|_| next == ContentStatus::Scheduled);
    store::set_status(&caller.tx, &item.id, next, &Dates { published_at, scheduled_for }).await?;
    reviews::store::close(&caller.tx, &item.id).await?;
    revisions::store::seal(&caller.tx, &item.id).await?;
    index_later(caller, &item.id).await?;
    if item.status == ContentStatus::Published && next != ContentStatus::Published {
        changes::actions::take_over(caller, &item.id).await?;
    }
    if let Some(at) = scheduled_for {
        queue_publication(caller, &item.id, at).await?;
    }
    if next == ContentStatus::Published {
        store::forget_slug(&caller.tx, &item.slug).await?;
        queue_expiry(caller, &item.id, item.expires_at).await?;
    }
    let details = json!({
        "title": item.title, "slug": item.slug, "from": item.status, "to": next, "scheduled_for": scheduled_for
    });
    audit::record(caller, &format!("content.{}", step.as_str()), ("content", &item.id), details).await?;
    reread(caller, &item.id).await
}

/// Gives an item that was brought back what does not come with its rows: its place in searches, the uses of files, and
/// the jobs that publish it, its changes, or end it. One whose time has passed is a draft.
pub(crate) async fn settle_again(caller: &Caller, id: &str) -> Result<Item> {
    let mut item = reread(caller, id).await?;
    if item.status == ContentStatus::Scheduled && item.scheduled_for.is_none_or(|at| at <= caller.now) {
        // Its time passed while it was away: nobody expects it to go out the moment that it is brought back.
        let dates = Dates { published_at: item.published_at, scheduled_for: None };
        store::set_status(&caller.tx, id, ContentStatus::Draft, &dates).await?;
        item = reread(caller, id).await?;
    }
    if item.status == ContentStatus::Published {
        store::forget_slug(&caller.tx, &item.slug).await?;
    }
    index_later(caller, id).await?;
    note_all_media(caller, id, &Draft::of(&item, RawItem::default(), Problems::new())?).await?;
    match (item.status, item.scheduled_for) {
        (ContentStatus::Scheduled, Some(at)) => queue_publication(caller, id, at).await?,
        (ContentStatus::Published, _) => {
            queue_expiry(caller, id, item.expires_at).await?;
            changes::actions::settle_again(caller, id).await?;
        }
        _ => {}
    }
    Ok(item)
}

async fn queue_publication(caller: &Caller, id: &str, at: Timestamp) -> Result<()> {
    let job = PublishScheduled { item: id.to_owned(), by: Some(caller.actor.user_id.clone()) };
    jobs::enqueue(&caller.tx, Some(caller.tx.organization()), &job, at).await
}

pub(super) async fn queue_expiry(caller: &Caller, id: &str, expires_at: Option<Timestamp>) -> Result<()> {
    let Some(at) = expires_at else { return Ok(()) };
    let at = at.max(caller.now);
    jobs::enqueue(&caller.tx, Some(caller.tx.organization()), &ExpireItem { item: id.to_owned() }, at).await
}
