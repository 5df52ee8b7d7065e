//! Taking files in. A row of `app.media_uploads` comes first, then the bytes, then the asset; the program may be killed
//! between any two of these, and what is left over is known by its row and swept when its time is over.

use bytes::Bytes;
use futures_util::Stream;
use jiff::SignedDuration;
use kernel::access::{Caller, Permission};
use kernel::validate::{Lines, Problems};
use kernel::{Error, Result, audit, secret};
use serde_json::json;

use super::intake::{self, Received};
use super::jobs::queue_sweep;
use super::names;
use super::store::{self, Upload};
use crate::assets::store::NewAsset;
use crate::assets::{self, Asset};
use crate::{limits, pictures, posters};

/// How long a file sent in one request may take; requests end well before.
pub const SENT_WITHIN: SignedDuration = SignedDuration::from_hours(2);
pub const ALT_LONGEST: usize = 1000;
/// Resumable uploads that an organization has under way at most.
const UNDER_WAY_MOST: i64 = 1000;

/// What a sender says of a file before its bytes.
#[derive(Debug, Clone, Default)]
pub struct Announced {
    pub name: String,
    pub declared_type: String,
    pub folder_id: Option<String>,
    pub alt: Option<String>,
    /// Of a resumable upload.
    pub length: Option<i64>,
}

/// A file that was taken in.
#[derive(Debug)]
pub struct Taken {
    pub asset: Asset,
    /// The organization had the very same file already: this is that one, and nothing was added.
    pub is_duplicate: bool,
}

/// Notes that a file is about to come. The caller commits before the first byte is written.
pub async fn begin(caller: &Caller, announced: Announced, lasts: SignedDuration) -> Result<Upload> {
    caller.must(Permission::ContentEdit)?;
    limits::must_have_room(&caller.tx, 1, announced.length.unwrap_or(0)).await?;
    if announced.length.is_some() && store::under_way(&caller.tx, None).await?.0 >= UNDER_WAY_MOST {
        let words = format!(
            "There are {UNDER_WAY_MOST} uploads under way already. Finish or end some; what nobody goes on with ends within a day."
        );
        return Err(Error::Conflict(words));
    }
    let (folder_id, alt) = checked(caller, announced.folder_id, announced.alt).await?;
    let upload = Upload {
        id: caller.new_id(),
        token: secret::token(),
        file_name: names::cleaned(&announced.name),
        declared_type: announced.declared_type.chars().take(255).collect(),
        folder_id,
        alt,
        length: announced.length,
        received: 0,
        parts: Vec::new(),
        asset_id: None,
        is_duplicate: false,
        refusal: None,
        created_by: caller.actor.user_id.clone(),
        expires_at: caller.now + lasts,
    };
    store::insert(&caller.tx, &upload, caller.now).await?;
    queue_sweep(&caller.tx, upload.expires_at).await?;
    Ok(upload)
}

/// Checks what can be said about a file beside its bytes.
pub async fn checked(
    caller: &Caller,
    folder_id: Option<String>,
    alt: Option<String>,
) -> Result<(Option<String>, Option<String>)> {
    let mut problems = Problems::new();
    let folder_id = folder_id.filter(|id| !id.is_empty());
    if let Some(id) = &folder_id
        && (!kernel::id::is_well_formed(id) || !store::has_folder(&caller.tx, id).await?)
    {
        problems.add("folder_id", "unknown", "There is no such folder. Choose one that exists, or none.");
    }
    let alt = alt.map(|text| problems.text("alt", "The alternative text", &text, ALT_LONGEST, Lines::Many));
    problems.finish((folder_id, alt.filter(|text| !text.is_empty())))
}

