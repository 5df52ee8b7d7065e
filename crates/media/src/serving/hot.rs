//! Small files that many ask for are kept in memory: reading a file for each request costs as much as sending it.

use std::time::Duration;

use bytes::Bytes;
use kernel::{App, Error, Result};
use moka::future::Cache;

/// The largest file that is kept, in bytes.
const KEPT_LARGEST: u64 = 2 * 1024 * 1024;
/// All of them together, in bytes.
const KEPT_MOST: u64 = 64 * 1024 * 1024;
/// A file that nobody asks for is let go.
const KEPT_IDLE: Duration = Duration::from_secs(300);

/// Files by their key and the revision of their asset.
#[derive(Clone)]
pub struct HotFiles(Cache<(String, i32), Bytes>);

impl HotFiles {
    pub fn new() -> Self {
        let weight = |_: &(String, i32), bytes: &Bytes| u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        Self(Cache::builder().weigher(weight).max_capacity(KEPT_MOST).time_to_idle(KEPT_IDLE).build())
    }

    /// The whole file, if it is small enough to be kept; read once, however many ask at the same time.
    pub async fn get(&self, app: &App, (key, revision): (&str, i32), size: u64) -> Result<Option<Bytes>> {
        if size > KEPT_LARGEST {
            return Ok(None);
        }
        let read = async {
            let reading = app.files.read(key, None).await?.ok_or(Error::NotFound)?;
            reading.bytes().await
        };
        let known = self.0.try_get_with((key.to_owned(), revision), read).await;
        known.map(Some).map_err(|error| match &*error {
            Error::NotFound => {
                tracing::error!(key, "an asset's file is not in the store");
                Error::NotFound
            }
            other => Error::internal(other.cause()),
        })
    }
}
