//! Every change to an asset's file. The new file is whole in the store before the row knows of it; what a crash leaves
//! there lies in the asset's own folder and goes with it.

use bytes::Bytes;
use futures_util::Stream;
use kernel::access::{Caller, Permission};
use kernel::validate::Problems;
use kernel::{Error, Result, audit, jobs, secret};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::edit::{Edit, RawEdit};
use super::jobs::DropUnnamed;
use super::store::{self, File};
use crate::assets::{self, Asset};
use crate::kinds::FileType;
use crate::pictures::jobs::{DeleteFolders, OLD_KEPT_FOR};
use crate::pictures::{self, making};
use crate::uploads::actions::SENT_WITHIN;
use crate::uploads::intake::{self, Named};
use crate::{limits, posters};

/// Former files of one asset that are kept to be put back.
const FORMER_MOST: i64 = 10;

/// Crops, turns or mirrors a picture. With `expected_version` set, only if nobody changed it since.
pub async fn edit(
    caller: &mut Caller,
    id: &str,
    raw: &RawEdit,
    problems: Problems,
    expected_version: Option<i32>,
) -> Result<Asset> {
    let asset = permitted(caller, id, expected_version).await?;
    let size = asset.width.zip(asset.height).unwrap_or((0, 0));
    if asset.is_animated {
        let words = "This picture moves, and would stand still after that. Change it elsewhere and replace the file.";
        return Err(Error::Conflict(words.into()));
    }
    let edit = Edit::checked(raw, (&asset.mime_type, size), problems)?;
    // Unpacking takes its time, during which no transaction stays open.
    let folder = new_folder(&asset);
    forget_later(caller, &asset, &folder).await?;
    caller.commit_and_continue().await?;
    let turn = making::turn().await?;
    let reading = caller.app.files.read(&asset.file_name, None).await?.ok_or(Error::NotFound)?;
    let (mime, bytes) = (asset.mime_type.clone(), reading.bytes().await?);
    let work = move || {
        let _turn = turn;
        edit.apply(&mime, &bytes)
    };
    let edited = tokio::task::spawn_blocking(work).await.map_err(Error::internal)??;
    let Some(edited) = edited else {
        let words = "This picture is damaged and cannot be unpacked. Replace the file by one that is whole.";
        return Err(Error::Conflict(words.into()));
    };
    let content_type = FileType::named(&asset.mime_type).map_or("application/octet-stream", |one| one.mime);
    let file = File {
        file_name: format!("{folder}/{}", asset.name_in_address()),
        mime_type: asset.mime_type.clone(),
        file_size: i64::try_from(edited.bytes.len()).unwrap_or(i64::MAX),
        size: Some(edited.size),
        duration: None,
        is_animated: false,
        sha256: Some(Sha256::digest(&edited.bytes).to_vec()),
        focal_point: edit.moved(size, asset.focal_x.zip(asset.focal_y)),
    };
    caller.app.files.put(&file.file_name, content_type, edited.bytes.into()).await?;
    let outcome = put(caller, &asset, file, "edit").await;
    settle(caller, &folder, outcome).await
}

/// Replaces an asset's file by another of the same kind. Commits on the way; the caller commits the rest.
pub async fn replace<S>(
    caller: &mut Caller,
    id: &str,
    named: &Named,
    (source, expected_version): (S, Option<i32>),
) -> Result<Asset>
where
    S: Stream<Item = Result<Bytes>> + Unpin,
{
    let asset = permitted(caller, id, expected_version).await?;
    let folder = new_folder(&asset);
    forget_later(caller, &asset, &folder).await?;
    caller.commit_and_continue().await?;
    let replaced = async {
        let received = intake::receive(&caller.app.files, &folder, named, source).await?;
        let was = FileType::named(&asset.mime_type).map(|one| one.kind);
        if was.is_some_and(|kind| kind != received.file_type.kind) {
            let words = format!(
                "“{}” is of another kind ({}) than the file it would replace, and pages that show that one expect the same kind. Choose \
                 another file, or add this one to the library as a file of its own.",
                named.name, received.file_type.label
            );
            return Err(Error::invalid("file", "type_mismatch", words));
        }
        Ok(File {
            file_name: received.key,
            mime_type: received.file_type.mime.to_owned(),
            file_size: i64::try_from(received.size).unwrap_or(i64::MAX),
            size: received.dimensions,
            duration: received.duration,
            is_animated: received.is_animated,
            sha256: Some(received.sha256),
            focal_point: asset.focal_x.zip(asset.focal_y),
        })
    };
    let outcome = match replaced.await {
        Ok(file) => put(caller, &asset, file, "replace").await,
        Err(error) => Err(error),
    };
    settle(caller, &folder, outcome).await
}

