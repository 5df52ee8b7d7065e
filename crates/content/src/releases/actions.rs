//! Every write to releases but their publication: permission, rule, store, job. The caller commits.

use jiff::Timestamp;
use kernel::access::{Caller, Permission};
use kernel::api::Patch;
use kernel::validate::Problems;
use kernel::{Error, Result, audit, jobs};
use serde_json::json;

use super::jobs::PublishRelease;
use super::model::{ITEMS_MOST, RawNewRelease, RawRelease, Release, ReleaseStatus, Words};
use super::store::{self, Standing};
use crate::items::model::{ContentStatus, Item};
use crate::items::store as items;

/// Makes a release, empty or with items.
pub async fn create(caller: &Caller, raw: &RawNewRelease, mut problems: Problems) -> Result<Release> {
    caller.must(Permission::ContentPublish)?;
    let words = Words::check(&mut problems, &raw.name, raw.note.as_deref());
    problems.finish(())?;
    let id = caller.new_id();
    store::insert(&caller.tx, &id, &words, &caller.actor.user_id, caller.now).await?;
    audit::record(caller, "release.create", ("release", &id), json!({ "name": words.name })).await?;
    if !raw.items.is_empty() {
        add(caller, &id, &raw.items, Problems::new()).await?;
    }
    reread(caller, &id).await
}

/// Changes a release's name and note.
pub async fn edit(
    caller: &Caller,
    id: &str,
    raw: &RawRelease,
    mut problems: Problems,
    version: Option<i32>,
) -> Result<Release> {
    caller.must(Permission::ContentPublish)?;
    let release = lock(caller, id, version).await?;
    let name = raw.name.as_ref().unwrap_or(&release.name);
    let note = match &raw.note {
        Patch::Keep => release.note.as_deref(),
        Patch::Clear => None,
        Patch::Set(note) => Some(note.as_str()),
    };
    let words = Words::check(&mut problems, name, note);
    problems.finish(())?;
    if (&words.name, &words.note) == (&release.name, &release.note) {
        return Ok(release);
    }
    store::update(&caller.tx, id, &words).await?;
    audit::record(caller, "release.change", ("release", id), json!({ "name": words.name })).await?;
    reread(caller, id).await
}

/// Puts items into a release, all of them or none.
pub async fn add(caller: &Caller, id: &str, ids: &[String], mut problems: Problems) -> Result<Release> {
    caller.must(Permission::ContentPublish)?;
    if ids.is_empty() || ids.len() > ITEMS_MOST {
        problems.add("ids", "out_of_range", format!("Name 1 to {ITEMS_MOST} items."));
    }
    let release = lock(caller, id, None).await?;
    problems.finish(())?;
    release.must_be_open()?;
    // In one order, so that two who add the same items never wait for each other in a circle.
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let mut refused = Vec::new();
    for content_id in &ids {
        if !kernel::id::is_well_formed(content_id) {
            return Err(Error::invalid("ids", "unknown", "One of these is the id of no item."));
        }
        match items::lock(&caller.tx, content_id).await? {
            None => refused.push(format!("There is no item {content_id}.")),
            Some(item) => match refusal(caller, &release, &item).await? {
                Some(words) => refused.push(words),
                None => store::add_item(&caller.tx, id, content_id, caller.now).await?,
            },
        }
    }
    if !refused.is_empty() {
        return Err(Error::invalid("ids", "not_possible", refused.join(" ")));
    }
    store::touch(&caller.tx, id).await?;
    let release = reread(caller, id).await?;
    if usize::try_from(release.item_count).is_ok_and(|count| count > ITEMS_MOST) {
        let words = format!("A release holds at most {ITEMS_MOST} items. Make a second one for the rest.");
        return Err(Error::invalid("ids", "too_many", words));
    }
    let details = json!({ "name": release.name, "items": ids.len() });
    audit::record(caller, "release.add_items", ("release", id), details).await?;
    Ok(release)
}

/// Why an item cannot wait in this release, if it cannot.
async fn refusal(caller: &Caller, release: &Release, item: &Item) -> Result<Option<String>> {
    let title = &item.title;
    let words = match item.status {
        ContentStatus::Published => format!("“{title}” is published already."),
        ContentStatus::Archived => format!("“{title}” is archived. Restore it first."),
        ContentStatus::Scheduled => format!("“{title}” has a time of its own. Cancel its schedule first."),
        ContentStatus::Draft | ContentStatus::Review | ContentStatus::Approved => {
            let other = store::open_release_of(&caller.tx, &item.id).await?;
            return Ok(other
                .filter(|other| other.id != release.id)
                .map(|other| format!("“{title}” waits in the release “{}”. Take it out there first.", other.name)));
        }
    };
    Ok(Some(words))
}

