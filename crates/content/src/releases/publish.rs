//! Publishing a release: all of it in the caller's transaction, or nothing.

use kernel::access::{Caller, Permission};
use kernel::{Error, Result, audit};
use serde_json::json;

use super::actions::{lock, release_has_items, reread};
use super::model::{ITEMS_MOST, Release, ReleaseStatus};
use super::store::{self, Standing};
use crate::bin;
use crate::items::actions as items;

/// Makes every item of a release public now.
///
/// When one cannot be published, all reasons are told and none is: whoever gets an error must not commit.
pub async fn publish(caller: &Caller, id: &str, version: Option<i32>) -> Result<Release> {
    caller.must(Permission::ContentPublish)?;
    let release = lock(caller, id, version).await?;
    release.must_be_open()?;
    release_has_items(&release)?;
    let mut members = store::items(&caller.tx, id).await?;
    if usize::try_from(release.item_count).is_ok_and(|count| count > ITEMS_MOST) {
        let words = format!("A release holds at most {ITEMS_MOST} items. Take some out first.");
        return Err(Error::Conflict(words));
    }
    // In the order in which changes of many items lock theirs, so that neither waits for the other in a circle.
    members.sort_by(|one, other| one.id.cmp(&other.id));
    let mut refused = Vec::new();
    for member in &members {
        match items::publish_with_others(caller, &member.id, release.scheduled_for).await {
            Ok(_) => {}
            Err(error) => refused.push(format!("“{}”: {}", member.title, ui::words_of(error)?)),
        }
    }
    if !refused.is_empty() {
        let (some, all) = (refused.len(), members.len());
        return Err(Error::Conflict(format!(
            "Nothing was published, because {some} of {all} items cannot be. {}",
            refused.join(" ")
        )));
    }
    let published_at = release.scheduled_for.filter(|at| *at <= caller.now).unwrap_or(caller.now);
    let standing = Standing { published_at: Some(published_at), ..Standing::default() };
    store::set_status(&caller.tx, id, ReleaseStatus::Published, &standing).await?;
    bin::store::leave_release(&caller.tx, id).await?;
    let details = json!({ "name": release.name, "items": members.len() });
    audit::record(caller, "release.publish", ("release", id), details).await?;
    reread(caller, id).await
}

/// Writes down that a release's time came and nothing of it was published.
pub async fn fail(caller: &Caller, id: &str, reason: &str) -> Result<()> {
    let release = lock(caller, id, None).await?;
    if release.status != ReleaseStatus::Scheduled {
        return Ok(());
    }
    let standing =
        Standing { scheduled_for: release.scheduled_for, failure: Some(reason.to_owned()), ..Standing::default() };
    store::set_status(&caller.tx, id, ReleaseStatus::Failed, &standing).await?;
    let details = json!({ "name": release.name, "reason": reason });
    audit::record(caller, "release.fail", ("release", id), details).await
}
