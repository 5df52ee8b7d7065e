//! The private server on the real PostgreSQL of this machine.
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod accounts;
mod crashes;
mod holder;
mod lifecycle;
