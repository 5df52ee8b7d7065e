//! What is looked for in every byte of a file while it flows by: signs of a second file in the first, and of damage.

use kernel::{Error, Result};

use super::{archive, sniff};
use crate::kinds::{FileType, Kind};

/// How much of a file's end is kept: the list of an archive's entries stands there.
const TAIL: usize = 256 * 1024;
/// Bytes kept of the chunk before, so that nothing hides on the border between two.
const CARRIED: usize = 64;

/// Looks at one file.
pub struct Checks {
    file_type: &'static FileType,
    carried: Vec<u8>,
    tail: Vec<u8>,
    holds_named_stream: bool,
}

impl Checks {
    /// Begins with the first bytes of the file; they are looked at again by [`feed`](Self::feed).
    pub fn begin(file_type: &'static FileType, head: &[u8]) -> Result<Self> {
        // Readers of PDF look for its mark in the first kilobyte of any file.
        let start = &head[..head.len().min(1024)];
        if file_type.mime != "application/pdf" && file_type.kind != Kind::Document && sniff::contains(start, b"%PDF-") {
            return Err(two_in_one("PDF document"));
        }
        Ok(Self { file_type, carried: Vec::new(), tail: Vec::new(), holds_named_stream: false })
    }

    /// Looks at the next bytes of the file.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<()> {
        let mut seen = std::mem::take(&mut self.carried);
        seen.extend_from_slice(&bytes[..bytes.len().min(CARRIED)]);
        self.look_at(&seen)?;
        self.look_at(bytes)?;
        let all = if bytes.len() >= CARRIED { bytes } else { seen.as_slice() };
        self.carried = all[all.len().saturating_sub(CARRIED)..].to_vec();
        self.keep_tail(bytes);
        Ok(())
    }

    /// The last bytes that were looked at.
    pub fn tail(&self) -> &[u8] {
        &self.tail
    }

    /// Says whether the file, now that all of it was seen, is what it seemed to be.
    pub fn finish(self) -> Result<()> {
        let mime = self.file_type.mime;
        if let Some(folder) = office_folder(mime) {
            return check_office(&self.tail, folder, self.file_type.label);
        }
        if office_stream(mime).is_some() && !self.holds_named_stream {
            return Err(damaged(self.file_type.label));
        }
        if self.file_type.kind != Kind::Document && archive::is_archive(&self.tail) {
            return Err(two_in_one("ZIP archive"));
        }
        if mime == "application/pdf" && archive::is_archive(&self.tail) {
            return Err(two_in_one("ZIP archive"));
        }
        if mime == "image/png" && !sniff::contains(&self.tail, b"IEND") {
            return Err(damaged(self.file_type.label));
        }
        Ok(())
    }

    fn look_at(&mut self, bytes: &[u8]) -> Result<()> {
        match self.file_type.mime {
            "text/plain" | "text/csv" => {
                if bytes.iter().all(|byte| sniff::is_of_text(*byte) || *byte == 0x1b) {
                    return Ok(());
                }
                let words =
                    "This is no plain text: it holds bytes that no text has. Save it as UTF-8 and send it again.";
                Err(Error::invalid("file", "not_text", words))
            }
            mime => {
                if let Some(stream) = office_stream(mime) {
                    self.holds_named_stream |= sniff::contains(bytes, &stream);
                    if sniff::contains(bytes, &in_directory("_VBA_PROJECT")) {
                        return Err(macros());
                    }
                }
                let is_picture = self.file_type.kind == Kind::Image && mime != "image/svg+xml";
                if is_picture && holds_script(bytes) { Err(two_in_one("script")) } else { Ok(()) }
            }
        }
    }

    fn keep_tail(&mut self, bytes: &[u8]) {
        self.tail.extend_from_slice(&bytes[bytes.len().saturating_sub(TAIL)..]);
        if self.tail.len() > 2 * TAIL {
            self.tail.drain(..self.tail.len() - TAIL);
        }
    }
}

fn holds_script(bytes: &[u8]) -> bool {
    let marks: [&[u8]; 3] = [b"<script", b"<?php ", b"<!doctype html"];
    memchr::memchr_iter(b'<', bytes).any(|at| {
        let rest = &bytes[at..];
        marks.iter().any(|mark| rest.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark)))
    })
}

/// The folder in an office document's archive that holds its text.
fn office_folder(mime: &str) -> Option<&'static str> {
    match mime.rsplit('.').next().filter(|_| mime.contains("openxmlformats"))? {
        "document" => Some("word/"),
        "sheet" => Some("xl/"),
        _ => Some("ppt/"),
    }
}

