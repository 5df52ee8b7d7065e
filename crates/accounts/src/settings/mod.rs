//! An organization's settings: its name and how its site presents itself.

pub mod actions;
pub mod api;
pub mod choices;
pub mod model;
pub mod pages;
pub mod store;
