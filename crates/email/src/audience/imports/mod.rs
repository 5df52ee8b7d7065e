//! Contacts out of CSV files: a file is kept, looked at, its columns are given a meaning, and then it is read by a job.
//!
//! ```text
//! bytes → [rows] cells → [record] checked contacts → [batch] a few thousand in one transaction, with how far it came
//! ```
//!
//! A few thousand rows are in memory at a time, however long the file. A job that was interrupted goes on behind the last
//! batch that was committed. Nobody who left is subscribed again.

pub mod actions;
pub mod api;
mod batch;
pub mod columns;
pub mod jobs;
pub mod pages;
mod received;
pub mod record;
pub mod rows;
pub mod run;
pub mod sample;
pub mod store;
mod views;

use jiff::Timestamp;
use kernel::db::Row;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use columns::Column;

use super::contacts::Status;

/// The largest file, in bytes; about five million rows.
pub const FILE_LARGEST: u64 = 512 * 1024 * 1024;

/// How a file is read and what becomes of its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ContactImportSettings)]
#[serde(default)]
pub struct Settings {
    /// A label of the WHATWG Encoding Standard, such as `utf-8`. A byte order mark outweighs it.
    pub encoding: String,
    /// What parts cells: one ASCII character.
    pub delimiter: String,
    /// Whether the first row names the columns.
    pub header: bool,
    /// What each column means: `email`, `name`, `first_name`, `last_name`, `company`, `language`, `timezone`, `tags`,
    /// `consent_at`, `consent_source`, `skip`, `field:KEY` for a field, `new:LABEL` for one that is made.
    #[schema(value_type = Vec<String>)]
    pub columns: Vec<Column>,
    /// What new contacts are: `subscribed`, `unsubscribed` or `bounced`.
    pub status: Outcome,
    /// Given to everybody in the file, beside the tags it holds.
    pub tags: Vec<String>,
    pub consent_source: String,
    pub consent_wording: String,
    /// Whether values of contacts that are there already stay as they are.
    pub keeps_existing: bool,
}

/// What the people of a file are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ContactImportOutcome)]
pub enum Outcome {
    #[default]
    Subscribed,
    /// They left: also contacts that are here are unsubscribed and stay away.
    Unsubscribed,
    /// Their addresses do not exist.
    Bounced,
}

impl Outcome {
    pub const ALL: [Self; 3] = [Self::Subscribed, Self::Unsubscribed, Self::Bounced];

    pub fn status(self) -> Status {
        match self {
            Self::Subscribed => Status::Subscribed,
            Self::Unsubscribed => Status::Unsubscribed,
            Self::Bounced => Status::Bounced,
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.status().as_str() == text)
    }
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ContactImportState)]
pub enum State {
    /// Waits for somebody to say what the columns mean.
    Uploaded,
    Running,
    Done,
    Failed,
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Uploaded => "uploaded",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    fn parse(text: &str) -> Self {
        match text {
            "uploaded" => Self::Uploaded,
            "running" => Self::Running,
            "done" => Self::Done,
            _ => Self::Failed,
        }
    }
}

/// What became of the rows of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ContactImportCounts)]
pub struct Counts {
    pub rows_read: i64,
    pub created: i64,
    pub updated: i64,
    /// Nothing new about somebody who is here.
    pub skipped: i64,
    pub refused: i64,
    /// Of the rows that came in, those without some of their values: what could not be read, or was too long.
    pub partial: i64,
}

/// One file on its way in.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ContactImport)]
pub struct Import {
    pub id: String,
    /// The file in the store; empty when it never lay there.
    #[serde(skip)]
    pub file_key: String,
    pub file_name: String,
    pub state: State,
    pub settings: Settings,
    pub counts: Counts,
    /// Why it failed.
    pub problem: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Timestamp>,
}

impl Import {
    fn from_row(row: &Row) -> Self {
        Self {
            id: row.get("id"),
            file_key: row.get("file_key"),
            file_name: row.get("file_name"),
            state: State::parse(row.get("state")),
            settings: serde_json::from_value(row.get("settings")).unwrap_or_default(),
            counts: Counts {
                rows_read: row.get("rows_read"),
                created: row.get("created"),
                updated: row.get("updated"),
                skipped: row.get("skipped"),
                refused: row.get("refused"),
                partial: row.get("partial"),
            },
            problem: row.get("problem"),
            created_at: row.get("created_at"),
            finished_at: row.get("finished_at"),
        }
    }
}

/// Whether a request brings a file, which takes as long as the sender's connection makes it.
pub fn brings_file(method: &http::Method, path: &str) -> bool {
    let is_form = path.starts_with("/admin/") && path.ends_with("/audience/imports");
    *method == http::Method::POST && (is_form || path == "/api/v1/contact-imports")
}
