//! What is left of changes that did not come to their end.

use kernel::jobs::{Job, Task};
use kernel::{App, Result};
use serde::{Deserialize, Serialize};

use super::store;

/// Deletes the folder that a change wrote its file into, unless the asset names that file, now or among its former ones.
#[derive(Serialize, Deserialize)]
pub struct DropUnnamed {
    pub asset: String,
    pub folder: String,
}

impl Job for DropUnnamed {
    const KIND: &'static str = "media.drop_unnamed";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let organization = task.organization()?;
        let tx = app.database.tenant(organization).await?;
        let is_named = store::is_named(&tx, &self.asset, &self.folder).await?;
        drop(tx);
        if is_named || !self.folder.starts_with(&format!("{organization}/")) {
            return Ok(());
        }
        app.files.delete_folder(&self.folder).await
    }
}
