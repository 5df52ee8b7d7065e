//! Draft changes: what is to become of a published item, written and reviewed while the item stays as it is on the site.

pub mod actions;
pub mod api;
pub mod jobs;
pub mod model;
pub mod store;

pub use model::Changes;
