//! Assets: one file each, with what people say about it.

pub mod model;
pub mod store;

pub use model::Asset;