/// Takes in a file that comes in one go: notes it, receives it, and makes it an asset. Commits on the way; the caller
/// commits the rest.
pub async fn take<S>(caller: &mut Caller, announced: Announced, source: S) -> Result<Taken>
where
    S: Stream<Item = Result<Bytes>> + Unpin,
{
    let upload = begin(caller, announced, SENT_WITHIN).await?;
    caller.commit_and_continue().await?;
    let taken = match receive(caller, &upload, source).await {
        Ok(received) => finish(caller, &upload, received).await,
        Err(error) => Err(error),
    };
    settle(caller, &upload, taken).await
}

/// Ends an upload that came in one go, whatever became of it. The caller commits.
pub async fn settle(caller: &mut Caller, upload: &Upload, taken: Result<Taken>) -> Result<Taken> {
    if !matches!(taken, Ok(Taken { is_duplicate: false, .. })) {
        // Nothing was added, so there is nothing to keep: the bytes go first, for their row knows of them.
        caller.start_over().await?;
        caller.app.files.delete_folder(&upload.folder(caller.organization_id())).await?;
    }
    store::delete(&caller.tx, &upload.id).await?;
    if taken.is_err() {
        caller.commit_and_continue().await?;
    }
    taken
}

/// Receives the bytes of an upload into its folder of the store.
pub async fn receive<S>(caller: &Caller, upload: &Upload, source: S) -> Result<Received>
where
    S: Stream<Item = Result<Bytes>> + Unpin,
{
    let folder = upload.folder(caller.organization_id());
    intake::receive(&caller.app.files, &folder, &upload.named(), source).await
}

/// Makes what was received an asset, unless the organization has the very same file.
pub async fn finish(caller: &Caller, upload: &Upload, received: Received) -> Result<Taken> {
    caller.must(Permission::ContentEdit)?;
    // Whoever sweeps it marks it first, so an asset never appears for bytes that are being cleared away.
    let is_awaited = store::lock(&caller.tx, &upload.id).await?.is_some_and(|upload| upload.refusal.is_none());
    if !is_awaited {
        return Err(Error::Conflict("This upload took too long and was given up. Send the file again.".into()));
    }
    if let Some(asset) = assets::store::by_sha256(&caller.tx, &received.sha256).await? {
        return Ok(Taken { asset, is_duplicate: true });
    }
    let size = i64::try_from(received.size).unwrap_or(i64::MAX);
    limits::must_have_room_beside(&caller.tx, (1, size), Some(&upload.id)).await?;
    let new = NewAsset {
        id: caller.new_id(),
        name: names::shown(&upload.file_name),
        original_name: upload.file_name.clone(),
        token: upload.token.clone(),
        file_name: received.key,
        mime_type: received.file_type.mime,
        file_size: size,
        size: received.dimensions,
        is_animated: received.is_animated,
        duration: received.duration,
        sha256: received.sha256,
        alt: upload.alt.clone(),
        folder_id: upload.folder_id.clone(),
    };
    let is_duplicate = !assets::store::insert(&caller.tx, &new, &upload.created_by, caller.now).await?;
    let asset = assets::store::by_sha256(&caller.tx, &new.sha256).await?;
    let asset = asset.ok_or_else(|| Error::internal("an asset that was just written is gone"))?;
    if !is_duplicate {
        let details = json!({ "name": asset.name, "mime_type": asset.mime_type, "file_size": asset.file_size });
        pictures::jobs::queue(&caller.tx, &asset, caller.now).await?;
        posters::jobs::queue(&caller.tx, &asset, caller.now).await?;
        audit::record(caller, "media.upload", ("media", &asset.id), details).await?;
    }
    Ok(Taken { asset, is_duplicate })
}

/// Refuses a length that no file of such a name may have, before any byte is sent.
pub fn must_fit_by_name(name: &str, length: u64) -> Result<()> {
    let ending = names::ending(name);
    let known = crate::kinds::TYPES.iter().find(|one| one.endings.contains(&ending.as_str()));
    intake::must_fit(known.map_or(crate::kinds::Kind::Video, |one| one.kind), length)
}
