//! The kinds of files that the library takes, and how large each may be.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const MEGABYTE: u64 = 1024 * 1024;

/// What a file is for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = MediaKind)]
pub enum Kind {
    Image,
    Video,
    Audio,
    Document,
}

impl Kind {
    /// The largest file of this kind, in bytes.
    pub const fn largest(self) -> u64 {
        match self {
            Self::Image | Self::Document => 10 * MEGABYTE,
            Self::Video | Self::Audio => 50 * MEGABYTE,
        }
    }

    /// As in “Images may have at most 10 MB”.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Image => "Images",
            Self::Video => "Videos",
            Self::Audio => "Sounds",
            Self::Document => "Documents",
        }
    }
}

/// The largest file of any kind, in bytes.
pub const LARGEST: u64 = Kind::Video.largest();

/// A type of file that the library takes.
#[derive(Debug, PartialEq, Eq)]
pub struct FileType {
    pub mime: &'static str,
    /// The name it goes by, as in “this is a PNG image”.
    pub label: &'static str,
    pub kind: Kind,
    /// Endings that names of such files have; the first is the usual one.
    pub endings: &'static [&'static str],
    /// Other names that browsers and systems send for the same type.
    aliases: &'static [&'static str],
}

const fn file_type(
    mime: &'static str,
    label: &'static str,
    kind: Kind,
    endings: &'static [&'static str],
    aliases: &'static [&'static str],
) -> FileType {
    FileType { mime, label, kind, endings, aliases }
}

/// Every type that is taken.
pub static TYPES: [FileType; 24] = [
    file_type("image/jpeg", "JPEG image", Kind::Image, &["jpg", "jpeg", "jpe", "jfif"], &["image/jpg", "image/pjpeg"]),
    file_type("image/png", "PNG image", Kind::Image, &["png"], &["image/x-png", "image/apng"]),
    file_type("image/gif", "GIF image", Kind::Image, &["gif"], &[]),
    file_type("image/webp", "WebP image", Kind::Image, &["webp"], &[]),
    file_type("image/avif", "AVIF image", Kind::Image, &["avif"], &[]),
    file_type("image/svg+xml", "SVG drawing", Kind::Image, &["svg"], &["image/svg", "text/xml", "application/xml"]),
    file_type("video/mp4", "MP4 video", Kind::Video, &["mp4", "m4v"], &["video/x-m4v", "application/mp4"]),
    file_type("video/webm", "WebM video", Kind::Video, &["webm"], &["audio/webm"]),
    file_type("video/quicktime", "MOV video", Kind::Video, &["mov", "qt"], &["video/mp4"]),
    file_type("audio/mpeg", "MP3 sound", Kind::Audio, &["mp3"], &["audio/mp3", "audio/x-mp3", "audio/x-mpeg"]),
    file_type("audio/mp4", "M4A sound", Kind::Audio, &["m4a", "mp4"], &["audio/x-m4a", "audio/m4a", "video/mp4"]),
    file_type("audio/aac", "AAC sound", Kind::Audio, &["aac"], &["audio/x-aac", "audio/aacp", "audio/vnd.dlna.adts"]),
    file_type(
        "audio/ogg",
        "Ogg sound",
        Kind::Audio,
        &["ogg", "oga", "opus"],
        &["application/ogg", "audio/opus", "video/ogg"],
    ),
    file_type("audio/wav", "WAV sound", Kind::Audio, &["wav"], &["audio/x-wav", "audio/wave", "audio/vnd.wave"]),
    file_type("audio/flac", "FLAC sound", Kind::Audio, &["flac"], &["audio/x-flac"]),
    file_type("application/pdf", "PDF document", Kind::Document, &["pdf"], &["application/x-pdf"]),
    file_type("application/msword", "Word document", Kind::Document, &["doc"], &["application/x-ole-storage"]),
    file_type("application/vnd.ms-excel", "Excel workbook", Kind::Document, &["xls"], &["application/x-ole-storage"]),
    file_type(
        "application/vnd.ms-powerpoint",
        "PowerPoint presentation",
        Kind::Document,
        &["ppt"],
        &["application/x-ole-storage"],
    ),
    file_type(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "Word document",
        Kind::Document,
        &["docx"],
        &["application/zip", "application/x-zip-compressed"],
    ),
    file_type(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "Excel workbook",
        Kind::Document,
        &["xlsx"],
        &["application/zip", "application/x-zip-compressed"],
    ),
    file_type(
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "PowerPoint presentation",
        Kind::Document,
        &["pptx"],
        &["application/zip", "application/x-zip-compressed"],
    ),
    // Excel registers itself for CSV, so browsers on Windows send its type.
    file_type(
        "text/csv",
        "CSV table",
        Kind::Document,
        &["csv"],
        &["application/csv", "text/plain", "text/x-csv", "application/vnd.ms-excel"],
    ),
    file_type("text/plain", "text", Kind::Document, &["txt", "text"], &[]),
];

impl FileType {
    /// The type of this name.
    pub fn named(mime: &str) -> Option<&'static Self> {
        TYPES.iter().find(|one| one.mime == mime)
    }

    /// Whether a sender who says `declared` can mean this type.
    pub fn may_be_called(&self, declared: &str) -> bool {
        let declared = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let says_nothing = matches!(declared.as_str(), "" | "application/octet-stream" | "binary/octet-stream");
        says_nothing || declared == self.mime || self.aliases.contains(&declared.as_str())
    }

    /// The ending that files of this type usually have.
    pub fn ending(&self) -> &'static str {
        self.endings[0]
    }

    /// Whether browsers show it in a page; others are given to be kept.
    pub fn is_shown_in_pages(&self) -> bool {
        self.kind != Kind::Document || self.mime == "application/pdf"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_those_of_the_contract() {
        assert_eq!(Kind::Image.largest(), 10 * 1024 * 1024);
        assert_eq!(Kind::Video.largest(), 50 * 1024 * 1024);
        assert_eq!(LARGEST, Kind::Audio.largest());
    }

    #[test]
    fn senders_may_use_other_names_but_not_another_types() {
        let png = FileType::named("image/png").unwrap();
        assert!(
            png.may_be_called("image/png") && png.may_be_called("") && png.may_be_called("application/octet-stream")
        );
        assert!(!png.may_be_called("image/jpeg"));
        assert!(FileType::named("text/csv").unwrap().may_be_called("application/vnd.ms-excel; charset=utf-8"));
    }
}
