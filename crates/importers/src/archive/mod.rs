//! Everything that an organization holds as one file in open formats, and the way back.
//!
//! A ZIP archive: `README.txt`, `manifest.json`, one `data/TABLE.jsonl` for each table (a JSON object a line, named like
//! the columns), and `media/…` with the files of the library as they were sent. What opens doors (passwords, keys,
//! sessions, secrets of webhooks) is in none of it.
//!
//! On its way in, an archive is as little trusted as any other file: texts pass the sanitizer, files the checks of an
//! upload, and nothing that was to be sent to people is sent by an import.

mod catalogue;
mod export;
mod import;
mod incoming;
mod manifest;
mod pack;
mod rows;
mod tables;
mod unpack;
mod write;

pub use export::{Exported, export};
pub use import::run;
pub use tables::{LEFT_OUT, TABLES};

/// How far an export or import has come: the table or `media`, and rows or files so far.
pub type Step<'a> = (&'a str, u64);
