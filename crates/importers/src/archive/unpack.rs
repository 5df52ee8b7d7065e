//! Reads a ZIP archive whose sizes nobody vouches for.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use bytes::Bytes;
use futures_util::Stream;
use kernel::{Error, Result};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::mpsc;
use zip::ZipArchive;

/// The longest line of a table: a text of many megabytes is no text any more.
const LINE_LONGEST: u64 = 64 * 1024 * 1024;
const MANIFEST_LARGEST: u64 = 1024 * 1024;
/// Rows that wait to be written.
const ROWS_WAITING: usize = 400;
/// How much of a file is read at once.
const BLOCK: usize = 256 * 1024;
/// Blocks that wait to be written.
const BLOCKS_WAITING: usize = 4;

/// An archive opened for reading.
pub struct Unpack {
    path: std::path::PathBuf,
    archive: ZipArchive<BufReader<File>>,
}

impl Unpack {
    /// Opens an archive; refuses what is none.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|error| Error::Malformed(format!("{}: {error}.", path.display())))?;
        let archive = ZipArchive::new(BufReader::new(file)).map_err(|_| not_an_archive(path))?;
        Ok(Self { path: path.to_owned(), archive })
    }

    /// A small file that is one JSON value.
    pub fn json<T: DeserializeOwned>(&mut self, name: &str) -> Result<T> {
        let path = self.path.clone();
        let file = self.archive.by_name(name).map_err(|_| not_an_archive(&path))?;
        serde_json::from_reader(file.take(MANIFEST_LARGEST)).map_err(|_| not_an_archive(&path))
    }

    /// Whether there is a file of this name.
    pub fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    /// The lines of a table, each a JSON object; none where the archive has no such table.
    pub fn lines(&self, name: &str) -> Result<mpsc::Receiver<Result<Value>>> {
        let (sender, receiver) = mpsc::channel(ROWS_WAITING);
        if !self.has(name) {
            return Ok(receiver);
        }
        let (mut other, name) = (Self::open(&self.path)?, name.to_owned());
        tokio::task::spawn_blocking(move || {
            let outcome = other.send_lines(&name, &sender);
            if let Err(error) = outcome {
                let _ = sender.blocking_send(Err(error));
            }
        });
        Ok(receiver)
    }

    fn send_lines(&mut self, name: &str, sender: &mpsc::Sender<Result<Value>>) -> Result<()> {
        let broken =
            |line: u64, what: &dyn std::fmt::Display| Error::Malformed(format!("{name}, line {line}: {what}."));
        let file = self.archive.by_name(name).map_err(|error| broken(0, &error))?;
        let mut reader = BufReader::new(file);
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            let length = reader.by_ref().take(LINE_LONGEST).read_until(b'\n', &mut line);
            match length.map_err(|error| broken(number, &error))? {
                0 => return Ok(()),
                length if length as u64 == LINE_LONGEST => return Err(broken(number, &"it is too long")),
                _ if line.trim_ascii().is_empty() => continue,
                _ => {}
            }
            let value: Value = serde_json::from_slice(&line).map_err(|error| broken(number, &error))?;
            if sender.blocking_send(Ok(value)).is_err() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The bytes of a file as they are read; none where the archive does not hold it.
    pub fn bytes(&self, name: &str) -> Result<Option<impl Stream<Item = Result<Bytes>> + Send + Unpin + use<>>> {
        if !self.has(name) {
            return Ok(None);
        }
        let (sender, receiver) = mpsc::channel(BLOCKS_WAITING);
        let (mut other, name) = (Self::open(&self.path)?, name.to_owned());
        tokio::task::spawn_blocking(move || {
            let mut file = match other.archive.by_name(&name) {
                Ok(file) => file,
                // An end without a word would read as an empty file.
                Err(error) => {
                    let _ = sender.blocking_send(Err(Error::Malformed(format!("{name} is damaged: {error}."))));
                    return;
                }
            };
            loop {
                let mut block = vec![0; BLOCK];
                let piece = match file.read(&mut block) {
                    Ok(0) => return,
                    Ok(length) => {
                        block.truncate(length);
                        Ok(Bytes::from(block))
                    }
                    Err(error) => Err(Error::Malformed(format!("{name} is damaged: {error}."))),
                };
                let is_over = piece.is_err();
                if sender.blocking_send(piece).is_err() || is_over {
                    return;
                }
            }
        });
        let stream = futures_util::stream::unfold(receiver, |mut receiver| async {
            receiver.recv().await.map(|piece| (piece, receiver))
        });
        Ok(Some(Box::pin(futures_util::StreamExt::fuse(stream))))
    }
}

fn not_an_archive(path: &Path) -> Error {
    let words = "is no archive that contentpilot export made. For other systems there are other imports";
    Error::Malformed(format!("{} {words}.", path.display()))
}
