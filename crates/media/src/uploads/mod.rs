//! Files on their way in: checked while they flow into the store, and made assets when they are whole.

pub mod actions;
pub mod api;
mod archive;
mod checks;
mod cleaning;
pub mod import;
pub mod intake;
pub mod jobs;
pub(crate) mod names;
mod picture;
pub mod resumable;
mod sniff;
pub mod store;
mod svg;

pub use actions::Taken;
pub use store::Upload;

/// The folder, within an upload's own, of the parts of a resumable upload.
const PARTS: &str = "parts";
