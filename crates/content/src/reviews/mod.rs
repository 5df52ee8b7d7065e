//! Reviews: who asks whom to look at an item, and what they answer.

pub mod actions;
pub mod api;
pub mod store;

use jiff::Timestamp;
use kernel::validate::{Lines, Problems};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const NOTE_LONGEST: usize = 2000;

/// What goes with a submission: whom it is for, and what to look at.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReviewRequest {
    /// A member who may approve; every owner and admin is told when left out.
    pub assignee_id: Option<String>,
    #[schema(max_length = 2000)]
    pub note: Option<String>,
}

/// What goes with a reviewer's answer.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReviewAnswer {
    #[schema(max_length = 2000)]
    pub note: Option<String>,
}

/// One step of the conversation about an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Review {
    pub id: String,
    /// `submitted`, `approved` or `changes_requested`.
    pub kind: String,
    pub note: Option<String>,
    pub author_id: String,
    pub author_name: String,
    /// Whom a submission names.
    pub assignee_id: Option<String>,
    pub assignee_name: Option<String>,
    /// Whether it still waits for an answer.
    pub is_open: bool,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

fn checked_note(problems: &mut Problems, note: Option<&str>) -> Option<String> {
    let text = problems.text("note", "The note", note.unwrap_or_default(), NOTE_LONGEST, Lines::Many);
    (!text.is_empty()).then_some(text)
}
