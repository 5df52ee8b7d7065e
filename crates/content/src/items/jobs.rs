//! What happens to items by itself, later.

use kernel::access::Caller;
use kernel::jobs::{Job, Task};
use kernel::notify::Kind;
use kernel::{App, Error, Result};
use serde::{Deserialize, Serialize};

use super::model::{ContentStatus, Item, Move};
use super::{actions, store};
use crate::reviews::actions::tell;

/// Brings the search index up to date with one item.
#[derive(Serialize, Deserialize)]
pub struct IndexItem {
    pub item: String,
}

impl Job for IndexItem {
    const KIND: &'static str = "content.index";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let tx = app.database.tenant(task.organization()?).await?;
        store::index(&tx, &self.item).await?;
        tx.commit_soon().await
    }
}

/// Publishes an item at its time, unless it was unscheduled or moved to another time.
#[derive(Serialize, Deserialize)]
pub struct PublishScheduled {
    pub item: String,
    /// Who scheduled it, and is told what became of it.
    #[serde(default)]
    pub by: Option<String>,
}

impl Job for PublishScheduled {
    const KIND: &'static str = "content.publish_scheduled";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let caller = as_the_program(&app, &task).await?;
        let Some(item) = store::lock(&caller.tx, &self.item).await? else { return Ok(()) };
        let is_due = item.scheduled_for.is_some_and(|at| at <= caller.now);
        if item.status != ContentStatus::Scheduled || !is_due {
            return Ok(());
        }
        match actions::publish(&caller, &self.item, None).await {
            Ok(published) => {
                let title = format!("“{}” is published", published.title);
                tell(&caller, &published, self.told(&published), (Kind::Published, &title, None)).await?;
                caller.commit().await
            }
            Err(error) => {
                drop(caller);
                self.tell_failure(&app, &task, &item, &error).await?;
                Err(error)
            }
        }
    }
}

impl PublishScheduled {
    fn told(&self, item: &Item) -> Vec<String> {
        self.by.iter().chain([&item.author_id]).cloned().collect()
    }

    /// Tells that an item will not be published by itself, once there are no more attempts.
    async fn tell_failure(&self, app: &App, task: &Task, item: &Item, error: &Error) -> Result<()> {
        let Some(words) = failure_words(task, error) else { return Ok(()) };
        let caller = as_the_program(app, task).await?;
        let title = format!("“{}” could not be published", item.title);
        tell(&caller, item, self.told(item), (Kind::PublishingFailed, &title, Some(&words))).await?;
        caller.commit().await
    }
}

/// What people are told about something that did not publish itself; nothing while there are attempts left.
pub(crate) fn failure_words(task: &Task, error: &Error) -> Option<String> {
    match error {
        Error::Internal(_) | Error::Unavailable => task.is_last_attempt.then(|| {
            "The program failed each time it tried. Publish it by hand, and have its log looked into.".to_owned()
        }),
        error => Some(format!("{error} Mend it, then publish it by hand.")),
    }
}

/// Archives a published item when it has expired.
#[derive(Serialize, Deserialize)]
pub struct ExpireItem {
    pub item: String,
}

impl Job for ExpireItem {
    const KIND: &'static str = "content.expire";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let caller = as_the_program(&app, &task).await?;
        let Some(item) = store::lock(&caller.tx, &self.item).await? else { return Ok(()) };
        let has_expired = item.expires_at.is_some_and(|at| at <= caller.now);
        if item.status == ContentStatus::Published && has_expired {
            actions::make_move(&caller, &self.item, Move::Archive, None).await?;
        }
        caller.commit().await
    }
}

/// The program acting by itself in the job's organization.
pub(crate) async fn as_the_program(app: &App, task: &Task) -> Result<Caller> {
    task.caller(app, ("scheduler", "Scheduler")).await
}
