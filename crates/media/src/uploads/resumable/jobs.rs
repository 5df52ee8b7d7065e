//! Ends what a killed program left whole but unfinished.

use kernel::access::Role;
use kernel::jobs::{Job, Task};
use kernel::{App, Result};
use serde::{Deserialize, Serialize};

use super::actions;
use crate::uploads::store;

/// Makes a whole upload an asset, if the request that brought its end did not.
#[derive(Serialize, Deserialize)]
pub struct FinishUpload {
    pub upload: String,
    /// Who sent it.
    pub user: String,
}

impl Job for FinishUpload {
    const KIND: &'static str = "media.finish_upload";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let mut caller = task.caller(&app, (Self::KIND, "Upload")).await?;
        let Some(upload) = store::find(&caller.tx, &self.upload).await? else { return Ok(()) };
        if upload.asset_id.is_some() || upload.refusal.is_some() || !upload.is_whole() {
            return Ok(());
        }
        // Whoever sent it was permitted to when it came.
        (caller.actor.user_id, caller.role) = (self.user, Role::Member);
        actions::finish(&mut caller, upload).await?;
        caller.commit().await
    }
}
