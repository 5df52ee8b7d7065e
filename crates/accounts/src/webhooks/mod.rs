//! Webhooks: endpoints that hear of events, in the form of Standard Webhooks 1.0.0, and what became of each delivery.

mod actions;
pub mod api;
mod deliver;
mod deliveries;
pub mod jobs;
mod model;
pub mod pages;
mod record;
mod sign;
mod store;
