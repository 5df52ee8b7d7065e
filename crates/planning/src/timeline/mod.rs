//! What goes out when of one campaign: its content, emails and posts, with its beginning, its end and now.

pub mod pages;
mod store;
