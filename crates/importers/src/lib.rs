//! Importers: bytes in, records out, records into the content actions.

mod carry;
mod fields;
mod ledger;
pub mod legacy;
pub mod report;
pub mod wordpress;
mod writer;

pub use writer::Options;
