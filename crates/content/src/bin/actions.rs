//! Every write to the bin. The caller commits.

use kernel::access::{Caller, Permission};
use kernel::{Error, Result, audit, jobs};
use serde_json::json;

use super::jobs::PurgeBin;
use super::{KEPT_FOR, store};
use crate::items::actions as items;
use crate::items::model::Item;
use crate::translations::store as translations;
use crate::{limits, releases};

/// Deletes an item: it lies in the bin for a month.
pub async fn put(caller: &Caller, item: &Item) -> Result<()> {
    caller.must(Permission::ContentPublish)?;
    releases::actions::refuse_leaving(caller, &item.id).await?;
    store::put(&caller.tx, &item.id, &caller.actor.name, caller.now).await?;
    let job = PurgeBin { until: caller.now };
    jobs::enqueue(&caller.tx, Some(caller.tx.organization()), &job, caller.now + KEPT_FOR).await?;
    let details = json!({ "title": item.title, "slug": item.slug, "status": item.status });
    audit::record(caller, "content.delete", ("content", &item.id), details).await
}

/// Brings an item back as it was, but as a draft where it was to be published meanwhile; under the next free slug if another
/// item has its slug by now.
pub async fn take_back(caller: &Caller, id: &str) -> Result<Item> {
    caller.must(Permission::ContentPublish)?;
    let kept = store::lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    limits::must_have_room(&caller.tx, 1).await?;
    let slug = items::free_slug(caller, id, kept["slug"].as_str().unwrap_or_default()).await?;
    store::take_back(&caller.tx, id, &slug).await?;
    let item = items::settle_again(caller, id).await?;
    // Another may have got its language meanwhile.
    if let Some(group) = translations::group_of(&caller.tx, id).await?
        && translations::has_variant_in(&caller.tx, id, &item.language).await?
    {
        translations::remove(&caller.tx, id, &group).await?;
    }
    let details = json!({ "title": item.title, "slug": item.slug, "status": item.status });
    audit::record(caller, "content.undelete", ("content", id), details).await?;
    Ok(item)
}

/// Deletes for good what lies in the bin.
pub async fn forget(caller: &Caller, id: &str) -> Result<()> {
    caller.must(Permission::ContentPublish)?;
    let kept = store::lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    store::forget(&caller.tx, id).await?;
    audit::record(caller, "content.purge", ("content", id), json!({ "title": kept["title"] })).await
}
