//! Importers: bytes in, records out, records into the content actions.

mod ledger;
pub mod report;
pub mod wordpress;
