//! Writes to comments.

use jiff::Timestamp;
use kernel::Result;
use kernel::access::{Caller, Permission};

use super::store;

/// The longest comment, in characters.
pub const COMMENT_LONGEST: usize = 20_000;
/// The longest name of a visitor.
pub const NAME_LONGEST: usize = 200;
/// The longest mail address of a visitor.
pub const EMAIL_LONGEST: usize = 320;
/// The longest web address of a visitor.
pub const URL_LONGEST: usize = 2048;

/// What moderation decided about a comment (`"CommentStatus"` in the database).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentStatus {
    Pending,
    Approved,
    Rejected,
    Spam,
}

impl CommentStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Approved => "APPROVED",
            Self::Rejected => "REJECTED",
            Self::Spam => "SPAM",
        }
    }
}

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
