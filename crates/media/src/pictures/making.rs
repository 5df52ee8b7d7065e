//! Variants in the store: made by a job, or once when somebody asks before it has run.

use std::time::Duration;

use bytes::Bytes;
use kernel::{App, Error, Result};
use moka::future::Cache;
use tokio::sync::{Semaphore, SemaphorePermit};
use tracing::Instrument;

use super::can_be_varied;
use super::encode::{Format, encode};
use super::variants::{self, Glance, Source, Variant};
use crate::assets::Asset;

/// Pictures that are unpacked at once on this node; each needs up to a few hundred megabytes.
static AT_ONCE: Semaphore = Semaphore::const_new(2);
/// Whoever asks for a variant that is not there waits no longer for others' before the original is given.
const WAITS: Duration = Duration::from_secs(8);
/// Variants whose size is remembered.
const REMEMBERED_MOST: u64 = 50_000;
/// After this, one that could not be made is tried again, and one that was deleted is missed.
const REMEMBERED_FOR: Duration = Duration::from_secs(600);

/// Which variants there are, by their key, and how large they are. None: it could not be made.
#[derive(Clone)]
pub struct Made(Cache<String, Option<u64>>);

impl Default for Made {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(REMEMBERED_MOST).time_to_live(REMEMBERED_FOR).build())
    }
}

impl Made {
    /// The size of a variant's file in bytes. Made now if it is not there, once however many ask; none when it cannot be
    /// made, or not soon.
    pub async fn size(&self, app: &App, asset: &Asset, variant: Variant) -> Result<Option<u64>> {
        let key = key(asset, variant);
        let find = async {
            if let Some(found) = app.files.read(&key, None).await? {
                return Ok(Some(found.size));
            }
            let key = key.clone();
            // A task of its own: what was unpacked for somebody who went away is kept for the next one.
            let (app, asset) = (app.clone(), asset.clone());
            let work = async move {
                let turn = tokio::time::timeout(WAITS, turn()).await.map_err(|_| Error::Unavailable)??;
                if app.files.read(&key, None).await?.is_none() {
                    make_in(turn, &app, &asset, &[variant]).await?;
                }
                Ok(app.files.read(&key, None).await?.map(|found| found.size))
            };
            tokio::spawn(work.in_current_span()).await.map_err(Error::internal)?
        };
        match self.0.try_get_with(key.clone(), find).await {
            Ok(size) => Ok(size),
            Err(error) if matches!(*error, Error::Unavailable) => Ok(None),
            Err(error) => Err(Error::internal(error.cause())),
        }
    }
}

impl Made {
    /// The size of the file of a variant that is made at leisure; none while it is not there.
    pub async fn size_if_there(&self, app: &App, asset: &Asset, variant: Variant) -> Result<Option<u64>> {
        let key = key(asset, variant);
        let find = async { Ok::<_, Error>(app.files.read(&key, None).await?.map(|found| found.size)) };
        self.0.try_get_with(key.clone(), find).await.map_err(|error| Error::internal(error.cause()))
    }
}

/// Leave to unpack a picture. It goes along into the thread that unpacks, for whoever waits for that may go away.
pub type Turn = SemaphorePermit<'static>;

/// Waits until a picture may be unpacked.
pub async fn turn() -> Result<Turn> {
    AT_ONCE.acquire().await.map_err(Error::internal)
}

/// Where a variant lies in the store, beside what it was made from.
pub fn key(asset: &Asset, variant: Variant) -> String {
    format!("{}/{}", folder(asset, asset.revision), variant.name())
}

/// Where the variants of one revision lie.
pub fn folder(asset: &Asset, revision: i32) -> String {
    format!("{}/v{revision}", asset.store_folder())
}

/// The size of a picture of which smaller ones can be made.
fn size_of(asset: &Asset) -> Option<(u32, u32)> {
    let side = |side: Option<i32>| side.and_then(|side| u32::try_from(side).ok()).filter(|side| *side > 0);
    side(asset.width).zip(side(asset.height)).filter(|_| can_be_varied(&asset.mime_type, asset.is_animated))
}

/// Makes what pages are offered of a picture in AVIF, one after the other on this thread's core.
pub async fn make_avif(app: &App, asset: &Asset) -> Result<()> {
    let Some(size) = size_of(asset) else { return Ok(()) };
    let offered = {
        let turn = turn().await?;
        let Some(reading) = app.files.read(&asset.file_name, None).await? else { return Ok(()) };
        let (bytes, mime) = (reading.bytes().await?, asset.mime_type.clone());
        let work = move || {
            let _turn = turn;
            variants::offered_pixels(&Source { mime: &mime, bytes: &bytes, size, focal_point: None })
        };
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)??
    };
    for (look, pixels) in offered.into_iter().flatten() {
        let key = key(asset, Variant::new(look, Format::Avif));
        // A server that was stopped on its way goes on where it was.
        if app.files.read(&key, None).await?.is_some() {
            continue;
        }
        let work = move || encode(&pixels, Format::Avif);
        let packed = tokio::task::spawn_blocking(work).await.map_err(Error::internal)??;
        app.files.put(&key, Format::Avif.mime(), Bytes::from(packed)).await?;
    }
    Ok(())
}

/// Makes variants and puts them into the store. Gives what the picture looks like from far away; none when it cannot be
/// unpacked.
pub async fn make(app: &App, asset: &Asset, wanted: &[Variant]) -> Result<Option<Glance>> {
    if size_of(asset).is_none() {
        return Ok(None);
    }
    make_in(turn().await?, app, asset, wanted).await
}

async fn make_in(turn: Turn, app: &App, asset: &Asset, wanted: &[Variant]) -> Result<Option<Glance>> {
    let Some(size) = size_of(asset) else { return Ok(None) };
    let Some(reading) = app.files.read(&asset.file_name, None).await? else { return Ok(None) };
    let bytes = reading.bytes().await?;
    let (mime, focal_point, wanted) = (asset.mime_type.clone(), asset.focal_x.zip(asset.focal_y), wanted.to_vec());
    let work = move || {
        let _turn = turn;
        let source = Source { mime: &mime, bytes: &bytes, size, focal_point };
        Ok::<_, Error>((variants::make(&source, &wanted)?, variants::glance(&source)?))
    };
    let (made, glance) = tokio::task::spawn_blocking(work).await.map_err(Error::internal)??;
    for (variant, bytes) in made.into_iter().flatten() {
        app.files.put(&key(asset, variant), variant.format.mime(), Bytes::from(bytes)).await?;
    }
    Ok(glance)
}
