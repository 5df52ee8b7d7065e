//! Files: bytes under keys, in a folder of this machine or in a bucket of an S3-compatible store.
//!
//! A key is a path of plain segments, `organization/token/name`; who makes keys decides what belongs together. A file
//! appears under its key whole or not at all.

mod place;
mod reading;
mod writer;

pub use place::{BucketSettings, Location};
pub use reading::Reading;
pub use writer::Writer;

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt};
use http::Method;
use object_store::path::Path;
use object_store::signer::{SignedUrlOptions, Signer};
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutOptions};
use tokio::sync::OnceCell;

use crate::{Error, Result};
use place::Place;

/// How many files are deleted at a time.
const DELETED_AT_ONCE: usize = 8;

/// The store of files. Cheap to clone; nothing is opened or made before the first use.
#[derive(Clone)]
pub struct Files(Arc<Inner>);

struct Inner {
    location: Location,
    place: OnceCell<Place>,
}

impl Files {
    pub fn new(location: Location) -> Self {
        Self(Arc::new(Inner { location, place: OnceCell::new() }))
    }

    async fn place(&self) -> Result<&Place> {
        let place = self.0.place.get_or_try_init(|| Place::open(&self.0.location)).await;
        place.map_err(Error::Internal)
    }

    /// Begins to write a file of this type. It is there once [`Writer::finish`] has returned, and never in part.
    pub async fn write(&self, key: &str, content_type: &'static str) -> Result<Writer> {
        Ok(Writer::new(self.place().await?, path(key)?, content_type))
    }

    /// Writes a small file at once.
    pub async fn put(&self, key: &str, content_type: &'static str, bytes: Bytes) -> Result<()> {
        let place = self.place().await?;
        let options = PutOptions { attributes: place.attributes(content_type), ..PutOptions::default() };
        place.store().put_opts(&path(key)?, bytes.into(), options).await.map_err(failed)?;
        Ok(())
    }

    /// Opens a file, or a part of it, for reading; none when there is no such file.
    pub async fn read(&self, key: &str, range: Option<Range<u64>>) -> Result<Option<Reading>> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        match self.place().await?.store().get_opts(&path(key)?, options).await {
            Ok(found) => Ok(Some(Reading::new(found))),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// Deletes one file. There may be none.
    pub async fn delete(&self, key: &str) -> Result<()> {
        self.place().await?.store().delete(&path(key)?).await.or_else(unless_gone)
    }

    /// Deletes every file whose key begins with `folder/`, and what interrupted writing left there.
    pub async fn delete_folder(&self, folder: &str) -> Result<()> {
        let place = self.place().await?;
        let folder = path(folder)?;
        let listed = place.store().list(Some(&folder)).map_ok(|file| file.location).boxed();
        let deleted = place.store().delete_stream(listed);
        deleted.try_for_each_concurrent(DELETED_AT_ONCE, |_| async { Ok(()) }).await.or_else(unless_gone)?;
        place.clear(folder.as_ref()).await
    }

    /// The names of the folders directly below a folder, or at the top (`""`), with no more than `most` of them.
    pub async fn folders(&self, folder: &str, most: usize) -> Result<Vec<String>> {
        let above = (!folder.is_empty()).then(|| path(folder)).transpose()?;
        let listed = self.place().await?.store().list_with_delimiter(above.as_ref()).await.map_err(failed)?;
        let names = listed.common_prefixes.iter().filter_map(|prefix| prefix.filename().map(str::to_owned));
        Ok(names.take(most).collect())
    }

    /// When the newest file below a folder was written; none when there is none.
    pub async fn newest_in(&self, folder: &str) -> Result<Option<jiff::Timestamp>> {
        let listed = self.place().await?.store().list(Some(&path(folder)?));
        let newest =
            listed.try_fold(None, |newest, file| async move { Ok(newest.max(Some(file.last_modified.timestamp()))) });
        let newest = newest.await.map_err(failed)?;
        Ok(newest.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok()))
    }

    /// An address at which the store itself gives the file for a while, with this `Content-Disposition`; none when the store is a
    /// folder.
    pub async fn signed_url(&self, key: &str, disposition: Option<&str>, lasts: Duration) -> Result<Option<String>> {
        match self.place().await? {
            Place::Folder { .. } => Ok(None),
            Place::Bucket(bucket) => {
                let said = disposition.map(|disposition| ("response-content-disposition", disposition));
                let options = SignedUrlOptions::default().with_query(said);
                let url = bucket.signed_url_opts(Method::GET, &path(key)?, lasts, &options).await.map_err(failed)?;
                Ok(Some(url.into()))
            }
        }
    }
}

/// A key as the store takes it. One that would be taken for another, such as `a/` for `a`, is no key: what is deleted by
/// mistake is gone.
fn path(key: &str) -> Result<Path> {
    match Path::parse(key) {
        Ok(path) if !key.is_empty() && path.as_ref() == key => Ok(path),
        _ => Err(Error::internal(format!("{key:?} is no key of a file"))),
    }
}

fn failed(error: object_store::Error) -> Error {
    Error::Internal(anyhow::Error::new(error).context("the store of files failed"))
}

/// What is deleted already needs no deleting.
fn unless_gone(error: object_store::Error) -> Result<()> {
    match error {
        object_store::Error::NotFound { .. } => Ok(()),
        error => Err(failed(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> (Files, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        (Files::new(Location::Folder(folder.path().join("media"))), folder)
    }

    #[tokio::test]
    async fn a_file_is_read_whole_and_in_part_and_deleted_with_its_folder() {
        let (files, folder) = files();
        let mut writer = files.write("org/token/name.txt", "text/plain").await.unwrap();
        writer.put(Bytes::from_static(b"hello ")).await.unwrap();
        writer.put(Bytes::from_static(b"world")).await.unwrap();
        writer.finish().await.unwrap();
        let whole = files.read("org/token/name.txt", None).await.unwrap().unwrap();
        assert_eq!((whole.size, whole.bytes().await.unwrap().as_ref()), (11, &b"hello world"[..]));
        let part = files.read("org/token/name.txt", Some(6..11)).await.unwrap().unwrap();
        assert_eq!(part.bytes().await.unwrap().as_ref(), b"world");
        assert_eq!(files.folders("org", 10).await.unwrap(), ["token"]);
        files.delete_folder("org/token").await.unwrap();
        files.delete_folder("org/token").await.unwrap();
        assert!(files.read("org/token/name.txt", None).await.unwrap().is_none());
        assert!(!folder.path().join("media/org/token").exists());
    }

    #[tokio::test]
    async fn what_was_not_finished_is_not_there_and_leaves_with_its_folder() {
        let (files, folder) = files();
        let mut writer = files.write("org/token/name.bin", "video/mp4").await.unwrap();
        for _ in 0..12 {
            writer.put(Bytes::from(vec![7; 256 * 1024])).await.unwrap();
        }
        // As when the program is killed.
        std::mem::forget(writer);
        assert!(files.read("org/token/name.bin", None).await.unwrap().is_none());
        assert!(folder.path().join("media/org/token").exists());
        files.delete_folder("org/token").await.unwrap();
        assert!(!folder.path().join("media/org/token").exists());
    }

    #[tokio::test]
    async fn no_key_leaves_the_folder() {
        let (files, _folder) = files();
        assert!(files.put("org/../../x", "text/plain", Bytes::new()).await.is_err());
        assert!(files.read("/etc/../passwd", None).await.is_err());
        for odd in ["", "org/", "/", "org//token"] {
            assert!(files.delete_folder(odd).await.is_err(), "{odd:?}");
        }
    }
}
