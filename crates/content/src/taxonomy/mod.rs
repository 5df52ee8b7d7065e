//! Categories and tags.

pub mod api;
pub mod categories;
pub mod tags;
