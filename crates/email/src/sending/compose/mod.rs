//! From what was written to what one person gets: merge tags, links, plain text, the message itself.

pub mod checks;
pub mod freeze;
mod hints;
pub mod merge;
pub mod message;
mod place;
pub mod plain;
pub mod sender;
