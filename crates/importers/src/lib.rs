//! Importers: bytes in, records out, records into the content actions.

pub mod wordpress;
