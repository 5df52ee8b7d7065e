//! What every feature of ContentPilot stands on: the database and its organization transaction, who asks and what
//! they may do, errors and their outfits, the JSON conventions, settings, time, ids, jobs and mail.
//!
//! The kernel knows no feature and renders no page.

pub mod access;
pub mod answers;
pub mod api;
pub mod app;
pub mod audit;
pub mod changes;
pub mod clock;
pub mod config;
pub mod db;
pub mod dns;
pub mod doors;
pub mod error;
pub mod events;
pub mod files;
pub mod form;
pub mod id;
pub mod idempotency;
pub mod jobs;
pub mod letters;
pub mod mail;
pub mod migrate;
pub mod notify;
pub mod organization;
pub mod outgoing;
pub mod secret;
pub mod session;
pub mod validate;
pub mod web;

pub use app::App;
pub use error::{Error, Result};
