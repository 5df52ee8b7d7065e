//! ContentPilot: every feature put together into one program.

pub mod commands;
mod database;
mod docs;
pub mod doctor;
mod logging;
mod monitoring;
mod openapi;
mod router;
mod secret_key;
mod strict;

pub use openapi::document as openapi;
pub use router::{doors, jobs, router};
