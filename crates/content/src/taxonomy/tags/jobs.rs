//! What follows a change of a tag: the items that carry it are found under its new words.

use kernel::access::Caller;
use kernel::jobs::{self, Job, Task};
use kernel::{App, Result};
use serde::{Deserialize, Serialize};

/// Items indexed by one job. A tag may be on every item, and a job must end well before its lease does.
const ITEMS_A_JOB: usize = 50;

/// Brings the search index up to date with some items.
#[derive(Serialize, Deserialize)]
pub struct IndexItems {
    pub items: Vec<String>,
}

impl Job for IndexItems {
    const KIND: &'static str = "content.index_items";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let tx = app.database.tenant(task.organization()?).await?;
        for item in &self.items {
            crate::items::store::index(&tx, item).await?;
        }
        tx.commit_soon().await
    }
}

/// Queues the indexing of items, in the order of their ids so that two jobs never wait for each other in a circle.
pub(super) async fn index_later(caller: &Caller, mut items: Vec<String>) -> Result<()> {
    items.sort_unstable();
    for chunk in items.chunks(ITEMS_A_JOB) {
        let job = IndexItems { items: chunk.to_vec() };
        jobs::enqueue(&caller.tx, Some(caller.tx.organization()), &job, caller.now).await?;
    }
    Ok(())
}
