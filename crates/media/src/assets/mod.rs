//! Assets: one file each, with what people say about it.

pub mod actions;
pub mod api;
pub mod bulk;
pub mod draft;
pub mod jobs;
pub mod list;
pub mod model;
pub mod store;

pub use model::Asset;
