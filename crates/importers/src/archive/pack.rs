//! Writes a ZIP archive while others read the database: compressing has a thread of its own, and only a few pieces wait.

use std::io::Write;

use bytes::Bytes;
use kernel::{Error, Result};
use tokio::sync::mpsc::{self, Sender};
use tokio::task::JoinHandle;
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, result::ZipResult};

/// Pieces that wait to be written.
const WAITING: usize = 8;

enum Piece {
    /// A file begins; whether it can be made smaller.
    File(String, bool),
    Bytes(Bytes),
}

/// An archive being written.
pub struct Pack {
    pieces: Sender<Piece>,
    writer: JoinHandle<ZipResult<()>>,
}

impl Pack {
    /// Begins to write; a thread of its own packs what comes.
    pub fn begin(out: impl Write + Send + 'static) -> Self {
        let (pieces, mut queue) = mpsc::channel(WAITING);
        let writer = tokio::task::spawn_blocking(move || {
            let mut zip = ZipWriter::new_stream(out);
            let options = SimpleFileOptions::default().large_file(true);
            while let Some(piece) = queue.blocking_recv() {
                match piece {
                    Piece::File(name, is_dense) => {
                        let method = if is_dense { CompressionMethod::Deflated } else { CompressionMethod::Stored };
                        zip.start_file(name, options.compression_method(method))?;
                    }
                    Piece::Bytes(bytes) => zip.write_all(&bytes)?,
                }
            }
            zip.finish()?.into_inner().flush()?;
            Ok(())
        });
        Self { pieces, writer }
    }

    /// Begins a text, which is compressed.
    pub async fn text(&mut self, name: &str) -> Result<()> {
        self.send(Piece::File(name.to_owned(), true)).await
    }

    /// Begins a file of the library; pictures and films are as small as they get.
    pub async fn file(&mut self, name: &str) -> Result<()> {
        self.send(Piece::File(name.to_owned(), false)).await
    }

    /// The next bytes of the file that was begun last.
    pub async fn put(&mut self, bytes: Bytes) -> Result<()> {
        self.send(Piece::Bytes(bytes)).await
    }

    /// The writer is gone only when it failed, and [`finish`](Self::finish) tells why.
    async fn send(&mut self, piece: Piece) -> Result<()> {
        if self.pieces.send(piece).await.is_ok() {
            return Ok(());
        }
        let outcome = (&mut self.writer).await.map_err(Error::internal)?;
        Err(outcome.map_or_else(broken, |()| Error::internal("an archive ended while it was written")))
    }

    /// Writes the end. Tells what went wrong on the way, if anything did.
    pub async fn finish(self) -> Result<()> {
        drop(self.pieces);
        self.writer.await.map_err(Error::internal)?.map_err(broken)
    }
}

fn broken(error: zip::result::ZipError) -> Error {
    Error::Internal(anyhow::Error::new(error).context("the archive could not be written"))
}
