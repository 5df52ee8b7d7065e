//! Presence: who has an item open in the editor right now. Each browser renews a lease while its page is open, so
//! whoever is gone is gone on every node, also when their computer just died.

pub mod actions;
pub mod api;
pub mod store;

use jiff::{SignedDuration, Timestamp};
use kernel::db::Row;
use serde::Serialize;
use utoipa::ToSchema;

/// How long somebody counts as present after they were last seen. Browsers renew every ten seconds.
pub const PRESENT_FOR: SignedDuration = SignedDuration::from_secs(25);

/// Somebody else who has the item open.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Present {
    pub user_id: String,
    pub name: String,
    /// Since when, without a break.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
}

impl Present {
    fn from_row(row: &Row) -> Self {
        Self { user_id: row.get("user_id"), name: row.get("name"), since: row.get("since") }
    }
}
