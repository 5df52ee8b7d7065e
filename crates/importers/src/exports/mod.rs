//! Exports that are asked for in the application: made by a job, kept for a week, and fetched by an address that is good
//! for an hour.

pub mod actions;
pub mod api;
pub mod download;
pub mod jobs;
pub mod model;
pub mod pages;
pub mod store;
mod views;
