//! WebP (RFC 9649): chunks in a RIFF container.

use super::{Cleaned, Reader, exif};

/// What decoders need, the colour profile and the frames.
const KEPT: [&[u8; 4]; 7] = [b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];
/// Bits of the header that promise EXIF and XMP.
const PROMISES: u8 = 0x08 | 0x04;

/// A WebP without its EXIF and XMP; none when it cannot be followed.
pub fn cleaned(bytes: &[u8]) -> Option<Cleaned> {
    let mut reader = Reader::new(bytes);
    let (riff, _, webp) = (reader.take(4)?, reader.take(4)?, reader.take(4)?);
    if riff != b"RIFF" || webp != b"WEBP" {
        return None;
    }
    let mut cleaned = Cleaned::still(Vec::with_capacity(bytes.len()));
    cleaned.bytes.extend(b"RIFF\0\0\0\0WEBP");
    let mut has_picture = false;
    while let Some(name) = reader.take(4) {
        let length = u32::from_le_bytes(reader.take(4)?.try_into().ok()?) as usize;
        let data = reader.take(length)?;
        // Chunks begin at even places; the last one's filling is missing in some files.
        reader.take(length % 2);
        let name: &[u8; 4] = name.try_into().ok()?;
        match name {
            b"EXIF" => cleaned.orientation = exif::orientation(data.strip_prefix(b"Exif\0\0").unwrap_or(data)),
            b"ANIM" => cleaned.is_animated = true,
            _ => {}
        }
        if !KEPT.contains(&name) {
            continue;
        }
        has_picture |= matches!(name, b"VP8 " | b"VP8L" | b"ANMF");
        let place = cleaned.bytes.len() + 8;
        put_chunk(&mut cleaned.bytes, name, data);
        if name == b"VP8X" {
            *cleaned.bytes.get_mut(place)? &= !PROMISES;
        }
    }
    let size = u32::try_from(cleaned.bytes.len() - 8).ok()?;
    cleaned.bytes[4..8].copy_from_slice(&size.to_le_bytes());
    has_picture.then_some(cleaned)
}

fn put_chunk(bytes: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    bytes.extend(name);
    bytes.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_le_bytes());
    bytes.extend(data);
    if data.len() % 2 == 1 {
        bytes.push(0);
    }
}
