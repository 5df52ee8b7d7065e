//! What a file is, told from its first bytes. Its name decides only where the bytes leave a choice.

use kernel::{Error, Result};

use crate::kinds::FileType;

/// How many of a file's first bytes are looked at, when it has so many.
pub const HEAD: usize = 64 * 1024;

/// What whoever sends a file without a byte is told.
pub fn empty() -> Error {
    Error::invalid("file", "empty", "This file is empty. Choose one that holds something.")
}

/// The type of a file that begins so and has a name with this ending.
pub fn type_of(head: &[u8], ending: &str) -> Result<&'static FileType> {
    if head.is_empty() {
        return Err(empty());
    }
    let mime = match from_bytes(head, ending).unwrap_or_else(|| unknown(head)) {
        "text/plain" if ending == "csv" => "text/csv",
        mime => mime,
    };
    FileType::named(mime).ok_or_else(|| not_taken(mime))
}

/// Refuses a name or a declared type that says another thing than the bytes.
pub fn must_agree(found: &FileType, ending: &str, declared: &str) -> Result<()> {
    if !ending.is_empty() && !found.endings.contains(&ending) {
        let words = format!(
            "Its name ends in .{ending}, but this is a {}. Give it the ending .{} and send it again.",
            found.label,
            found.ending()
        );
        return Err(Error::invalid("file", "type_mismatch", words));
    }
    if !found.may_be_called(declared) {
        let words = format!("It was sent as {declared}, but this is a {} ({}).", found.label, found.mime);
        return Err(Error::invalid("file", "type_mismatch", words));
    }
    Ok(())
}

fn from_bytes(head: &[u8], ending: &str) -> Option<&'static str> {
    let at = |offset: usize, bytes: &[u8]| head.get(offset..offset + bytes.len()) == Some(bytes);
    if at(4, b"ftyp") {
        return Some(iso_media(head, ending));
    }
    // Films of the time before `ftyp` begin with one of these boxes.
    if [&b"moov"[..], b"mdat", b"wide"].iter().any(|kind| at(4, kind)) {
        return Some("video/quicktime");
    }
    if at(0, b"PK\x03\x04") {
        return Some(office(ending, ["docx", "xlsx", "pptx"]).unwrap_or("application/zip"));
    }
    if at(0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Some(office(ending, ["doc", "xls", "ppt"]).unwrap_or("application/x-ole-storage"));
    }
    // WebM is Matroska that says so among its first elements (RFC 8794, 11.2.4).
    if at(0, b"\x1a\x45\xdf\xa3") {
        return Some(if contains(&head[..head.len().min(128)], b"webm") { "video/webm" } else { "video/x-matroska" });
    }
    let found = infer::get(head)?.mime_type();
    Some(match found {
        "audio/x-wav" => "audio/wav",
        // Opus comes in the container of Ogg (RFC 7845).
        "audio/opus" => "audio/ogg",
        "audio/x-flac" => "audio/flac",
        "audio/m4a" => "audio/mp4",
        "text/xml" | "text/html" if is_svg(head) => "image/svg+xml",
        other => other,
    })
}

/// Where the list of brands ends at the latest, for one that says it is longer.
const BRANDS_END: usize = 256;

/// Containers of MPEG-4 and QuickTime say what they are in their brands (ISO/IEC 14496-12, 4.3).
fn iso_media(head: &[u8], ending: &str) -> &'static str {
    let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
    let end = length.min(BRANDS_END).min(head.len());
    let brands = head.get(8..end).unwrap_or_default();
    let has = |brand: &[u8; 4]| brands.chunks(4).enumerate().any(|(place, four)| place != 1 && four == brand);
    if has(b"avif") || has(b"avis") {
        "image/avif"
    } else if [b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"].iter().any(|brand| has(brand)) {
        "image/heic"
    } else if brands.starts_with(b"qt  ") {
        "video/quicktime"
    } else if has(b"M4A ") || has(b"M4B ") || ending == "m4a" && !has(b"M4V ") {
        // Many programs write sounds under a brand that films have as well; then the name tells.
        "audio/mp4"
    } else {
        "video/mp4"
    }
}

/// Office formats look alike from the outside: the name says which of them it claims to be, its parts are checked later.
fn office(ending: &str, endings: [&'static str; 3]) -> Option<&'static str> {
    let named = endings.iter().find(|one| **one == ending)?;
    crate::kinds::TYPES.iter().find(|one| one.endings.contains(named)).map(|one| one.mime)
}

fn unknown(head: &[u8]) -> &'static str {
    if is_svg(head) {
        "image/svg+xml"
    } else if looks_like_markup(head) {
        "text/html"
    } else if head.iter().all(|byte| is_of_text(*byte)) {
        "text/plain"
    } else {
        "application/octet-stream"
    }
}

/// Whether a byte may stand in text of any encoding that has ASCII in it.
pub fn is_of_text(byte: u8) -> bool {
    byte >= 0x20 && byte != 0x7f || matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c)
}

