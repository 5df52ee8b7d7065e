//! The calendar: content, releases, emails and posts by the day on which they go out or end.

pub mod api;
pub mod days;
pub mod model;
mod move_pages;
pub mod pages;
pub mod store;
