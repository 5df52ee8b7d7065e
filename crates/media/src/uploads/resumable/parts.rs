//! From the body of a PATCH to parts in the store.

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, TryStreamExt};
use kernel::files::Files;
use kernel::{Error, Result, secret};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::headers::Algorithm;
use crate::uploads::PARTS;

/// How much is gathered in memory before it is put into the store and noted.
pub const PART: usize = 4 * 1024 * 1024;

/// Computes the digest of what flows by, where one was announced.
pub enum Digester {
    None,
    Sha1(Sha1, Vec<u8>),
    Sha256(Sha256, Vec<u8>),
}

impl Digester {
    /// For the digest that was announced, if one was.
    pub fn new(announced: Option<(Algorithm, Vec<u8>)>) -> Self {
        match announced {
            None => Self::None,
            Some((Algorithm::Sha1, digest)) => Self::Sha1(Sha1::new(), digest),
            Some((Algorithm::Sha256, digest)) => Self::Sha256(Sha256::new(), digest),
        }
    }

    /// Whether a digest was announced, so that nothing counts before it agrees.
    pub fn is_wanted(&self) -> bool {
        !matches!(self, Self::None)
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::None => {}
            Self::Sha1(hasher, _) => hasher.update(bytes),
            Self::Sha256(hasher, _) => hasher.update(bytes),
        }
    }

    /// Whether what flowed by has the digest that was announced.
    pub fn agrees(self) -> bool {
        match self {
            Self::None => true,
            Self::Sha1(hasher, digest) => hasher.finalize().as_slice() == digest,
            Self::Sha256(hasher, digest) => hasher.finalize().as_slice() == digest,
        }
    }
}

/// The next part of a body.
pub struct Part {
    pub bytes: Bytes,
    /// Whether it ends the body, and how: `Err` when the connection was lost, after which what arrived still counts.
    pub end: Option<Result<()>>,
}

/// Gathers the next part. Refuses what goes beyond `room`.
pub async fn gather<S>(source: &mut S, digester: &mut Digester, room: usize) -> Result<Part>
where
    S: Stream<Item = Result<Bytes>> + Unpin,
{
    let mut gathered = BytesMut::new();
    let end = loop {
        if gathered.len() >= PART {
            break None;
        }
        match source.next().await {
            Some(Ok(bytes)) => {
                digester.update(&bytes);
                gathered.extend_from_slice(&bytes);
                if gathered.len() > room {
                    let words = "There is more than Upload-Length said. Begin anew with the right length.";
                    return Err(Error::TooLarge(words.into()));
                }
            }
            Some(Err(error)) => break Some(Err(error)),
            None => break Some(Ok(())),
        }
    };
    Ok(Part { bytes: gathered.freeze(), end })
}

/// Puts a part into the store and gives its name, which nothing else has: two requests may bring the same part.
pub async fn put(files: &Files, folder: &str, offset: i64, bytes: Bytes) -> Result<String> {
    let name = format!("{offset:012}-{}", &secret::token()[..12]);
    files.put(&format!("{folder}/{PARTS}/{name}"), "application/octet-stream", bytes).await?;
    Ok(name)
}

/// All parts as one file.
pub fn joined(
    files: Files,
    folder: &str,
    parts: Vec<String>,
) -> impl Stream<Item = Result<Bytes>> + Unpin + Send + use<> {
    let folder = folder.to_owned();
    let opened = futures_util::stream::iter(parts).then(move |name| {
        let (files, key) = (files.clone(), format!("{folder}/{PARTS}/{name}"));
        async move {
            let reading = files.read(&key, None).await?;
            reading.map(kernel::files::Reading::stream).ok_or_else(|| Error::internal("a part of an upload is gone"))
        }
    });
    Box::pin(opened.try_flatten())
}