/// Clears away the file of a change that was not made after all.
async fn settle(caller: &mut Caller, folder: &str, outcome: Result<Asset>) -> Result<Asset> {
    if outcome.is_err() {
        caller.start_over().await?;
        caller.app.files.delete_folder(folder).await?;
    }
    outcome
}

/// Queues that a folder is cleared away unless the asset has come to name it: whoever makes the change may not come to its end.
async fn forget_later(caller: &Caller, asset: &Asset, folder: &str) -> Result<()> {
    let job = DropUnnamed { asset: asset.id.clone(), folder: folder.to_owned() };
    jobs::enqueue(&caller.tx, Some(caller.tx.organization()), &job, caller.now + SENT_WITHIN).await
}

/// Puts back the file that stood there before the last change.
pub async fn undo(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<Asset> {
    permitted(caller, id, expected_version).await?;
    let asset = assets::store::lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    let Some(file) = store::take_last(&caller.tx, id).await? else {
        return Err(Error::Conflict("Nothing was done to this file that could be taken back.".into()));
    };
    let file = told_apart(caller, &asset, file).await?;
    store::put(&caller.tx, id, &file).await.map_err(assets::actions::as_twin)?;
    drop_files(caller, vec![asset.file_name.clone()]).await?;
    told(caller, &asset, "undo").await
}

/// Whoever may not publish may not change what is in use either, for that is public at once.
async fn permitted(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<Asset> {
    caller.must(Permission::ContentEdit)?;
    let asset = assets::actions::lock(caller, id, expected_version).await?;
    must_may_publish(caller, &asset)?;
    Ok(asset)
}

fn must_may_publish(caller: &Caller, asset: &Asset) -> Result<()> {
    if asset.usage_count > 0 { caller.must(Permission::ContentPublish) } else { Ok(()) }
}

/// A folder within the asset's own, in which nothing lies.
fn new_folder(asset: &Asset) -> String {
    format!("{}/o{}-{}", asset.store_folder(), asset.revision + 1, &secret::token()[..12])
}

async fn put(caller: &Caller, before: &Asset, file: File, change: &str) -> Result<Asset> {
    let asset = assets::store::lock(&caller.tx, &before.id).await?.ok_or(Error::NotFound)?;
    if asset.revision != before.revision {
        let words = "Somebody changed this file in the meantime. Look at it again, then make your change.";
        return Err(Error::Conflict(words.into()));
    }
    let file = told_apart(caller, &asset, file).await?;
    must_may_publish(caller, &asset)?;
    // What stands there now is kept among the former files.
    limits::must_have_room(&caller.tx, 0, file.file_size).await?;
    store::keep(&caller.tx, &asset, change, (caller.actor.user_id.as_str(), caller.now)).await?;
    store::put(&caller.tx, &asset.id, &file).await.map_err(assets::actions::as_twin)?;
    let forgotten = store::forget_oldest(&caller.tx, &asset.id, FORMER_MOST).await?;
    drop_files(caller, forgotten).await?;
    told(caller, &asset, change).await
}

/// The library knows bytes again by one asset of them. Another one that comes to the same bytes goes without their digest, so that
/// this address may show them too.
async fn told_apart(caller: &Caller, asset: &Asset, file: File) -> Result<File> {
    let Some(sha256) = &file.sha256 else { return Ok(file) };
    let twin = assets::store::by_sha256(&caller.tx, sha256).await?;
    let is_known = twin.is_some_and(|twin| twin.id != asset.id);
    Ok(if is_known { File { sha256: None, ..file } } else { file })
}

/// Deletes files that nothing refers to any more, a while from now: somebody may be reading them. The file that an asset
/// began with lies in no folder of its own and goes with the asset.
async fn drop_files(caller: &Caller, keys: Vec<String>) -> Result<()> {
    let folder = |key: &String| key.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let folders: Vec<String> =
        keys.iter().filter_map(folder).filter(|folder| folder.matches('/').count() == 2).collect();
    if folders.is_empty() {
        return Ok(());
    }
    let job = DeleteFolders { folders };
    jobs::enqueue(&caller.tx, Some(caller.tx.organization()), &job, caller.now + OLD_KEPT_FOR).await
}

async fn told(caller: &Caller, before: &Asset, change: &str) -> Result<Asset> {
    pictures::jobs::queue_cleanup(&caller.tx, before, caller.now).await?;
    let asset = assets::actions::reread(caller, &before.id).await?;
    pictures::jobs::queue(&caller.tx, &asset, caller.now).await?;
    posters::jobs::queue(&caller.tx, &asset, caller.now).await?;
    let details = json!({ "name": asset.name, "change": change, "revision": asset.revision });
    audit::record(caller, "media.change_file", ("media", &asset.id), details).await?;
    Ok(asset)
}
