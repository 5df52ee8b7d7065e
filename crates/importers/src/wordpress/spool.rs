//! Reads an export twice: items name attachments, categories and authors that may stand behind them in the file.
//!
//! The first reading writes what it reads into a temporary file without a name, from which the second one reads. Parsing
//! has a thread of its own; the few records that wait between it and the database bound the memory.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;
use kernel::{Error, Result};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;

use super::reader::{Summary, WxrError, WxrReader};
use super::record::Record;

/// How many records wait; each may be as large as [`super::MAX_ITEM_BYTES`].
const WAITING_MOST: usize = 4;

/// A stream of records from a reading that goes on.
pub(super) struct Reading<T> {
    pub records: Receiver<Record>,
    /// How many bytes were read so far.
    pub bytes: Arc<AtomicU64>,
    task: JoinHandle<Result<(Summary, T)>>,
}

impl<T> Reading<T> {
    /// What the parser says at the end, and what it has left.
    pub async fn finish(self) -> Result<(Summary, T)> {
        drop(self.records);
        self.task.await.context("the thread that reads the export ended by accident")?
    }
}

/// The first reading; it leaves a copy for the second.
pub(super) fn first(source: impl Read + Send + 'static) -> Result<Reading<File>> {
    let copy = tempfile::tempfile().context("no temporary file could be made; see that TMPDIR has room")?;
    let (sender, records) = channel(WAITING_MOST);
    let bytes = Arc::new(AtomicU64::new(0));
    let counted = bytes.clone();
    let task = tokio::task::spawn_blocking(move || {
        let mut copying = Copying { source, copy, bytes: counted };
        let summary = parse(&mut copying, &sender)?;
        Ok((summary, copying.copy))
    });
    Ok(Reading { records, bytes, task })
}

/// The second reading, of the copy that the first one left.
pub(super) fn second(mut copy: File) -> Result<Reading<()>> {
    copy.rewind().context("the temporary copy of the export cannot be read")?;
    let (sender, records) = channel(WAITING_MOST);
    let bytes = Arc::new(AtomicU64::new(0));
    let counted = bytes.clone();
    let task = tokio::task::spawn_blocking(move || {
        let counting = Copying { source: BufReader::new(copy), copy: io::sink(), bytes: counted };
        Ok((parse(counting, &sender)?, ()))
    });
    Ok(Reading { records, bytes, task })
}

fn parse(source: impl Read, sender: &Sender<Record>) -> Result<Summary> {
    let mut reader = WxrReader::new(source).map_err(in_words)?;
    for record in reader.by_ref() {
        if sender.blocking_send(record.map_err(in_words)?).is_err() {
            // Whoever wanted the records has failed and says why.
            break;
        }
    }
    Ok(reader.summary())
}

fn in_words(error: WxrError) -> Error {
    match error {
        WxrError::Read(_) => Error::Internal(error.into()),
        WxrError::NotWordPress => Error::Malformed(error.to_string()),
    }
}

/// Hands on what it reads, keeping a copy and a count.
struct Copying<S, C> {
    source: S,
    copy: C,
    bytes: Arc<AtomicU64>,
}

impl<S: Read, C: Write> Read for Copying<S, C> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.source.read(buffer)?;
        self.copy.write_all(&buffer[..length])?;
        self.bytes.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}
