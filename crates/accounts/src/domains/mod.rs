//! Domains that show an organization's site: claimed, proven by a record in the domain's own DNS, and given up.
//!
//! A claim costs nobody anything: several organizations may make one. `app.domains`, from which requests are led to
//! sites, holds a domain once, for the organization that proved it.

pub mod actions;
pub mod api;
pub mod model;
pub mod pages;
pub mod store;
