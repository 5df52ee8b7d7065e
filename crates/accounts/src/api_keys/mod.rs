//! Keys to an organization's API: shown once, kept as a hash.

pub mod actions;
pub mod api;
pub mod model;
pub mod pages;
pub mod store;
