//! Revisions: every saved state of an item's title, body and excerpt.

pub mod actions;
pub mod api;
pub mod diff;
pub mod pages;
pub mod store;

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use jiff::{SignedDuration, Timestamp};
use kernel::access::Caller;
use kernel::{App, Error, Result};
use serde::Serialize;
use utoipa::ToSchema;

use crate::items::draft::Draft;

/// A state to be kept.
pub struct NewRevision<'a> {
    pub id: String,
    pub content_id: &'a str,
    pub title: &'a str,
    pub body: &'a str,
    pub excerpt: Option<&'a str>,
    pub comment: Option<&'a str>,
    pub created_by: &'a str,
    /// Whether it was saved by itself, and may take the place of the one before.
    pub is_autosave: bool,
    /// Whether it is a state of the changes that wait, and not of the item.
    pub of_changes: bool,
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
            comment: draft.comment.as_deref(),
            created_by: &caller.actor.user_id,
            is_autosave: draft.is_autosave && draft.comment.is_none(),
            of_changes: false,
            now: caller.now,
        }
    }
}

/// How long writing that saves itself goes on in one revision.
pub const AUTOSAVED_INTO_ONE_FOR: SignedDuration = SignedDuration::from_mins(10);

/// A kept state, without its text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Revision {
    pub id: String,
    pub content_id: String,
    pub version: i32,
    pub title: String,
    pub comment: Option<String>,
    /// Whether it was saved by itself while somebody writes, and may still change until somebody saves.
    pub is_autosave: bool,
    /// Whether it is a state of draft changes, which was not public.
    pub of_changes: bool,
    pub created_by: String,
    pub author_name: String,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// A kept state with its text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RevisionWithText {
    #[serde(flatten)]
    pub revision: Revision,
    pub content_body: String,
    pub excerpt: Option<String>,
}

/// The item and the number of a revision in the path; what cannot be one is answered like one that does not exist.
struct RevisionOf {
    content_id: String,
    version: i32,
}

impl FromRequestParts<App> for RevisionOf {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &App) -> Result<Self> {
        let Path(params) = Path::<std::collections::HashMap<String, String>>::from_request_parts(parts, state)
            .await
            .map_err(|_| Error::NotFound)?;
        let content_id = params.get("id").filter(|id| kernel::id::is_well_formed(id)).ok_or(Error::NotFound)?;
        let version = params.get("version").and_then(|version| version.parse().ok()).ok_or(Error::NotFound)?;
        Ok(Self { content_id: content_id.clone(), version })
    }
}