fn without_mark(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start()
}

fn is_svg(head: &[u8]) -> bool {
    let text = without_mark(head);
    let begins = |tag: &[u8]| text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag));
    begins(b"<svg") || (begins(b"<?xml") || begins(b"<!--") || begins(b"<!doctype svg")) && contains(text, b"<svg")
}

/// What a browser could take for a page, or a shell for a program.
fn looks_like_markup(head: &[u8]) -> bool {
    let text = without_mark(head);
    let begins = |tag: &&[u8]| text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag));
    let tags: [&[u8]; 9] =
        [b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<?php", b"<?xml", b"<!--", b"<iframe"];
    tags.iter().any(begins)
}

/// Whether these bytes stand somewhere in others.
pub fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    memchr::memmem::find(bytes, wanted).is_some()
}

fn not_taken(mime: &str) -> Error {
    let found = match mime {
        "image/heic" | "image/heif" => {
            "This is a HEIC image, which browsers do not show. Export it as JPEG and send that.".to_owned()
        }
        "application/zip" => "This is a ZIP archive. Unpack it and send what is inside.".to_owned(),
        "text/html" | "text/xml" => {
            "This is a web page or XML. It could run scripts in other people's browsers, so it is not kept here."
                .to_owned()
        }
        "application/octet-stream" => "What kind of file this is could not be told.".to_owned(),
        other => format!("Files of the type {other} are not kept here."),
    };
    Error::UnsupportedMediaType(format!(
        "{found} Images (JPEG, PNG, GIF, WebP, AVIF, SVG), videos (MP4, WebM, MOV), sounds (MP3, M4A, AAC, Ogg, WAV, FLAC) and \
         documents (PDF, Word, Excel, PowerPoint, CSV, TXT) are taken."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(head: &[u8], ending: &str) -> String {
        type_of(head, ending).map_or_else(|error| error.status().as_u16().to_string(), |found| found.mime.to_owned())
    }

    #[test]
    fn the_bytes_say_what_a_file_is() {
        for (head, ending, expected) in [
            (&b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"[..], "png", "image/jpeg"),
            (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR", "", "image/png"),
            (b"GIF89a\x01\x00\x01\x00\x00", "gif", "image/gif"),
            (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "webp", "image/webp"),
            (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00mif1avif", "", "image/avif"),
            (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", "heic", "415"),
            (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42", "mp4", "video/mp4"),
            (b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ", "mov", "video/quicktime"),
            (b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00M4A mp42", "m4a", "audio/mp4"),
            (b"\x1a\x45\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x1f\x42\x86\x81\x01\x42\x82\x84webm", "webm", "video/webm"),
            (b"ID3\x04\x00\x00\x00\x00\x00\x00", "mp3", "audio/mpeg"),
            (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42", "m4a", "audio/mp4"),
            (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00M4A mp42", "", "audio/mp4"),
            (b"OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x01\x02\x03\x04\x00\x00\x00\x00\x05\x06\x07\x08\x01\x13OpusHead\x01\x02", "opus", "audio/ogg"),
            (b"OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00", "ogg", "audio/ogg"),
            (b"RIFF\x24\x00\x00\x00WAVEfmt ", "wav", "audio/wav"),
            (b"fLaC\x00\x00\x00\x22", "flac", "audio/flac"),
            (b"%PDF-1.7\n", "pdf", "application/pdf"),
            (
                b"PK\x03\x04\x14\x00\x06\x00",
                "docx",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
            (b"PK\x03\x04\x14\x00\x06\x00", "zip", "415"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls", "application/vnd.ms-excel"),
            (b"name,count\nboat,3\n", "csv", "text/csv"),
            (b"name,count\nboat,3\n", "txt", "text/plain"),
            (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "svg", "image/svg+xml"),
            (b" <!DOCTYPE html><p>", "txt", "415"),
            (b"<script>alert(1)</script>", "jpg", "415"),
            (b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x3e\x00\x01\x00\x00\x00", "png", "415"),
            (b"", "png", "422"),
        ] {
            assert_eq!(found(head, ending), expected, "{:?}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn a_name_that_lies_is_refused() {
        let jpeg = FileType::named("image/jpeg").unwrap();
        assert!(must_agree(jpeg, "jpeg", "image/jpeg").is_ok() && must_agree(jpeg, "", "").is_ok());
        assert!(must_agree(jpeg, "png", "image/jpeg").is_err() && must_agree(jpeg, "jpg", "image/png").is_err());
    }
}
