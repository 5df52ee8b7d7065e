//! From a stream of bytes to a file in the store, checked on the way. At no time is more than a bounded part in memory.

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use kernel::files::{Files, Writer};
use kernel::{Error, Result};
use sha2::{Digest, Sha256};

use super::checks::Checks;
use super::{cleaning, names, sniff, svg};
use crate::films::{self, Watcher};
use crate::kinds::{FileType, Kind};

/// A file that lies in the store, whole and checked.
#[derive(Debug)]
pub struct Received {
    pub file_type: &'static FileType,
    pub key: String,
    /// Of the file in the store, in bytes.
    pub size: u64,
    /// Of the bytes as they were sent.
    pub sha256: Vec<u8>,
    /// Width and height of a picture or a film, as it is shown.
    pub dimensions: Option<(i32, i32)>,
    /// Whether it is a picture of several frames.
    pub is_animated: bool,
    /// Of a film or a sound, in seconds.
    pub duration: Option<i32>,
}

/// What the sender says about a file.
#[derive(Debug, Clone)]
pub struct Named {
    pub name: String,
    pub declared_type: String,
}

/// Takes a file into the store, below `folder`. After an error something may lie there, which the caller clears away.
pub async fn receive<S>(files: &Files, folder: &str, named: &Named, mut source: S) -> Result<Received>
where
    S: Stream<Item = Result<Bytes>> + Unpin,
{
    let ending = names::ending(&named.name);
    let head = gather(&mut source, BytesMut::new(), sniff::HEAD).await?;
    let file_type = sniff::type_of(&head, &ending)?;
    sniff::must_agree(file_type, &ending, &named.declared_type)?;
    let key = format!("{folder}/{}", names::in_address(&named.name, file_type.ending()));
    if file_type.mime == "image/svg+xml" {
        return receive_drawing(files, key, file_type, (head, source)).await;
    }
    if file_type.kind == Kind::Image {
        return receive_picture(files, key, file_type, (head, source)).await;
    }
    let head = head.freeze();
    let start = head.clone();
    let mut flow = Flow {
        watcher: Watcher::new(file_type.mime),
        writer: files.write(&key, file_type.mime).await?,
        checks: Checks::begin(file_type, &head)?,
        hasher: Sha256::new(),
        size: 0,
    };
    if let Err(error) = flow.take_all(file_type, head, source).await {
        flow.writer.abort().await?;
        return Err(error);
    }
    let Flow { mut writer, checks, hasher, size, watcher } = flow;
    let (rest, mut facts) = watcher.finish();
    facts.duration = facts.duration.or_else(|| films::duration_of_sound(file_type.mime, &start, checks.tail(), size));
    writer.put(rest).await?;
    if let Err(error) = checks.finish() {
        writer.abort().await?;
        return Err(error);
    }
    writer.finish().await?;
    let sha256 = hasher.finalize().to_vec();
    let side = |side: u32| i32::try_from(side).ok();
    let dimensions = facts.size.and_then(|(width, height)| side(width).zip(side(height)));
    Ok(Received { file_type, key, size, sha256, dimensions, is_animated: false, duration: facts.seconds() })
}

/// A file while it flows.
struct Flow {
    watcher: Watcher,
    writer: Writer,
    checks: Checks,
    hasher: Sha256,
    size: u64,
}

impl Flow {
    async fn take_all<S>(&mut self, file_type: &FileType, head: Bytes, mut rest: S) -> Result<()>
    where
        S: Stream<Item = Result<Bytes>> + Unpin,
    {
        self.take(file_type, head).await?;
        while let Some(bytes) = rest.next().await {
            self.take(file_type, bytes?).await?;
        }
        Ok(())
    }

    async fn take(&mut self, file_type: &FileType, bytes: Bytes) -> Result<()> {
        self.size += bytes.len() as u64;
        must_fit(file_type.kind, self.size)?;
        self.hasher.update(&bytes);
        self.checks.feed(&bytes)?;
        self.writer.put(self.watcher.feed(bytes)).await
    }
}

/// Drawings are cleaned as a whole; they are as small as pictures have to be.
async fn receive_drawing<S>(
    files: &Files,
    key: String,
    file_type: &'static FileType,
    (head, mut rest): (BytesMut, S),
) -> Result<Received>
where
    S: Stream<Item = Result<Bytes>> + Unpin,
{
    let largest = usize::try_from(file_type.kind.largest()).unwrap_or(usize::MAX);
    let whole = gather(&mut rest, head, largest + 1).await?.freeze();
    must_fit(file_type.kind, whole.len() as u64)?;
    let sha256 = Sha256::digest(&whole).to_vec();
    let drawing = tokio::task::spawn_blocking(move || svg::clean(&whole)).await.map_err(Error::internal)??;
    let side = |length: u32| i32::try_from(length).unwrap_or(i32::MAX);
    let dimensions = drawing.size.map(|(width, height)| (side(width), side(height)));
    let size = drawing.bytes.len() as u64;
    files.put(&key, file_type.mime, drawing.bytes.into()).await?;
    Ok(Received { file_type, key, size, sha256, dimensions, is_animated: false, duration: None })
}

/// Pictures are cleaned as a whole, too.
async fn receive_picture<S>(
    files: &Files,
    key: String,
    file_type: &'static FileType,
    (head, mut rest): (BytesMut, S),
) -> Result<Received>
where
    S: Stream<Item = Result<Bytes>> + Unpin,
{
    let largest = usize::try_from(file_type.kind.largest()).unwrap_or(usize::MAX);
    let whole = gather(&mut rest, head, largest + 1).await?.freeze();
    must_fit(file_type.kind, whole.len() as u64)?;
    let mut checks = Checks::begin(file_type, &whole)?;
    checks.feed(&whole)?;
    checks.finish()?;
    let sha256 = Sha256::digest(&whole).to_vec();
    let picture = cleaning::clean(file_type, whole).await?;
    let size = picture.bytes.len() as u64;
    files.put(&key, file_type.mime, picture.bytes.into()).await?;
    let (dimensions, is_animated) = (Some(picture.size), picture.is_animated);
    Ok(Received { file_type, key, size, sha256, dimensions, is_animated, duration: None })
}

/// Reads on until there are at least `wanted` bytes, or no more.
async fn gather<S>(source: &mut S, mut gathered: BytesMut, wanted: usize) -> Result<BytesMut>
where
    S: Stream<Item = Result<Bytes>> + Unpin,
{
    while gathered.len() < wanted {
        match source.next().await {
            Some(bytes) => gathered.extend_from_slice(&bytes?),
            None => break,
        }
    }
    Ok(gathered)
}

/// Refuses what is larger than its kind may be.
pub fn must_fit(kind: Kind, size: u64) -> Result<()> {
    if size <= kind.largest() {
        return Ok(());
    }
    Err(Error::TooLarge(format!(
        "{} may have at most {} MB. Make it smaller and send it again.",
        kind.plural(),
        kind.largest() / 1024 / 1024
    )))
}
