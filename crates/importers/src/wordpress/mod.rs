//! Reads a WordPress export (WXR: RSS 2.0 with WordPress' own elements) as a stream of records.
//!
//! ```text
//! bytes → decoding → [source] window → [scanner] tags, fields → [reader] groups → [item] records, with [body] cleaned
//! ```
//!
//! and [`run`] writes them: [spool] reads twice, [apply] makes content of each kind of record.
//!
//! [`WxrReader`] gives the records in the order of the file and keeps one item at a time in memory. Bodies come out as HTML
//! that still has to pass the sanitizer; before that the caller puts pictures into galleries with [`resolve_galleries`],
//! which may refer to attachments that come later in the file, and points links to their new places with [`rewrite_links`].

mod apply;
pub mod body;
mod dates;
mod item;
mod links;
mod meta;
mod reader;
mod record;
mod run;
mod scanner;
mod source;
mod spool;
mod text;

pub use body::gallery::{Gallery, GalleryImage, resolve_galleries};
pub use body::{Body, clean};
pub use links::{rewrite_links, without_size_suffix};
pub use reader::{Summary, WxrError, WxrReader};
pub use record::{
    Attachment, Author, Category, Comment, CommentKind, CommentStatus, Post, PostKind, PostStatus, Record, Seo, Site,
    Skipped, Tag, Term, TermReference,
};
pub use run::{Progress, Step, run};
pub use text::plain_text;

pub use crate::writer::Options;

/// The longest body or excerpt that is kept; the rest of a longer one is left out and counted.
pub const MAX_BODY_BYTES: usize = 8 * 1024 * 1024;
/// The longest comment, description or value of a custom field that is kept.
pub const MAX_TEXT_BYTES: usize = 256 * 1024;
/// The longest title, name, address or other short field that is kept.
pub const MAX_SHORT_BYTES: usize = 16 * 1024;
/// How much text one item keeps in all, its comments included; further comments are left out and counted.
pub const MAX_ITEM_BYTES: usize = 24 * 1024 * 1024;
