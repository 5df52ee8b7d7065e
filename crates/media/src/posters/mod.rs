//! Stills of films and first pages of documents, where the machine has the programs for it: ffmpeg with ffprobe, and
//! Poppler's `pdftoppm` and `pdfinfo`. Without them, films and documents show an icon.

pub mod jobs;
mod tools;

use crate::assets::Asset;

/// The last part of a poster's address.
pub const NAME: &str = "poster.jpg";

/// The type of documents of which a first page can be drawn.
const DOCUMENT: &str = "application/pdf";

/// Where an asset's poster lies in the store.
pub fn key(asset: &Asset) -> String {
    format!("{}/{NAME}", crate::pictures::making::folder(asset, asset.revision))
}

/// Whether a poster could be made of files of this type.
pub fn can_have_one(mime: &str) -> bool {
    mime.starts_with("video/") || mime == DOCUMENT
}
