//! Domains that an organization sends from, and the keys that its messages are signed with.

pub mod actions;
pub mod api;
pub mod model;
pub mod pages;
pub mod store;

/// What private keys are sealed for.
pub const PURPOSE: &str = "key that signs mails";
