//! Members of an organization and their roles.

pub mod actions;
pub mod api;
pub mod pages;
pub mod store;
