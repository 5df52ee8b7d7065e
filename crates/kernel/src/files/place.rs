//! Where files are kept.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::local::LocalFileSystem;
use object_store::{Attribute, Attributes, ObjectStore};

use crate::{Error, Result};

/// Where the settings say that files are kept.
#[derive(Debug, Clone)]
pub enum Location {
    Folder(PathBuf),
    Bucket(BucketSettings),
}

/// A bucket of an S3-compatible store.
#[derive(Clone)]
pub struct BucketSettings {
    pub bucket: String,
    pub region: String,
    /// The store's address when it is not Amazon's.
    pub endpoint: Option<String>,
    /// Key id and secret; none where the machine itself has the right.
    pub credentials: Option<(String, String)>,
    /// Whether the bucket is named in the path and not in the host.
    pub in_path: bool,
}

impl std::fmt::Debug for BucketSettings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "BucketSettings({} at {:?})", self.bucket, self.endpoint)
    }
}

/// An opened store.
pub(super) enum Place {
    Folder { store: Arc<LocalFileSystem>, root: PathBuf },
    Bucket(Arc<AmazonS3>),
}

impl Place {
    pub async fn open(location: &Location) -> anyhow::Result<Self> {
        match location {
            Location::Folder(root) => {
                tokio::fs::create_dir_all(root)
                    .await
                    .with_context(|| format!("{} could not be made", root.display()))?;
                let store = LocalFileSystem::new_with_prefix(root)
                    .with_context(|| format!("files cannot be kept in {}", root.display()))?;
                Ok(Self::Folder { store: Arc::new(store.with_fsync(true)), root: root.clone() })
            }
            Location::Bucket(settings) => Ok(Self::Bucket(Arc::new(open_bucket(settings)?))),
        }
    }

    pub fn store(&self) -> Arc<dyn ObjectStore> {
        match self {
            Self::Folder { store, .. } => store.clone(),
            Self::Bucket(bucket) => bucket.clone(),
        }
    }

    /// What a store keeps with the bytes; a folder keeps nothing.
    pub fn attributes(&self, content_type: &'static str) -> Attributes {
        match self {
            Self::Folder { .. } => Attributes::new(),
            Self::Bucket(_) => {
                let attributes = [(Attribute::ContentType, content_type)].into_iter();
                // Readers may be sent to the bucket itself, which knows of a file what was said when it was written.
                let kept = (!is_shown(content_type)).then_some((Attribute::ContentDisposition, "attachment"));
                attributes.chain(kept).collect()
            }
        }
    }

    /// How much is gathered before it is sent. S3 takes no part below 5 MiB but the last.
    pub fn part_size(&self) -> usize {
        match self {
            Self::Folder { .. } => 1024 * 1024,
            Self::Bucket(_) => 5 * 1024 * 1024,
        }
    }

    /// Removes the empty folder, and in it what interrupted writing left behind: the store does not list that.
    pub async fn clear(&self, folder: &str) -> Result<()> {
        let Self::Folder { root, .. } = self else { return Ok(()) };
        match tokio::fs::remove_dir_all(root.join(folder)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::Internal(anyhow::Error::new(error).context(format!("{folder} could not be removed"))))
            }
            _ => Ok(()),
        }
    }
}

fn open_bucket(settings: &BucketSettings) -> anyhow::Result<AmazonS3> {
    // The store's client asks for the process's provider of cryptography; a second call changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&settings.bucket)
        .with_region(&settings.region)
        .with_virtual_hosted_style_request(!settings.in_path);
    if let Some(endpoint) = &settings.endpoint {
        builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
    }
    if let Some((id, secret)) = &settings.credentials {
        builder = builder.with_access_key_id(id).with_secret_access_key(secret);
    }
    builder.build().context("the store of files cannot be used with these settings")
}
/// Whether browsers show files of this type by themselves, and none of it can run as a program there.
fn is_shown(content_type: &str) -> bool {
    let is_media = ["image/", "video/", "audio/"].iter().any(|kind| content_type.starts_with(kind));
    content_type == "application/pdf" || is_media && content_type != "image/svg+xml"
}
