//! Ends what a killed program left whole but unfinished.

use kernel::access::{Actor, ActorKind, Caller, Role};
use kernel::db::Statements;
use kernel::jobs::{Job, Task};
use kernel::organization::Organization;
use kernel::{App, Result};
use serde::{Deserialize, Serialize};

use super::actions;
use crate::uploads::jobs::organization_of;
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
        let tx = app.database.tenant(&organization_of(&task)?).await?;
        let Some(upload) = store::find(&tx, &self.upload).await? else { return Ok(()) };
        if upload.asset_id.is_some() || upload.refusal.is_some() || !upload.is_whole() {
            return Ok(());
        }
        let sql = "SELECT id AS organization_id, slug AS organization_slug, name AS organization_name FROM organizations WHERE id = $1";
        let organization = Organization::from_row(&tx.one(sql, &[&tx.organization().as_str()]).await?)?;
        let actor = Actor { kind: ActorKind::System, id: Self::KIND.into(), name: "Upload".into(), user_id: self.user };
        // Whoever sent it was permitted to when it came.
        let mut caller =
            Caller { app, tx, organization, actor, role: Role::Member, now: task.now, request_id: String::new() };
        actions::finish(&mut caller, upload).await?;
        caller.commit().await
    }
}
