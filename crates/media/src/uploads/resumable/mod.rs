//! Resumable uploads, by the protocol tus 1.0.0 (tus.io/protocols/resumable-upload) with creation, expiration, termination
//! and checksum.
//!
//! What arrives is put into the store in parts, and each is noted in the upload's row, so that neither a lost connection nor
//! the end of the program loses more than the part that was on its way. When all is there, the parts are read as one file.

mod actions;
pub mod api;
mod headers;
pub mod jobs;
mod parts;
