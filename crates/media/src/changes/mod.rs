//! Changes to an asset's file under the same address: turned, cropped, replaced, and taken back.

pub mod actions;
pub mod api;
pub mod edit;
pub mod jobs;
pub mod store;
