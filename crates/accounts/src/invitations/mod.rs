//! Invitations to an organization, by a link in a mail.

pub mod actions;
pub mod api;
pub mod model;
pub mod pages;
pub mod store;
