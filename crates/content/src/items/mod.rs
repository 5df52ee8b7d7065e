//! Content items: from first draft to published article.

pub mod actions;
pub mod api;
pub mod bulk;
pub mod bulk_api;
pub mod cards;
pub mod draft;
pub(crate) mod expiry;
pub mod import;
pub mod jobs;
pub mod list;
pub mod local_time;
pub mod model;
pub mod names;
pub mod pages;

pub mod store;
