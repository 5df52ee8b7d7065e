//! Organizations: founding, choosing, settings and the end of them.

pub mod actions;
pub mod model;
pub mod pages;
pub mod store;
