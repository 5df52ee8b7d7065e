//! An organization's settings: its name and how its site presents itself.

pub mod actions;
pub mod api;
pub mod choices;
pub mod link_rows;
pub mod links;
pub mod model;
pub mod pages;
pub mod site_pages;
pub mod store;
