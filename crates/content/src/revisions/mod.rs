//! Revisions: every saved state of an item's title, body and excerpt.

pub mod store;

use jiff::Timestamp;
use kernel::access::Caller;
use serde::Serialize;
use utoipa::ToSchema;

use crate::items::draft::Draft;

/// How many revisions of an item are kept.
pub const KEPT: i32 = 50;

/// A state to be kept.
pub struct NewRevision<'a> {
    pub id: String,
    pub content_id: &'a str,
    pub title: &'a str,
    pub body: &'a str,
    pub excerpt: Option<&'a str>,
    pub created_by: &'a str,
    pub now: Timestamp,
}

impl<'a> NewRevision<'a> {
    pub fn of(caller: &'a Caller, content_id: &'a str, draft: &'a Draft) -> Self {
        Self {
            id: caller.new_id(),
            content_id,
            title: &draft.title,
            body: draft.content.as_str(),
            excerpt: draft.excerpt.as_deref(),
            created_by: &caller.actor.user_id,
            now: caller.now,
        }
    }
}

/// A kept state, without its text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Revision {
    pub id: String,
    pub content_id: String,
    pub version: i32,
    pub title: String,
    pub comment: Option<String>,
    pub created_by: String,
    pub author_name: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}
