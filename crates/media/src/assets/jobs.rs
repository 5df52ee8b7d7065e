//! What happens to assets by itself, later.

use jiff::Timestamp;
use kernel::jobs::{self, Job, Task};
use kernel::{App, Result};
use serde::{Deserialize, Serialize};

use super::store;
use crate::uploads::jobs::organization_of;

/// Deletes an asset for good, unless it was brought back from the bin.
#[derive(Serialize, Deserialize)]
pub struct PurgeAsset {
    pub asset: String,
    /// When it was put there; brought back and deleted again, it has another job.
    pub deleted_at: Timestamp,
}

impl Job for PurgeAsset {
    const KIND: &'static str = "media.purge";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let organization = organization_of(&task)?;
        let tx = app.database.tenant(&organization).await?;
        let Some(token) = store::token_in_bin(&tx, &self.asset, self.deleted_at).await? else { return Ok(()) };
        if store::purge(&tx, &self.asset, self.deleted_at).await? {
            // A row never outlives its bytes, so it goes first; the job for the bytes is queued with it.
            let job = DeleteFiles { token };
            jobs::enqueue(&tx, Some(&organization), &job, task.now).await?;
        }
        tx.commit().await
    }
}

/// Deletes the files that an asset left in the store.
#[derive(Serialize, Deserialize)]
pub struct DeleteFiles {
    pub token: String,
}

impl Job for DeleteFiles {
    const KIND: &'static str = "media.delete_files";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let organization = organization_of(&task)?;
        app.files.delete_folder(&format!("{organization}/{}", self.token)).await
    }
}
