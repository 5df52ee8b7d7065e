//! What happens to comments by itself, later.

use jiff::{SignedDuration, Timestamp};
use kernel::db::{Statements, Tenant};
use kernel::jobs::{self, Job, Task};
use kernel::notify::{self, Kind, Notice};
use kernel::{App, Error, Result};
use serde::{Deserialize, Serialize};

use super::list::{self, CommentQuery, Listed};
use super::model::CommentStatus;

/// An organization's admins are told of new comments once in this time at most.
const TOLD_EVERY: SignedDuration = SignedDuration::from_mins(15);
/// Comments that the mail shows; the page has the others.
const SHOWN_IN_MAIL: i64 = 5;
/// Characters of a comment that the mail shows.
const EXCERPT: usize = 200;

/// Tells the admins which comments wait for them.
#[derive(Serialize, Deserialize)]
pub struct TellModerators {
    /// When the quarter of an hour began in which they came.
    since: Timestamp,
}

/// Queues the mail for the end of the running quarter of an hour, unless it is queued already.
pub async fn tell_moderators(tx: &Tenant, now: Timestamp) -> Result<()> {
    let length = TOLD_EVERY.as_secs();
    let begin = now.as_second() - now.as_second().rem_euclid(length);
    let since = Timestamp::from_second(begin).map_err(Error::internal)?;
    let organization = tx.organization();
    let key = format!("{} {organization} {begin}", TellModerators::KIND);
    jobs::enqueue_once(tx, organization, &TellModerators { since }, (&key, since + TOLD_EVERY)).await
}

impl Job for TellModerators {
    const KIND: &'static str = "content.tell_moderators";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let tx = app.database.tenant(task.organization()?).await?;
        let pending = CommentQuery { status: Some(CommentStatus::Pending), limit: SHOWN_IN_MAIL, ..Default::default() };
        let waiting = list::read(&tx, &pending).await?;
        // Somebody may have been quicker than the mail.
        if waiting.comments.first().is_some_and(|newest| newest.created_at >= self.since) {
            send(&app, &tx, &waiting, task.now).await?;
        }
        tx.commit().await
    }
}

async fn send(app: &App, tx: &Tenant, waiting: &Listed, now: Timestamp) -> Result<()> {
    let name: String =
        tx.one("SELECT name FROM organizations WHERE id = $1", &[&tx.organization().as_str()]).await?.get("name");
    let title = match waiting.total {
        1 => format!("A comment waits for you in {name}"),
        total => format!("{total} comments wait for you in {name}"),
    };
    let shown = waiting.comments.iter().map(|comment| {
        let excerpt = crate::html::shorten(&comment.comment, EXCERPT);
        format!("{} on “{}”:\n{excerpt}", comment.author_name, comment.content_title)
    });
    let detail = shown.collect::<Vec<_>>().join("\n\n");
    let notice = Notice { kind: Kind::CommentsWaiting, title: &title, detail: &detail, path: "comments" };
    notify::tell(app, tx, &notify::admins(tx).await?, &notice, now).await
}
