//! The media library: files taken in, kept tidy and served.
//!
//! A file lies in the store beneath `organization/token/`, together with whatever is made from it; the token is random,
//! so nobody finds an address that they were not given. A row of `app.media_uploads` is there before the first byte and
//! an asset only after the last, so a crash leaves no asset without its file, and bytes without an asset are swept.

pub mod assets;
pub mod kinds;
pub mod limits;
pub mod uses;
