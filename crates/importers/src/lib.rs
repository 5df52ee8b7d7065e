//! Importers: bytes in, records out, records into the content actions.

mod carry;
mod dates;
mod fields;
pub mod ghost;
mod ledger;
pub mod legacy;
pub mod markdown;
mod names;
mod pictures;
pub mod report;
pub mod wordpress;
mod writer;

pub use writer::Options;
