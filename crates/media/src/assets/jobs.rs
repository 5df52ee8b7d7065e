//! What happens to assets by itself, later.

use jiff::Timestamp;
use kernel::jobs::{self, Job, Task};
use kernel::{App, Result};
use serde::{Deserialize, Serialize};

use super::store;

/// Assets deleted at a time.
const AT_ONCE: i64 = 500;

/// Empties the bin of what was put there at one moment, and not brought back since.
#[derive(Serialize, Deserialize)]
pub struct PurgeBin {
    pub deleted_at: Timestamp,
}

impl Job for PurgeBin {
    const KIND: &'static str = "media.purge_bin";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let organization = task.organization()?;
        loop {
            let tx = app.database.tenant(organization).await?;
            let tokens = store::purge(&tx, self.deleted_at, AT_ONCE).await?;
            if tokens.is_empty() {
                return Ok(());
            }
            let tokens = tokens.into_iter().flatten().collect();
            // A row never outlives its bytes, so it goes first; the job for the bytes is queued with it.
            jobs::enqueue(&tx, Some(organization), &DeleteFiles { tokens }, task.now).await?;
            tx.commit().await?;
        }
    }
}

/// Deletes the files that assets left in the store.
#[derive(Serialize, Deserialize)]
pub struct DeleteFiles {
    pub tokens: Vec<String>,
}

impl Job for DeleteFiles {
    const KIND: &'static str = "media.delete_files";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let organization = task.organization()?;
        for token in &self.tokens {
            app.files.delete_folder(&format!("{organization}/{token}")).await?;
        }
        Ok(())
    }
}
