//! Every step of a resumable upload. Commits as it goes, for what arrived must not be lost.

use bytes::Bytes;
use futures_util::Stream;
use jiff::SignedDuration;
use kernel::access::{Caller, Permission};
use kernel::{Error, Result, jobs};

use super::jobs::FinishUpload;
use super::parts::{self, Digester};
use crate::uploads::jobs::queue_sweep;
use crate::uploads::store::{self, Progress, Upload};
use crate::uploads::{PARTS, actions};

/// How long an upload waits for more before it is given up.
pub const WAITS_FOR: SignedDuration = SignedDuration::from_hours(24);
/// When a whole upload is made an asset by a job, should the request that brought its end not have come so far.
const FINISHED_WITHIN: SignedDuration = SignedDuration::from_mins(2);

/// The upload of this id, if it still can go on.
pub async fn find(caller: &Caller, id: &str) -> Result<Upload> {
    let upload = store::find(&caller.tx, id).await?.filter(|upload| upload.length.is_some());
    upload.filter(|upload| upload.expires_at > caller.now).ok_or(Error::NotFound)
}

/// Appends what a request brings, and makes the upload an asset when it is whole. Gives none when the checksum is another
/// one, after which nothing of it counts.
pub async fn append<S>(caller: &mut Caller, upload: Upload, digester: Digester, source: S) -> Result<Option<Upload>>
where
    S: Stream<Item = Result<Bytes>> + Unpin,
{
    caller.must(Permission::ContentEdit)?;
    let id = upload.id.clone();
    if !upload.is_whole() {
        let agreed = receive(caller, &upload, digester, source).await?;
        if !agreed {
            return Ok(None);
        }
    }
    caller.start_over().await?;
    let upload = find(caller, &id).await?;
    if upload.is_whole() && upload.asset_id.is_none() {
        return finish(caller, upload).await.map(Some);
    }
    Ok(Some(upload))
}

/// Puts what arrives into the store, part by part. With a checksum, nothing counts before all of it was seen. Parts that do
/// not count in the end are not kept.
async fn receive<S>(caller: &mut Caller, upload: &Upload, digester: Digester, source: S) -> Result<bool>
where
    S: Stream<Item = Result<Bytes>> + Unpin,
{
    let mut uncounted = Vec::new();
    let outcome = receive_parts(caller, upload, (digester, source), &mut uncounted).await;
    if !matches!(outcome, Ok(true)) {
        forget(caller, &upload.folder(caller.organization_id()), &uncounted).await?;
    }
    outcome
}

async fn receive_parts<S>(
    caller: &mut Caller,
    upload: &Upload,
    (mut digester, mut source): (Digester, S),
    uncounted: &mut Vec<String>,
) -> Result<bool>
where
    S: Stream<Item = Result<Bytes>> + Unpin,
{
    let folder = upload.folder(caller.organization_id());
    let (mut offset, mut arrived) = (upload.received, 0);
    let length = upload.length.unwrap_or(0);
    caller.start_over().await?;
    loop {
        let room = usize::try_from(length - offset - arrived).unwrap_or(0);
        let part = parts::gather(&mut source, &mut digester, room).await?;
        let size = i64::try_from(part.bytes.len()).unwrap_or(i64::MAX);
        if size > 0 {
            uncounted.push(parts::put(&caller.app.files, &folder, offset + arrived, part.bytes).await?);
            arrived += size;
        }
        if !digester.is_wanted() && arrived > 0 {
            note(caller, upload, (offset, arrived), uncounted).await?;
            (offset, arrived) = (offset + arrived, 0);
            uncounted.clear();
        }
        match part.end {
            None => {}
            Some(Err(error)) => return Err(error),
            Some(Ok(())) => break,
        }
    }
    if !digester.is_wanted() {
        return Ok(true);
    }
    if !digester.agrees() {
        return Ok(false);
    }
    note(caller, upload, (offset, arrived), uncounted).await?;
    Ok(true)
}

/// Deletes parts that do not count.
async fn forget(caller: &Caller, folder: &str, parts: &[String]) -> Result<()> {
    for part in parts {
        caller.app.files.delete(&format!("{folder}/{PARTS}/{part}")).await?;
    }
    Ok(())
}

