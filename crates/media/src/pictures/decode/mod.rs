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

/// Pictures of more pixels are not taken, so a file that claims more was made to fill the memory.
const PIXELS_MOST: usize = 110_000_000;

fn is_too_large((width, height): (usize, usize)) -> bool {
    width.checked_mul(height).is_none_or(|pixels| pixels > PIXELS_MOST)
}

/// So large that nothing is made smaller while it is unpacked.
pub const WHOLE: (usize, usize) = (usize::MAX, usize::MAX);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_fill_the_memory_is_not_unpacked() {
        assert!(!is_too_large((11_000, 10_000)));
        assert!(is_too_large((11_000, 10_001)) && is_too_large((usize::MAX, 2)));
        let colours = b"\x80\0\0\0\0\0\xff\xff\xff";
        let frame = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";
        let file = |screen: &[u8; 4]| [b"GIF89a".as_slice(), screen, colours, frame].concat();
        assert!(decode("image/gif", &file(b"\x01\0\x01\0"), WHOLE).is_some());
        assert!(decode("image/gif", &file(b"\xff\xff\xff\xff"), WHOLE).is_none());
    }
}