/// The name of the stream that holds the text in an older office document, as its directory writes it: UTF-16.
fn office_stream(mime: &str) -> Option<Vec<u8>> {
    let name = match mime {
        "application/msword" => "WordDocument",
        "application/vnd.ms-excel" => "Workbook",
        "application/vnd.ms-powerpoint" => "PowerPoint Document",
        _ => return None,
    };
    Some(in_directory(name))
}

fn in_directory(name: &str) -> Vec<u8> {
    name.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn macros() -> Error {
    let words = "This document holds macros, which are programs. Save it without them and send it again.";
    Error::invalid("file", "macros", words)
}

fn check_office(tail: &[u8], folder: &str, label: &str) -> Result<()> {
    let Some(names) = archive::names(tail) else { return Err(damaged(label)) };
    let has_types = names.contains(&&b"[Content_Types].xml"[..]);
    let has_text = names.iter().any(|name| name.starts_with(folder.as_bytes()));
    if !has_types || !has_text {
        let words = format!("Its name says {label}, but its content does not. Open it and save it as what it is.");
        return Err(Error::invalid("file", "type_mismatch", words));
    }
    if names.iter().any(|name| name.ends_with(b"vbaProject.bin")) {
        return Err(macros());
    }
    Ok(())
}

fn two_in_one(other: &str) -> Error {
    let words = format!("This file is two in one: it also holds a {other}. Open it and save it anew, then send that.");
    Error::invalid("file", "polyglot", words)
}

pub fn damaged(label: &str) -> Error {
    let words = format!("This {label} is damaged or not complete. Open it and save it anew, then send that.");
    Error::invalid("file", "damaged", words)
}

#[cfg(test)]
mod tests {
    use super::super::archive::tests::archive;
    use super::*;

    fn verdict(mime: &str, bytes: &[u8], chunk: usize) -> String {
        let file_type = FileType::named(mime).unwrap();
        let outcome = Checks::begin(file_type, bytes).and_then(|mut checks| {
            bytes.chunks(chunk).try_for_each(|chunk| checks.feed(chunk))?;
            checks.finish()
        });
        match outcome {
            Ok(()) => "fine".into(),
            Err(Error::Invalid(errors)) => errors[0].code.into(),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn macros_are_found_in_older_documents_wherever_they_are_cut() {
        let directory = [in_directory("WordDocument"), vec![0; 200], in_directory("_VBA_PROJECT")].concat();
        let ole = |rest: &[u8]| [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0; 500], rest].concat();
        for chunk in [1, 7, 64, 1000] {
            assert_eq!(verdict("application/msword", &ole(&directory), chunk), "macros");
            assert_eq!(verdict("application/msword", &ole(&in_directory("WordDocument")), chunk), "fine");
        }
    }

    #[test]
    fn a_second_file_in_the_first_is_found_wherever_it_is_cut() {
        let jpeg = |rest: &[u8]| [b"\xff\xd8\xff\xe0".as_slice(), &[7; 300], rest].concat();
        for chunk in [1, 3, 7, 64, 100, 1000] {
            assert_eq!(verdict("image/jpeg", &jpeg(b"a picture"), chunk), "fine");
            assert_eq!(verdict("image/jpeg", &jpeg(b"<ScRipt>alert(1)</script>"), chunk), "polyglot");
            assert_eq!(verdict("image/jpeg", &jpeg(&archive(&["a.class"])), chunk), "polyglot");
            assert_eq!(verdict("image/gif", b"GIF89a/*   %PDF-1.4", chunk), "polyglot");
            assert_eq!(
                verdict("application/pdf", &[b"%PDF-1.4 ".to_vec(), archive(&["x"])].concat(), chunk),
                "polyglot"
            );
            assert_eq!(verdict("image/png", b"\x89PNG\r\n\x1a\n cut off", chunk), "damaged");
            assert_eq!(verdict("text/plain", b"a\0b", chunk), "not_text");
            assert_eq!(verdict("text/csv", "name;größe\n".as_bytes(), chunk), "fine");
        }
    }

    #[test]
    fn office_documents_are_what_their_parts_say() {
        let docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        assert_eq!(verdict(docx, &archive(&["word/document.xml", "[Content_Types].xml"]), 100), "fine");
        assert_eq!(verdict(docx, &archive(&["xl/workbook.xml", "[Content_Types].xml"]), 100), "type_mismatch");
        assert_eq!(
            verdict(docx, &archive(&["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"]), 100),
            "macros"
        );
        assert_eq!(verdict(docx, b"PK\x03\x04 broken off", 100), "damaged");
        let named: Vec<u8> = "Workbook".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let old = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0; 600], &named].concat();
        assert_eq!(verdict("application/vnd.ms-excel", &old, 100), "fine");
        assert_eq!(verdict("application/msword", &old, 100), "damaged");
    }
}
