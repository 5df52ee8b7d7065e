//! What content forgets with time, whether or not anything else happens meanwhile.

use kernel::jobs::{Job, Task};
use kernel::{App, Result};
use serde::{Deserialize, Serialize};

use crate::{bin, comments, items};

/// Forgets, once a day, what an organization keeps for a month: from where visitors wrote comments, what changes of many
/// items could be taken back to, and what still lies in the bin because emptying it failed.
#[derive(Serialize, Deserialize)]
pub struct Forget {}

impl Job for Forget {
    const KIND: &'static str = "content.forget";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let tx = app.database.tenant(task.organization()?).await?;
        comments::store::forget_addresses(&tx, task.now - comments::ADDRESSES_KEPT_FOR).await?;
        items::bulk::forget(&tx, task.now - items::bulk::UNDONE_WITHIN).await?;
        bin::store::purge(&tx, task.now - bin::KEPT_FOR).await?;
        tx.commit().await
    }
}
