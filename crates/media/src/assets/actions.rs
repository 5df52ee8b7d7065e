//! Every write to assets that exist.

use jiff::SignedDuration;
use kernel::access::{Caller, Permission};
use kernel::validate::Problems;
use kernel::{Error, Result, audit, events, jobs};
use serde_json::json;

use super::draft::{AssetDraft, RawAsset};
use super::jobs::PurgeBin;
use super::{Asset, store};
use crate::uses::{self, User};
use crate::{limits, pictures, uploads};

/// How long what was deleted can be brought back.
pub const KEPT_IN_BIN: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How many uses are named when an asset in use is to be deleted.
const NAMED_MOST: usize = 5;

/// Changes what is said about an asset. With `expected_version` set, only if nobody changed it since.
pub async fn edit(
    caller: &Caller,
    id: &str,
    raw: RawAsset,
    problems: Problems,
    expected_version: Option<i32>,
) -> Result<Asset> {
    caller.must(Permission::ContentEdit)?;
    let asset = lock(caller, id, expected_version).await?;
    let draft = AssetDraft::of(&asset, raw, problems)?;
    let was = AssetDraft::stored(&asset);
    if draft == was {
        return Ok(asset);
    }
    if asset.usage_count > 0 && !caller.may(Permission::ContentPublish) {
        must_look_the_same(&draft, &was)?;
    }
    if draft.folder_id != was.folder_id {
        must_have_folder(caller, draft.folder_id.as_deref()).await?;
    }
    store::update(&caller.tx, id, &draft).await?;
    if draft.tags != was.tags {
        store::set_tags(&caller.tx, id, &draft.tags).await?;
    }
    events::emit(&caller.tx, "media.updated", (id, json!({ "name": draft.name })), caller.now).await?;
    let changed = reread(caller, id).await?;
    if changed.revision != asset.revision {
        pictures::jobs::queue(&caller.tx, &changed, caller.now).await?;
        pictures::jobs::queue_cleanup(&caller.tx, &asset, caller.now).await?;
    }
    Ok(changed)
}

/// Refuses what is public at once where a file is in use, as another file in its place would be. Told at the fields, so that all
/// else that was typed is not lost.
fn must_look_the_same(draft: &AssetDraft, was: &AssetDraft) -> Result<()> {
    let mut problems = Problems::new();
    let words = "This file is in use, so readers would see that at once. It takes the right to publish; ask an admin.";
    if draft.focal_point != was.focal_point {
        problems.add("focal_x", "in_use", words);
    }
    if draft.is_private != was.is_private {
        problems.add("is_private", "in_use", words);
    }
    problems.finish(())
}

/// Puts an asset into the bin, from where it can be brought back for a while. One that is used goes only by `force`.
pub async fn delete(caller: &Caller, id: &str, force: bool, expected_version: Option<i32>) -> Result<()> {
    caller.must(Permission::ContentPublish)?;
    let asset = lock(caller, id, expected_version).await?;
    if asset.usage_count > 0 && !force {
        return Err(in_use(&asset, &uses::of_asset(&caller.tx, id).await?));
    }
    put_into_bin(caller, &[id.to_owned()]).await?;
    audit::record(caller, "media.delete", ("media", id), json!({ "name": asset.name, "uses": asset.usage_count })).await
}

/// Puts assets into the bin; gives their ids. What is not there is passed over.
pub(crate) async fn put_into_bin(caller: &Caller, ids: &[String]) -> Result<Vec<String>> {
    let binned = store::put_into_bin(&caller.tx, ids, caller.now).await?;
    if !binned.is_empty() {
        let job = PurgeBin { deleted_at: caller.now };
        jobs::enqueue(&caller.tx, Some(caller.tx.organization()), &job, caller.now + KEPT_IN_BIN).await?;
    }
    Ok(binned)
}

/// Brings an asset back from the bin. Does nothing if it is not in there.
pub async fn restore(caller: &Caller, id: &str) -> Result<Asset> {
    caller.must(Permission::ContentPublish)?;
    store::lock_bin(&caller.tx).await?;
    match bring_back(caller, id).await? {
        Brought::Back(asset) => Ok(*asset),
        Brought::IsThere(words) => Err(Error::Conflict(words)),
    }
}

/// What became of an asset that was to be brought back.
pub(super) enum Brought {
    Back(Box<Asset>),
    /// The very same file is there already, in these words; nothing was changed.
    IsThere(String),
}

/// Brings an asset back while nobody else does ([`store::lock_bin`]). A file that is added at this very moment is a conflict
/// with which the whole transaction ends.
pub(super) async fn bring_back(caller: &Caller, id: &str) -> Result<Brought> {
    let Some((sha256, size)) = store::lock_in_bin(&caller.tx, id).await? else {
        let asset = store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
        return Ok(Brought::Back(Box::new(asset)));
    };
    if let Some(twin) = store::by_sha256(&caller.tx, &sha256).await? {
        let words = format!("The very same file is there already, as “{}”. Use that one.", twin.name);
        return Ok(Brought::IsThere(words));
    }
    limits::must_have_room(&caller.tx, 1, size).await?;
    store::take_from_bin(&caller.tx, id).await.map_err(as_twin)?;
    let asset = reread(caller, id).await?;
    audit::record(caller, "media.restore", ("media", id), json!({ "name": asset.name })).await?;
    Ok(Brought::Back(Box::new(asset)))
}

/// Somebody brought the very same bytes in at the same moment.
pub(crate) fn as_twin(error: Error) -> Error {
    match kernel::db::violated_constraint(&error) {
        Some("idx_media_org_sha256") => {
            Error::Conflict("The very same file is being added right now. Load the page again and use that one.".into())
        }
        _ => error,
    }
}

/// Refuses a folder that does not exist.
pub(super) async fn must_have_folder(caller: &Caller, folder_id: Option<&str>) -> Result<()> {
    match folder_id {
        Some(id) if !kernel::id::is_well_formed(id) || !uploads::store::has_folder(&caller.tx, id).await? => {
            Err(Error::invalid("folder_id", "unknown", "There is no such folder. Choose one that exists, or none."))
        }
        _ => Ok(()),
    }
}

fn in_use(asset: &Asset, uses: &[uses::Use]) -> Error {
    let named: Vec<String> =
        uses.iter().take(NAMED_MOST).map(|one| format!("the {} “{}”", User::noun(&one.kind), one.title)).collect();
    let more = uses.len().saturating_sub(NAMED_MOST);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    Error::Conflict(format!(
        "“{}” is used by {}{more}. Take it out there first, or delete it anyway with force=true.",
        asset.name,
        named.join(", ")
    ))
}

pub(crate) async fn lock(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<Asset> {
    let asset = store::lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    must_be_at(asset.version, expected_version)?;
    Ok(asset)
}

/// Refuses a change to what is at another version than whoever makes it has seen.
pub(crate) fn must_be_at(version: i32, expected: Option<i32>) -> Result<()> {
    if expected.is_none_or(|expected| expected == version) {
        return Ok(());
    }
    let words = format!(
        "Somebody changed this in the meantime: it is at version {version}. Load it again, then make your change."
    );
    Err(Error::StaleVersion(words))
}

pub(crate) async fn reread(caller: &Caller, id: &str) -> Result<Asset> {
    store::find(&caller.tx, id).await?.ok_or_else(|| Error::internal("an asset that was just written is gone"))
}
