//! The calendar: content, releases, emails, posts and campaigns by the day on which they go out, begin or end.

pub mod api;
mod campaigns;
pub mod days;
pub mod model;
mod move_pages;
mod moves;
pub mod pages;
mod posts;
pub mod store;
