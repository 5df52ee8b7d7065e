//! PNG (third edition): chunks, each named by four letters.

use super::{Cleaned, Reader, exif};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// What decoders need, and what says how the pixels are to be shown.
const KEPT: [&[u8; 4]; 21] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs",
    b"hIST", b"sPLT", b"acTL", b"fcTL", b"fdAT", b"cICP", b"mDCV", b"cLLI", b"cLLi",
];

/// A PNG without its texts and times; none when it cannot be followed.
pub fn cleaned(bytes: &[u8]) -> Option<Cleaned> {
    let mut reader = Reader::new(bytes);
    if reader.take(8)? != SIGNATURE {
        return None;
    }
    let mut cleaned = Cleaned::still(Vec::with_capacity(bytes.len()));
    cleaned.bytes.extend(SIGNATURE);
    loop {
        let start = reader.at;
        let length = reader.number(4)?;
        let name: [u8; 4] = reader.take(4)?.try_into().ok()?;
        let data = reader.take(length)?;
        reader.take(4)?;
        match &name {
            b"eXIf" => cleaned.orientation = exif::orientation(data),
            b"acTL" => cleaned.is_animated = true,
            _ => {}
        }
        if KEPT.contains(&&name) {
            cleaned.bytes.extend(&bytes[start..reader.at]);
        }
        if &name == b"IEND" {
            return Some(cleaned);
        }
    }
}
