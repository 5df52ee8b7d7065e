use bytes::Bytes;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use tokio::io::AsyncWriteExt;

use super::failed;
use super::place::Place;
use crate::{Error, Result};

/// Parts that are on their way to the store at once.
const PARTS_AT_ONCE: usize = 2;

/// A file being written, with a bounded amount of it in memory.
pub struct Writer(BufWriter);

impl Writer {
    pub(super) fn new(place: &Place, path: Path, content_type: &'static str) -> Self {
        let writer = BufWriter::with_capacity(place.store(), path, place.part_size());
        Self(writer.with_max_concurrency(PARTS_AT_ONCE).with_attributes(place.attributes(content_type)))
    }

    pub async fn put(&mut self, bytes: Bytes) -> Result<()> {
        self.0.put(bytes).await.map_err(failed)
    }

    /// Makes the file appear under its key.
    pub async fn finish(mut self) -> Result<()> {
        self.0
            .shutdown()
            .await
            .map_err(|error| Error::Internal(anyhow::Error::new(error).context("the store of files failed")))
    }

    /// Gives up what was written so far.
    pub async fn abort(mut self) -> Result<()> {
        self.0.abort().await.map_err(failed)
    }
}
