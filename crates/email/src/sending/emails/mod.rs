//! Emails as people write them: what is sent, to whom, and the moves from draft to sent.

pub mod actions;
pub mod api;
pub mod draft;
pub mod list;
pub mod model;
pub mod pages;
pub mod plan;
pub mod store;
mod views;

pub use model::{Email, Move, Status};