async fn note(caller: &mut Caller, upload: &Upload, (offset, arrived): (i64, i64), parts: &[String]) -> Result<()> {
    let expires_at = caller.app.clock.now() + WAITS_FOR;
    let progress = Progress { id: &upload.id, offset, arrived, parts, expires_at };
    if !store::advance(&caller.tx, &progress).await? {
        let words = "Another request brought this part, or the upload was ended. Ask with HEAD where it stands.";
        return Err(Error::Conflict(words.into()));
    }
    queue_sweep(&caller.tx, expires_at).await?;
    if upload.length == Some(offset + arrived) {
        let job = FinishUpload { upload: upload.id.clone(), user: caller.actor.user_id.clone() };
        jobs::enqueue(&caller.tx, Some(caller.tx.organization()), &job, caller.now + FINISHED_WITHIN).await?;
    }
    caller.commit_and_continue().await
}

/// Makes a whole upload an asset. Does nothing if it is one.
pub async fn finish(caller: &mut Caller, upload: Upload) -> Result<Upload> {
    let folder = upload.folder(caller.organization_id());
    let source = parts::joined(caller.app.files.clone(), &folder, upload.parts.clone());
    let id = upload.id.clone();
    let taken = match actions::receive(caller, &upload, source).await {
        Ok(received) => match store::lock(&caller.tx, &id).await? {
            // Another request was faster.
            Some(upload) if upload.asset_id.is_some() => return Ok(upload),
            _ => actions::finish(caller, &upload, received).await,
        },
        Err(error) => Err(error),
    };
    match taken {
        Ok(taken) => {
            store::set_asset(&caller.tx, &id, &taken.asset.id, taken.is_duplicate).await?;
            caller.commit_and_continue().await?;
            let leftover = if taken.is_duplicate { folder } else { format!("{folder}/{PARTS}") };
            caller.app.files.delete_folder(&leftover).await?;
            find(caller, &id).await
        }
        Err(error) => refuse(caller, &id, &folder, error).await,
    }
}

/// Notes why an upload cannot become an asset. Trouble of ours is no reason: then it is tried again.
async fn refuse(caller: &mut Caller, id: &str, folder: &str, error: Error) -> Result<Upload> {
    caller.start_over().await?;
    // Locked, so that nobody makes an asset of it between this look and the end of its bytes.
    let Some(upload) = store::lock(&caller.tx, id).await? else {
        // It was ended meanwhile; what was written since is nobody's, unless it is an asset's.
        let token = folder.rsplit('/').next().unwrap_or_default();
        if !store::is_assets(&caller.tx, token).await? {
            caller.app.files.delete_folder(folder).await?;
        }
        return Err(error);
    };
    if upload.asset_id.is_some() {
        return Ok(upload);
    }
    if matches!(error, Error::Internal(_) | Error::Unavailable) {
        return Err(error);
    }
    let detail = match &error {
        Error::Invalid(errors) => errors.first().map_or_else(String::new, |error| error.message.clone()),
        error => error.to_string(),
    };
    let refusal = serde_json::json!({ "status": error.status().as_u16(), "detail": detail });
    store::set_refusal(&caller.tx, id, &refusal).await?;
    caller.commit_and_continue().await?;
    caller.app.files.delete_folder(folder).await?;
    Err(error)
}

/// Ends an upload and clears away what it brought.
pub async fn terminate(caller: &mut Caller, id: &str) -> Result<()> {
    caller.must(Permission::ContentEdit)?;
    // Waits for whoever is making an asset of it, whose file it would be otherwise that is cleared away.
    let upload = store::lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    if upload.asset_id.is_none() {
        store::set_refusal(&caller.tx, id, &serde_json::json!({ "status": 410, "detail": "This upload was ended." }))
            .await?;
        caller.commit_and_continue().await?;
        caller.app.files.delete_folder(&upload.folder(caller.organization_id())).await?;
    }
    store::delete(&caller.tx, id).await?;
    caller.commit_and_continue().await
}
