//! From a file to pixels, no more of them than are needed.

mod gif;
mod jpeg;
mod png;
mod webp;

use super::Pixels;

/// Unpacks a picture, at least `wanted` pixels wide and high where it has so many; none when its bytes are damaged, or of
/// a type that cannot be unpacked.
///
/// Costs memory for the result and about as much again as the type's own packing takes: nothing for most JPEG files, the
/// whole picture for progressive ones, GIF and WebP.
pub fn decode(mime: &str, bytes: &[u8], wanted: (usize, usize)) -> Option<Pixels> {
    match mime {
        "image/jpeg" => jpeg::decode(bytes, wanted),
        "image/png" => png::decode(bytes, wanted),
        "image/gif" => gif::decode(bytes),
        "image/webp" => webp::decode(bytes),
        _ => None,
    }
}

/// So large that nothing is made smaller while it is unpacked.
pub const WHOLE: (usize, usize) = (usize::MAX, usize::MAX);
