//! The time of a post: the one thing of posts that the calendar changes.

use jiff::Timestamp;
use kernel::access::{Caller, Permission};
use kernel::db::{Row, Statements, Tenant};
use kernel::{Error, Result, audit};
use serde_json::json;

/// The beginning of a post's text, and its time while it waits for that.
pub async fn find(tx: &Tenant, id: &str) -> Result<Option<(String, Option<Timestamp>)>> {
    let sql = "SELECT left(content, 100) AS title, CASE WHEN status = 'SCHEDULED' THEN scheduled_for END AS at
               FROM social_media_posts WHERE id = $1";
    let found = |row: Row| (row.get("title"), row.get("at"));
    Ok(tx.row(sql, &[&id]).await?.map(found))
}

/// Gives a post that waits for its time another one; [`Error::Conflict`] when it does not wait any more.
pub async fn schedule(caller: &Caller, id: &str, at: Timestamp) -> Result<()> {
    caller.must(Permission::CampaignsManage)?;
    if at <= caller.now {
        let words = "This time has passed. Choose one that is still to come.";
        return Err(Error::invalid("scheduled_for", "in_the_past", words));
    }
    let sql = "UPDATE social_media_posts SET scheduled_for = $2, version = version + 1
               WHERE id = $1 AND status = 'SCHEDULED'";
    if caller.tx.execute(sql, &[&id, &at]).await? == 0 {
        let words = "This post does not wait for its time any more. Go back to the calendar and load it again.";
        return Err(Error::Conflict(words.into()));
    }
    audit::record(caller, "post.schedule", ("post", id), json!({ "scheduled_for": at })).await
}