/// Takes an item out of a release.
pub async fn remove(caller: &Caller, id: &str, content_id: &str) -> Result<Release> {
    caller.must(Permission::ContentPublish)?;
    let release = lock(caller, id, None).await?;
    release.must_be_open()?;
    if !store::remove_item(&caller.tx, id, content_id).await? {
        return Err(Error::NotFound);
    }
    store::touch(&caller.tx, id).await?;
    let details = json!({ "name": release.name, "content_id": content_id });
    audit::record(caller, "release.remove_item", ("release", id), details).await?;
    reread(caller, id).await
}

/// Makes all of it public at a time to come.
pub async fn schedule(caller: &Caller, id: &str, at: Timestamp, version: Option<i32>) -> Result<Release> {
    caller.must(Permission::ContentPublish)?;
    if at <= caller.now {
        let words = "This time has passed. Choose one that is still to come, or publish now.";
        return Err(Error::invalid("scheduled_for", "in_the_past", words));
    }
    let release = lock(caller, id, version).await?;
    release.must_be_open()?;
    // Who deletes one of them meanwhile is done before, or sees that it goes out at a time.
    store::lock_items(&caller.tx, id).await?;
    release_has_items(&reread(caller, id).await?)?;
    let standing = Standing { scheduled_for: Some(at), ..Standing::default() };
    store::set_status(&caller.tx, id, ReleaseStatus::Scheduled, &standing).await?;
    let job = PublishRelease { release: id.to_owned(), by: Some(caller.actor.user_id.clone()) };
    jobs::enqueue(&caller.tx, Some(caller.tx.organization()), &job, at).await?;
    let details = json!({ "name": release.name, "scheduled_for": at });
    audit::record(caller, "release.schedule", ("release", id), details).await?;
    reread(caller, id).await
}

pub(super) fn release_has_items(release: &Release) -> Result<()> {
    if release.item_count > 0 {
        return Ok(());
    }
    Err(Error::Conflict(format!("“{}” holds nothing yet. Add items first.", release.name)))
}

/// Takes back the time at which a release was to be published.
pub async fn cancel(caller: &Caller, id: &str, version: Option<i32>) -> Result<Release> {
    caller.must(Permission::ContentPublish)?;
    let release = lock(caller, id, version).await?;
    if release.status != ReleaseStatus::Scheduled {
        return Err(Error::Conflict(format!("“{}” is not scheduled, so there is nothing to cancel.", release.name)));
    }
    store::set_status(&caller.tx, id, ReleaseStatus::Draft, &Standing::default()).await?;
    audit::record(caller, "release.cancel", ("release", id), json!({ "name": release.name })).await?;
    reread(caller, id).await
}

/// Deletes a release that was not published. Its items stay as they are.
pub async fn delete(caller: &Caller, id: &str, version: Option<i32>) -> Result<()> {
    caller.must(Permission::ContentPublish)?;
    let release = lock(caller, id, version).await?;
    release.must_be_open()?;
    store::delete(&caller.tx, id).await?;
    audit::record(caller, "release.delete", ("release", id), json!({ "name": release.name })).await
}

/// Refuses to delete what goes out with a release at a time that is set: the others would go out without it.
pub async fn refuse_leaving(caller: &Caller, content_id: &str) -> Result<()> {
    match store::open_release_of(&caller.tx, content_id).await? {
        Some(release) if release.status == ReleaseStatus::Scheduled => Err(Error::Conflict(format!(
            "This item goes out with the release “{}” at its time. Take it out of the release first, then delete it.",
            release.name
        ))),
        _ => Ok(()),
    }
}

/// Refuses an edit of an item that goes out at a release's time by somebody who may not publish.
pub async fn refuse_unseen_edit(caller: &Caller, content_id: &str) -> Result<()> {
    if caller.may(Permission::ContentPublish) {
        return Ok(());
    }
    match store::open_release_of(&caller.tx, content_id).await? {
        Some(release) if release.status == ReleaseStatus::Scheduled => Err(Error::Forbidden(format!(
            "This item goes out by itself with the release “{}”, so only owners and admins change it now. Ask one of them.",
            release.name
        ))),
        _ => Ok(()),
    }
}

pub(super) async fn lock(caller: &Caller, id: &str, version: Option<i32>) -> Result<Release> {
    let release = store::lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    match version {
        Some(expected) if expected != release.version => Err(Error::StaleVersion(format!(
            "Somebody changed this release in the meantime: it is at version {}. Load it again, then make your change.",
            release.version
        ))),
        _ => Ok(release),
    }
}

pub(super) async fn reread(caller: &Caller, id: &str) -> Result<Release> {
    store::find(&caller.tx, id).await?.ok_or(Error::NotFound)
}
