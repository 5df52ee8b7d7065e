//! Releases that are published by themselves, at their time.

use kernel::access::Caller;
use kernel::jobs::{Job, Task};
use kernel::notify::{self, Kind, Notice};
use kernel::{App, Error, Result};
use serde::{Deserialize, Serialize};

use super::model::{Release, ReleaseStatus};
use super::{publish, store};
use crate::items::jobs::as_the_program;

/// The longest reason that is kept, in characters.
const REASON_LONGEST: usize = 20_000;

/// Publishes a release at its time, unless it was cancelled or moved to another time.
#[derive(Serialize, Deserialize)]
pub struct PublishRelease {
    pub release: String,
    /// Who scheduled it, and is told what became of it.
    pub by: Option<String>,
}

impl Job for PublishRelease {
    const KIND: &'static str = "content.publish_release";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let caller = as_the_program(&app, &task).await?;
        let Some(release) = store::lock(&caller.tx, &self.release).await? else { return Ok(()) };
        let is_due = release.scheduled_for.is_some_and(|at| at <= caller.now);
        if release.status != ReleaseStatus::Scheduled || !is_due {
            return Ok(());
        }
        match publish::publish(&caller, &self.release, None).await {
            Ok(published) => {
                let title = format!("The release “{}” is published", published.name);
                self.tell(&caller, &published, (Kind::Published, &title, "")).await?;
                caller.commit().await
            }
            Err(error) => {
                // Rolls back what was published so far.
                drop(caller);
                self.give_up(&app, &task, &error).await?;
                Err(error)
            }
        }
    }
}

impl PublishRelease {
    async fn tell(&self, caller: &Caller, release: &Release, (kind, title, detail): (Kind, &str, &str)) -> Result<()> {
        let told: Vec<String> = self.by.iter().chain([&release.created_by]).cloned().collect();
        let path = format!("releases/{}", release.id);
        let notice = Notice { kind, title, detail, path: &path };
        notify::tell(&caller.app, &caller.tx, &told, &notice, caller.now).await
    }

    /// Marks the release as failed and tells why, once there are no more attempts.
    async fn give_up(&self, app: &App, task: &Task, error: &Error) -> Result<()> {
        let is_ours = matches!(error, Error::Internal(_) | Error::Unavailable);
        if is_ours && !task.is_last_attempt {
            return Ok(());
        }
        let words = match is_ours {
            true => {
                "Nothing was published: the program failed each time it tried. Publish it by hand, and have its log \
                     looked into."
                    .to_owned()
            }
            false => error.to_string(),
        };
        let reason: String = words.chars().take(REASON_LONGEST).collect();
        let caller = as_the_program(app, task).await?;
        publish::fail(&caller, &self.release, &reason).await?;
        let Some(release) = store::find(&caller.tx, &self.release).await? else { return Ok(()) };
        let title = format!("The release “{}” could not be published", release.name);
        self.tell(&caller, &release, (Kind::PublishingFailed, &title, &reason)).await?;
        caller.commit().await
    }
}
