use jiff::{SignedDuration, Timestamp};
use kernel::db::Row;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// How long the file of an export is kept.
pub const KEPT_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long an address of the file is good.
pub const ADDRESS_LASTS: SignedDuration = SignedDuration::from_hours(1);

/// Where an export stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// A job makes it.
    Running,
    Ready,
    Failed,
    /// Its file is deleted.
    Expired,
}

/// A copy of everything that an organization holds.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Export {
    pub id: String,
    pub state: State,
    /// Bytes of the file.
    pub file_size: Option<i64>,
    /// Rows of each table, and files of the library.
    #[schema(value_type = Object)]
    pub counts: Value,
    /// Why there is none.
    pub failure: Option<String>,
    /// Who asked for it.
    pub created_by: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Timestamp>,
    /// When its file is deleted.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// Fetches the file; good for an hour, for whoever has it.
    pub download_url: Option<String>,
    #[serde(skip)]
    pub file_key: Option<String>,
}

impl Export {
    pub fn from_row(row: &Row) -> Self {
        let (file_key, failure): (Option<String>, Option<String>) = (row.get("file_key"), row.get("failure"));
        let finished_at: Option<Timestamp> = row.get("finished_at");
        let state = match (&file_key, &failure, finished_at) {
            (Some(_), ..) => State::Ready,
            (None, Some(_), _) => State::Failed,
            (None, None, Some(_)) => State::Expired,
            (None, None, None) => State::Running,
        };
        Self {
            id: row.get("id"),
            state,
            file_size: row.get("file_size"),
            counts: row.get("counts"),
            failure,
            created_by: row.get("created_by"),
            created_at: row.get("created_at"),
            finished_at,
            expires_at: row.get("expires_at"),
            download_url: None,
            file_key,
        }
    }
}
