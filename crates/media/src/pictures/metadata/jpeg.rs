//! JPEG (ITU T.81, annex B): segments, and between them the packed pixels.

use super::{Cleaned, Reader, exif};
use crate::pictures::Orientation;

const START: u8 = 0xd8;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP15: u8 = 0xef;
const COMMENT: u8 = 0xfe;

/// Keeps what decoders need: the segments of the codec, JFIF without its thumbnail, the colour profile, and Adobe's word
/// on how colours are coded. What stands behind the end goes too: some cameras put further pictures there.
pub fn cleaned(bytes: &[u8]) -> Option<Cleaned> {
    let mut reader = Reader::new(bytes);
    if reader.take(2)? != [0xff, START] {
        return None;
    }
    let mut cleaned = Cleaned::still(Vec::with_capacity(bytes.len()));
    cleaned.bytes.extend([0xff, START]);
    let mut has_exif = false;
    loop {
        match next_marker(&mut reader)? {
            END => {
                cleaned.bytes.extend([0xff, END]);
                return Some(cleaned);
            }
            // Markers without a segment that have no business here.
            0x00 | 0x01 | 0xd0..=0xd8 => {}
            marker => {
                let length = reader.number(2)?.checked_sub(2)?;
                let payload = reader.take(length)?;
                if marker == APP1 && payload.starts_with(b"Exif\0") && !has_exif {
                    has_exif = true;
                    cleaned.orientation = exif::orientation(payload.get(6..).unwrap_or_default());
                }
                if let Some(kept) = kept(marker, payload) {
                    put_segment(&mut cleaned.bytes, marker, &kept);
                }
                if marker == SCAN {
                    copy_scan(&mut reader, &mut cleaned.bytes);
                }
            }
        }
    }
}

fn next_marker(reader: &mut Reader<'_>) -> Option<u8> {
    let skipped = memchr::memchr(0xff, reader.rest())?;
    reader.take(skipped)?;
    loop {
        let byte = reader.byte()?;
        // Any number of these may stand before a marker.
        if byte != 0xff {
            return Some(byte);
        }
    }
}

fn kept(marker: u8, payload: &[u8]) -> Option<Vec<u8>> {
    match marker {
        APP0 if payload.starts_with(b"JFIF\0") && payload.len() >= 14 => Some([&payload[..12], &[0, 0]].concat()),
        0xe2 if payload.starts_with(b"ICC_PROFILE\0") => Some(payload.to_vec()),
        0xee if payload.starts_with(b"Adobe") => Some(payload.to_vec()),
        APP0..=APP15 | COMMENT => None,
        _ => Some(payload.to_vec()),
    }
}

fn put_segment(bytes: &mut Vec<u8>, marker: u8, payload: &[u8]) {
    let length = u16::try_from(payload.len() + 2).unwrap_or(u16::MAX);
    bytes.extend([0xff, marker]);
    bytes.extend(length.to_be_bytes());
    bytes.extend(payload);
}

/// Copies packed pixels up to the next marker that does not belong to them.
fn copy_scan(reader: &mut Reader<'_>, bytes: &mut Vec<u8>) {
    let rest = reader.rest();
    let ends = memchr::memchr_iter(0xff, rest).find(|at| {
        // A stuffed zero, a mark to restart at, or one more of the bytes that may stand before a marker.
        !matches!(rest.get(at + 1), Some(0x00 | 0xd0..=0xd7 | 0xff))
    });
    let scan = &rest[..ends.unwrap_or(rest.len())];
    bytes.extend(scan);
    reader.at += scan.len();
}

/// A cleaned file that says which way up it is.
pub fn with_orientation(bytes: &[u8], orientation: Orientation) -> Vec<u8> {
    let mut with = vec![0xff, START];
    put_segment(&mut with, APP1, &[b"Exif\0\0".to_vec(), exif::block(orientation)].concat());
    with.extend(bytes.get(2..).unwrap_or_default());
    with
}

/// What the first segment says, where [`with_orientation`] and most cameras put it.
pub fn said_orientation(bytes: &[u8]) -> Orientation {
    let first = bytes.get(2..12).filter(|first| first.starts_with(&[0xff, APP1]) && first.ends_with(b"Exif\0\0"));
    first.map(|_| exif::orientation(&bytes[12..])).unwrap_or_default()
}
