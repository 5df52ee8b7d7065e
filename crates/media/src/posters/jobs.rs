//! Posters made after an upload.

use anyhow::Context;
use futures_util::StreamExt;
use kernel::db::Tenant;
use kernel::jobs::{self, Job, Task};
use kernel::{App, Error, Result};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;

use super::tools::{self, Work};
use super::{DOCUMENT, can_have_one};
use crate::assets::{Asset, store};
use crate::pictures::{self, Format};

/// How wide and high a poster is at most.
const LONGEST: usize = 960;

/// Draws a still or the first page of one asset.
#[derive(Serialize, Deserialize)]
pub struct MakePoster {
    pub asset_id: String,
    /// A file that was replaced meanwhile has a job of its own.
    pub revision: i32,
}

/// What the machine's programs told of a file.
#[derive(Debug, Default)]
pub struct Told {
    /// A JPEG.
    poster: Option<Vec<u8>>,
    pub pages: Option<i32>,
    /// Of a film that does not say it by itself.
    pub seconds: Option<i32>,
}

impl Job for MakePoster {
    const KIND: &'static str = "media.make_poster";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let organization = task.organization()?;
        let tx = app.database.tenant(organization).await?;
        let asset = store::find(&tx, &self.asset_id).await?.filter(|asset| asset.revision == self.revision);
        drop(tx);
        let Some(asset) = asset else { return Ok(()) };
        let mut told = told(&app, &asset).await?;
        let poster = told.poster.take();
        let has_poster = poster.is_some();
        if let Some(poster) = poster {
            app.files.put(&super::key(&asset), Format::Jpeg.mime(), poster.into()).await?;
        }
        if has_poster || told.pages.is_some() || told.seconds.is_some() {
            let tx = app.database.tenant(organization).await?;
            store::set_poster(&tx, (&asset.id, asset.revision), has_poster, &told).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

/// Queues the job for a film or document that is new or was replaced.
pub async fn queue(tx: &Tenant, asset: &Asset, now: jiff::Timestamp) -> Result<()> {
    queue_for(tx, (&asset.id, asset.revision), &asset.mime_type, now).await
}

/// The same where no more is known of the asset than this.
pub async fn queue_for(tx: &Tenant, (asset_id, revision): (&str, i32), mime: &str, now: jiff::Timestamp) -> Result<()> {
    if !can_have_one(mime) {
        return Ok(());
    }
    let job = MakePoster { asset_id: asset_id.to_owned(), revision };
    jobs::enqueue(tx, Some(tx.organization()), &job, now).await
}

async fn told(app: &App, asset: &Asset) -> Result<Told> {
    let Some(folder) = laid_out(app, asset).await? else { return Ok(Told::default()) };
    let (mime, lacks_length) = (asset.mime_type.clone(), asset.duration.is_none());
    let work = move || {
        let file = folder.path().join(FILE);
        let work = Work { folder: folder.path(), file: &file, mime: &mime };
        let is_document = mime == DOCUMENT;
        let drawn = if is_document { tools::first_page(&work)? } else { tools::still(&work)? };
        Ok(Told {
            poster: drawn.map(|drawn| small(&drawn)).transpose()?.flatten(),
            pages: if is_document { tools::pages(&work)? } else { None },
            seconds: if !is_document && lacks_length { tools::seconds(&work)? } else { None },
        })
    };
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

/// The file's name where programs find it; its own could be taken for an option.
const FILE: &str = "file";

/// The asset's file in a folder of its own; none when the store has lost it.
async fn laid_out(app: &App, asset: &Asset) -> Result<Option<TempDir>> {
    let Some(reading) = app.files.read(&asset.file_name, None).await? else { return Ok(None) };
    let folder = tempfile::tempdir().context("no temporary folder could be made").map_err(Error::Internal)?;
    let file = tokio::fs::File::create(folder.path().join(FILE)).await;
    let mut file = file.context("no temporary file could be made").map_err(Error::Internal)?;
    let mut bytes = reading.stream();
    while let Some(piece) = bytes.next().await {
        file.write_all(&piece?).await.context("a temporary file could not be written").map_err(Error::Internal)?;
    }
    file.flush().await.context("a temporary file could not be written").map_err(Error::Internal)?;
    Ok(Some(folder))
}

/// What was drawn, as a JPEG of a size for lists and players.
fn small(drawn: &[u8]) -> Result<Option<Vec<u8>>> {
    let Some(pixels) = pictures::decode(Format::Png.mime(), drawn, (LONGEST, LONGEST)) else { return Ok(None) };
    let scale = (LONGEST as f64 / pixels.width.max(pixels.height) as f64).min(1.0);
    let side = |side: usize| ((side as f64 * scale).round() as usize).max(1);
    let small = pixels.resized(None, (side(pixels.width), side(pixels.height)))?;
    pictures::encode(&small, Format::Jpeg).map(Some)
}
