//! Content that belongs to a campaign: in which role, and in which order.

pub mod actions;
pub mod api;
pub mod model;
pub mod store;

pub use model::{Attached, Role};
