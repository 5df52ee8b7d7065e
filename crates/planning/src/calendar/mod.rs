//! The calendar: content, releases, emails and posts by the day on which they go out or end.

pub mod api;
pub mod days;
pub mod model;
mod move_pages;
mod moves;
pub mod pages;
mod posts;
pub mod store;
