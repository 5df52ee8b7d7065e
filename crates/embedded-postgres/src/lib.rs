//! The program's private PostgreSQL: found, created, started, taken over after a crash and stopped.
//!
//! The server listens on a Unix socket only. The socket's folder is readable by nobody but the server's user, which is
//! what keeps others out; inside it every role is trusted. Everything lives under one data directory:
//! `pg` (the cluster), `pg.new` (a cluster being made), `pg-socket`, `pg.log` and `contentpilot.lock`.
//! All calls block; an asynchronous program makes them where blocking is allowed.

mod account;
mod binaries;
mod bundle;
mod cluster;
mod create;
mod data_folder;
mod error;
mod postmaster;
mod running;
mod server;
mod socket_folder;

pub use cluster::{Cluster, Options, Origin};
pub use error::Error;
pub use running::running;

/// The superuser role of the cluster and the name of its database.
pub const DATABASE: &str = "contentpilot";

/// The oldest major version of PostgreSQL the product works with.
pub const OLDEST_MAJOR: u32 = 15;
