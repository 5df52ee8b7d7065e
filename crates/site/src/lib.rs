//! The public face of an organization: pages, feeds, sitemap and everything a search engine or a reader's program asks for.
//!
//! Views are plain structs rendered by compile-time-checked templates; nothing here reads the database or the clock, so the
//! same input always gives the same bytes and a page can be cached by its content.

pub mod accent;
pub mod body;
pub mod feeds;
pub mod head;
pub mod html;
pub mod links;
pub mod robots;
pub mod sitemap;
pub mod views;

mod xml;
