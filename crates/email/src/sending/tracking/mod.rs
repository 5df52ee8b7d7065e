//! What comes back by itself: openings and clicks.

mod burst;
pub mod device;
mod intake;
mod machine;
mod public;
pub mod token;

pub use intake::note_unsubscribe;
pub use public::router;

use jiff::Timestamp;
use kernel::db::OrganizationId;

/// What was seen of a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Open,
    Click,
}

/// One opening or click, as it came in.
#[derive(Debug, Clone)]
pub struct Sighting {
    pub organization: OrganizationId,
    pub recipient: String,
    pub kind: Kind,
    /// The link that was followed.
    pub link: Option<String>,
    pub at: Timestamp,
    /// Why it was a program, if it was.
    pub machine: Option<&'static str>,
    pub user_agent: String,
}
