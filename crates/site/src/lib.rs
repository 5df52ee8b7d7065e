//! The public face of an organization: pages, feeds, sitemap and everything a search engine or a reader's program asks for.
//!
//! Views are plain structs rendered by compile-time-checked templates: the same input always gives the same bytes, so a page
//! can be known by its content. Only [`pages`] reads the database.

pub mod accent;
mod around;
pub mod body;
pub mod cache;
mod code;
pub mod domains;
pub mod feeds;
pub mod ghost;
pub mod head;
pub mod html;
pub mod links;
pub mod pages;
mod pictures;
pub mod preview_words;
pub mod robots;
pub mod sitemap;
pub mod views;
pub mod words;

mod xml;

pub use pages::unsaved::routes as pages_of_writers;
pub use pages::{Theme, router};
