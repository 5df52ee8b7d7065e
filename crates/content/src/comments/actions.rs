//! Writes to comments.

use jiff::Timestamp;
use kernel::access::{Caller, Permission};
use kernel::validate::{Lines, Problems};
use kernel::{Error, Result, audit};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::model::CommentRecord;
pub use super::model::CommentStatus;
use super::{jobs, store};
use crate::items;

/// The longest comment, in characters.
pub const COMMENT_LONGEST: usize = 20_000;
/// The longest name of a visitor.
pub const NAME_LONGEST: usize = 200;
/// The longest mail address of a visitor.
pub const EMAIL_LONGEST: usize = 320;
/// The longest web address of a visitor.
pub const URL_LONGEST: usize = 2048;

/// A visitor's comment from another system: plain text with line breaks, which pages escape.
#[derive(Debug, Clone)]
pub struct ImportedComment {
    pub id: String,
    /// A comment of the same item, there already or in the same call.
    pub parent_id: Option<String>,
    pub author_name: Option<String>,
    pub author_email: Option<String>,
    pub author_url: Option<String>,
    pub comment: String,
    pub status: CommentStatus,
    pub created_at: Timestamp,
}

/// Adds comments to an item, all in one statement, so that the item's count is brought up to date once.
pub async fn import(caller: &Caller, content_id: &str, comments: &[ImportedComment]) -> Result<()> {
    caller.must(Permission::TaxonomyManage)?;
    if comments.is_empty() {
        return Ok(());
    }
    store::insert_many(&caller.tx, content_id, comments).await
}

/// Brings a comment imported earlier to what the other system has now, unless it was changed or deleted here since
/// it was at `version`; says whether it did.
pub async fn update_imported(caller: &Caller, comment: &ImportedComment, version: i32) -> Result<bool> {
    caller.must(Permission::TaxonomyManage)?;
    store::update(&caller.tx, comment, version).await
}

/// What somebody sends to write a comment.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawComment {
    /// Plain text, 1 to 20,000 characters.
    pub comment: String,
    /// The comment of the same item that is answered.
    pub parent_id: Option<String>,
}

/// What somebody sends to change a comment; a field left out stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CommentChange {
    pub status: Option<CommentStatus>,
    /// Plain text, 1 to 20,000 characters.
    pub comment: Option<String>,
}

/// Writes a comment in one's own name. It is shown at once if its author may moderate, else it waits.
pub async fn write(
    caller: &Caller,
    content_id: &str,
    raw: &RawComment,
    mut problems: Problems,
) -> Result<CommentRecord> {
    caller.must(Permission::ContentEdit)?;
    let item = items::store::find(&caller.tx, content_id).await?.ok_or(Error::NotFound)?;
    let comment = checked_text(&mut problems, &raw.comment);
    if let Some(parent) = &raw.parent_id
        && !store::belongs_to(&caller.tx, content_id, parent).await?
    {
        problems.add("parent_id", "unknown", "This item has no comment of this id. Send one of its comments, or null.");
    }
    problems.finish(())?;
    if !item.comments_enabled {
        let words = "Comments on this item are closed. Set comments_enabled to true to open them again.";
        return Err(Error::Conflict(words.into()));
    }
    let may_moderate = caller.may(Permission::TaxonomyManage);
    let status = if may_moderate { CommentStatus::Approved } else { CommentStatus::Pending };
    let id = caller.new_id();
    store::insert_members(caller, (&id, content_id), (&comment, raw.parent_id.as_deref()), status).await?;
    if status == CommentStatus::Pending {
        jobs::tell_moderators(&caller.tx, caller.now).await?;
    }
    let details = json!({ "title": item.title });
    audit::record(caller, "comment.create", ("comment", &id), details).await?;
    reread(caller, &id).await
}

fn checked_text(problems: &mut Problems, text: &str) -> String {
    let text = problems.text("comment", "The comment", text, COMMENT_LONGEST, Lines::Many);
    if text.is_empty() {
        problems.add("comment", "required", "The comment is empty. Write something first.");
    }
    text
}

/// Changes a comment's text or status. With `expected_version` set, only if nobody changed it since.
pub async fn edit(
    caller: &Caller,
    id: &str,
    change: &CommentChange,
    mut problems: Problems,
    expected_version: Option<i32>,
) -> Result<CommentRecord> {
    caller.must(Permission::TaxonomyManage)?;
    let before = lock(caller, id, expected_version).await?;
    let text = change.comment.as_ref().map(|text| checked_text(&mut problems, text));
    problems.finish(())?;
    let text = text.filter(|text| *text != before.comment);
    let status = change.status.filter(|status| *status != before.status);
    if text.is_none() && status.is_none() {
        return Ok(before);
    }
    store::change(&caller.tx, id, text.as_deref(), status).await?;
    let details = json!({ "title": before.content_title, "from": status.map(|_| before.status), "to": status });
    audit::record(caller, "comment.change", ("comment", id), details).await?;
    reread(caller, id).await
}

/// Gives one comment a status. Does nothing if it has it already.
pub async fn set_status(
    caller: &Caller,
    id: &str,
    status: CommentStatus,
    expected_version: Option<i32>,
) -> Result<CommentRecord> {
    let change = CommentChange { status: Some(status), comment: None };
    edit(caller, id, &change, Problems::new(), expected_version).await
}

/// Gives many comments a status and tells how many had another. Ids of nothing are passed over.
pub async fn set_status_of_many(caller: &Caller, ids: &[String], status: CommentStatus) -> Result<u64> {
    caller.must(Permission::TaxonomyManage)?;
    let changed = store::set_status_of_many(&caller.tx, ids, status).await?;
    if changed > 0 {
        let details = json!({ "name": counted(changed), "to": status, "ids": ids });
        audit::record(caller, "comment.change", ("comment", ""), details).await?;
    }
    Ok(changed)
}

fn counted(comments: u64) -> String {
    if comments == 1 { "1 comment".to_owned() } else { format!("{comments} comments") }
}

/// Deletes a comment for good; answers to it stay, in threads of their own.
pub async fn delete(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<()> {
    caller.must(Permission::TaxonomyManage)?;
    let comment = lock(caller, id, expected_version).await?;
    store::delete_many(&caller.tx, &[id.to_owned()]).await?;
    audit::record(caller, "comment.delete", ("comment", id), json!({ "title": comment.content_title })).await
}

/// Deletes many comments for good and tells how many there were.
pub async fn delete_many(caller: &Caller, ids: &[String]) -> Result<u64> {
    caller.must(Permission::TaxonomyManage)?;
    let deleted = store::delete_many(&caller.tx, ids).await?;
    if deleted > 0 {
        let details = json!({ "name": counted(deleted), "ids": ids });
        audit::record(caller, "comment.delete", ("comment", ""), details).await?;
    }
    Ok(deleted)
}

async fn lock(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<CommentRecord> {
    let comment = store::lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    if expected_version.is_some_and(|version| version != comment.version) {
        let words = format!("Somebody changed this comment since; it is at version {} now.", comment.version);
        return Err(Error::StaleVersion(format!("{words} Read it again and decide anew.")));
    }
    Ok(comment)
}

async fn reread(caller: &Caller, id: &str) -> Result<CommentRecord> {
    store::find(&caller.tx, id).await?.ok_or(Error::NotFound)
}
