//! What happens to the bin by itself, later.

use jiff::Timestamp;
use kernel::jobs::{Job, Task};
use kernel::{App, Result};
use serde::{Deserialize, Serialize};

use super::store;

/// Empties the bin of what was put there up to a moment, and not brought back since.
#[derive(Serialize, Deserialize)]
pub struct PurgeBin {
    pub until: Timestamp,
}

impl Job for PurgeBin {
    const KIND: &'static str = "content.purge_bin";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let tx = app.database.tenant(task.organization()?).await?;
        store::purge(&tx, self.until).await?;
        tx.commit().await
    }
}
