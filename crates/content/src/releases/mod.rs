//! Releases: items that are published together, now or at a time, all of them or none.

pub mod actions;
pub mod api;
pub mod jobs;
pub mod model;
pub mod pages;
pub mod publish;
pub mod store;
