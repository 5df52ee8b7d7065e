//! What happens to changes by itself, later.

use kernel::jobs::{Job, Task};
use kernel::notify::Kind;
use kernel::{App, Result};
use serde::{Deserialize, Serialize};

use super::{actions, store};
use crate::items::jobs::{as_the_program, failure_words};
use crate::items::model::ContentStatus;
use crate::reviews::actions::tell;

/// Makes changes public at their time, unless they were taken off the schedule or moved to another time.
#[derive(Serialize, Deserialize)]
pub struct PublishChanges {
    pub item: String,
    /// Who scheduled them, and is told what became of them.
    pub by: String,
}

impl Job for PublishChanges {
    const KIND: &'static str = "content.publish_changes";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let mut caller = as_the_program(&app, &task).await?;
        // The version that this makes stands under the name of whoever decided it.
        caller.actor.user_id.clone_from(&self.by);
        let Some(item) = crate::items::store::lock(&caller.tx, &self.item).await? else { return Ok(()) };
        let Some(changes) = store::find(&caller.tx, &self.item).await? else { return Ok(()) };
        let is_due = changes.scheduled_for.is_some_and(|at| at <= caller.now);
        // What left the site takes its changes along; there is nothing public to change.
        if item.status != ContentStatus::Published || changes.status != ContentStatus::Scheduled || !is_due {
            return Ok(());
        }
        let told = vec![self.by.clone(), changes.updated_by];
        match actions::publish(&caller, &self.item, None).await {
            Ok(published) => {
                let title = format!("The changes to “{}” are published", published.title);
                tell(&caller, &published, told, (Kind::Published, &title, None)).await?;
                caller.commit().await
            }
            Err(error) => {
                drop(caller);
                if let Some(words) = failure_words(&task, &error) {
                    let caller = as_the_program(&app, &task).await?;
                    let title = format!("The changes to “{}” could not be published", item.title);
                    tell(&caller, &item, told, (Kind::PublishingFailed, &title, Some(&words))).await?;
                    caller.commit().await?;
                }
                Err(error)
            }
        }
    }
}
