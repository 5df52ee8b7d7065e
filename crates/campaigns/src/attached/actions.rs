//! Every write to the content of campaigns: permission, rule, store. The caller commits.

use content::items::store as items;
use kernel::access::{Caller, Permission};
use kernel::db::violated_constraint;
use kernel::error::FieldError;
use kernel::validate::Problems;
use kernel::{Error, Result, audit};
use serde_json::json;

use super::model::{ATTACHED_MOST, Attached, PRIORITY_GREATEST, RawAttached, RawChange};
use super::store;
use crate::campaign::actions::lock;

/// Puts an item into a campaign.
pub async fn attach(caller: &Caller, id: &str, raw: &RawAttached, mut problems: Problems) -> Result<Attached> {
    caller.must(Permission::CampaignsManage)?;
    let campaign = lock(caller, id, None).await?;
    check_priority(&mut problems, raw.priority);
    let content = raw.content_id.as_deref().unwrap_or_default().trim();
    let title = if kernel::id::is_well_formed(content) {
        items::find(&caller.tx, content).await?.map(|item| item.title)
    } else {
        None
    };
    if title.is_none() {
        let words = "There is no such item. Choose one of your content.";
        problems.add("content_id", if content.is_empty() { "required" } else { "unknown" }, words);
    }
    if campaign.content_count >= ATTACHED_MOST {
        let words = format!("A campaign holds at most {ATTACHED_MOST} items. Take something out first.");
        problems.add("content_id", "too_many", words);
    }
    problems.finish(())?;
    let place = (raw.role.unwrap_or_default(), raw.priority.unwrap_or(0));
    let added = store::insert(&caller.tx, &caller.new_id(), (id, content), place, caller.now).await;
    if !added.map_err(gone)? {
        let words = "It belongs to this campaign already.";
        return Err(Error::Taken(FieldError::new("content_id", "taken", words)));
    }
    let details = json!({ "name": campaign.name, "content_id": content, "title": title });
    audit::record(caller, "campaign.attach", ("campaign", id), details).await?;
    reread(caller, id, content).await
}

/// The item may be deleted between the look at it and the writing.
fn gone(error: Error) -> Error {
    match violated_constraint(&error) {
        Some("campaign_content_content_fkey") => {
            Error::invalid("content_id", "unknown", "This item was deleted a moment ago. Choose another.")
        }
        _ => error,
    }
}

fn check_priority(problems: &mut Problems, priority: Option<i32>) {
    if priority.is_some_and(|priority| !(0..=PRIORITY_GREATEST).contains(&priority)) {
        problems.add("priority", "out_of_range", format!("Give a whole number from 0 to {PRIORITY_GREATEST}."));
    }
}

/// Gives an item of a campaign another role or priority.
pub async fn change(
    caller: &Caller,
    (id, content): (&str, &str),
    raw: &RawChange,
    mut problems: Problems,
) -> Result<Attached> {
    caller.must(Permission::CampaignsManage)?;
    let campaign = lock(caller, id, None).await?;
    let attached = store::find(&caller.tx, id, content).await?.ok_or(Error::NotFound)?;
    check_priority(&mut problems, raw.priority);
    problems.finish(())?;
    let place = (raw.role.unwrap_or(attached.role), raw.priority.unwrap_or(attached.priority));
    if place == (attached.role, attached.priority) {
        return Ok(attached);
    }
    store::update(&caller.tx, id, content, place).await?;
    let details = json!({ "name": campaign.name, "content_id": content, "role": place.0.as_str() });
    audit::record(caller, "campaign.attach", ("campaign", id), details).await?;
    reread(caller, id, content).await
}

/// Takes an item out of a campaign; the item stays as it is.
pub async fn detach(caller: &Caller, id: &str, content: &str) -> Result<()> {
    caller.must(Permission::CampaignsManage)?;
    let campaign = lock(caller, id, None).await?;
    if !store::remove(&caller.tx, id, content).await? {
        return Err(Error::NotFound);
    }
    let details = json!({ "name": campaign.name, "content_id": content });
    audit::record(caller, "campaign.detach", ("campaign", id), details).await
}

/// Puts the items of a campaign in this order; each of them is named once.
pub async fn arrange(caller: &Caller, id: &str, contents: &[String], mut problems: Problems) -> Result<()> {
    caller.must(Permission::CampaignsManage)?;
    let campaign = lock(caller, id, None).await?;
    let present = store::all(&caller.tx, id).await?;
    let mut named: Vec<&str> = contents.iter().map(String::as_str).collect();
    let mut expected: Vec<&str> = present.iter().map(|attached| attached.content_id.as_str()).collect();
    named.sort_unstable();
    expected.sort_unstable();
    if named != expected {
        problems.add("ids", "not_all", "Name every item of the campaign once, the first at the top.");
    }
    problems.finish(())?;
    store::arrange(&caller.tx, id, contents).await?;
    audit::record(caller, "campaign.arrange", ("campaign", id), json!({ "name": campaign.name })).await
}

/// Moves an item one place up or down among those of its campaign.
pub async fn shift(caller: &Caller, id: &str, content: &str, is_up: bool) -> Result<()> {
    caller.must(Permission::CampaignsManage)?;
    lock(caller, id, None).await?;
    let present = store::all(&caller.tx, id).await?;
    let mut contents: Vec<String> = present.into_iter().map(|attached| attached.content_id).collect();
    let place = contents.iter().position(|one| one == content).ok_or(Error::NotFound)?;
    let other = if is_up { place.checked_sub(1) } else { Some(place + 1) };
    if let Some(other) = other.filter(|other| *other < contents.len()) {
        contents.swap(place, other);
        store::arrange(&caller.tx, id, &contents).await?;
    }
    Ok(())
}

async fn reread(caller: &Caller, id: &str, content: &str) -> Result<Attached> {
    store::find(&caller.tx, id, content).await?.ok_or_else(|| Error::internal("an item that was just attached is gone"))
}
