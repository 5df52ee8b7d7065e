//! What was spent on a campaign: entries that people make, each with its day, its purpose and who says so.

pub mod actions;
pub mod api;
mod model;
pub mod store;

pub use model::{Entry, RawEntry};
