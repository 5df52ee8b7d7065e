//! What campaigns are begun from again and again: everything of one but its days, content and figures.

pub mod actions;
pub mod api;
mod model;
pub mod store;

pub use model::{RawSave, Template};
