use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, TryStreamExt};
use object_store::{GetResult, GetResultPayload};

use super::failed;
use crate::{Error, Result};

/// How much of a local file is read at once: large enough that switching threads costs little beside it.
const BLOCK: u64 = 512 * 1024;

/// A file, or a part of one, opened for reading.
pub struct Reading {
    /// The size of the whole file in bytes.
    pub size: u64,
    /// The bytes that this gives: from, to (exclusive).
    pub range: std::ops::Range<u64>,
    payload: GetResultPayload,
}

impl Reading {
    pub(super) fn new(found: GetResult) -> Self {
        Self { size: found.meta.size, range: found.range, payload: found.payload }
    }

    /// The bytes, as they come.
    pub fn stream(self) -> BoxStream<'static, Result<Bytes>> {
        match self.payload {
            GetResultPayload::Stream(stream) => stream.map_err(failed).boxed(),
            GetResultPayload::File(file, _) => blocks(file, self.range.start, self.range.end).boxed(),
        }
    }

    /// All bytes at once; for files whose size is known to be small.
    pub async fn bytes(self) -> Result<Bytes> {
        let length = usize::try_from(self.range.end - self.range.start).unwrap_or(0);
        let gathered = self.stream().try_fold(BytesMut::with_capacity(length), |mut all, bytes| async move {
            all.extend_from_slice(&bytes);
            Ok(all)
        });
        Ok(gathered.await?.freeze())
    }
}

fn blocks(file: File, start: u64, end: u64) -> impl Stream<Item = Result<Bytes>> + Send {
    let file = Arc::new(file);
    futures_util::stream::try_unfold(start, move |position| {
        let file = file.clone();
        async move {
            if position >= end {
                return Ok(None);
            }
            let length = BLOCK.min(end - position);
            let block = tokio::task::spawn_blocking(move || read_block(&file, position, length)).await;
            let block = block.map_err(Error::internal)?;
            let block =
                block.map_err(|error| Error::Internal(anyhow::Error::new(error).context("a file broke off")))?;
            Ok(Some((block, position + length)))
        }
    })
}

fn read_block(file: &File, position: u64, length: u64) -> std::io::Result<Bytes> {
    let mut block = vec![0; usize::try_from(length).unwrap_or(0)];
    file.read_exact_at(&mut block, position)?;
    Ok(block.into())
}
