//! What a picture's file says beside its pixels: where and with what it was taken, by whom, in which program.
//!
//! All of that is taken out without packing the pixels anew. What says how the pixels are to be shown stays: the colour
//! profile, the frames of an animation. Which way up they are is told to the caller, who applies it.

mod avif;
mod exif;
mod gif;
mod jpeg;
mod png;
mod webp;

pub use jpeg::with_orientation;

use super::Orientation;

/// A picture's file without what it says of people.
#[derive(Debug, PartialEq, Eq)]
pub struct Cleaned {
    pub bytes: Vec<u8>,
    /// How the pixels are to be turned, which the cleaned file no longer says.
    pub orientation: Orientation,
    /// Whether it has more than one frame.
    pub is_animated: bool,
}

impl Cleaned {
    fn still(bytes: Vec<u8>) -> Self {
        Self { bytes, orientation: Orientation::default(), is_animated: false }
    }
}

/// The file without what it says of people; none when its parts do not hold together, or it ends too early.
pub fn cleaned(mime: &str, bytes: &[u8]) -> Option<Cleaned> {
    match mime {
        "image/jpeg" => jpeg::cleaned(bytes),
        "image/png" => png::cleaned(bytes),
        "image/gif" => gif::cleaned(bytes),
        "image/webp" => webp::cleaned(bytes),
        "image/avif" => avif::cleaned(bytes),
        _ => Some(Cleaned::still(bytes.to_vec())),
    }
}

/// Whether a file of this type can say which way up it is, and is shown so everywhere.
pub fn says_orientation(mime: &str) -> bool {
    mime == "image/jpeg"
}

/// Which way up a file says that it is, of those kept as they are because they are too large to be packed anew.
pub fn said_orientation(mime: &str, bytes: &[u8]) -> Orientation {
    if mime == "image/jpeg" { jpeg::said_orientation(bytes) } else { Orientation::default() }
}

/// Bytes that are read from front to back.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(length)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|taken| taken[0])
    }

    /// A number of so many bytes, the greatest first.
    fn number(&mut self, length: usize) -> Option<usize> {
        Some(self.take(length)?.iter().fold(0, |number, byte| number << 8 | usize::from(*byte)))
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
