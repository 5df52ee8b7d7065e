//! Pictures: what their files say of people is taken out, and they are made smaller, cropped and turned.
//!
//! JPEG is unpacked by libjpeg-turbo's code at a fraction of its size, so a large photograph costs little to make small;
//! PNG is made smaller row by row. What cannot be unpacked (AVIF, SVG, animations) is served as it is.

mod decode;
mod encode;
pub mod jobs;
pub mod known;
pub mod making;
pub mod metadata;
mod pixels;
mod profile;
mod shrink;
pub mod variants;

pub use decode::{WHOLE, decode};
pub use encode::{Format, encode, encode_original};
pub use known::{Known, Picture, Poster};
pub use pixels::{Area, Pixels};

/// Which way up a picture's pixels are to be shown (EXIF 2.32, 4.6.4, orientation).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Orientation(u8);

impl Default for Orientation {
    fn default() -> Self {
        Self(1)
    }
}

impl Orientation {
    /// Turned by so many quarters, clockwise.
    pub fn turned(quarters: u8) -> Self {
        Self([1, 6, 3, 8][usize::from(quarters % 4)])
    }

    pub const MIRRORED: Self = Self(2);
    pub const UPSIDE_DOWN: Self = Self(4);

    pub fn from_exif(number: u16) -> Self {
        u8::try_from(number).ok().filter(|number| (1..=8).contains(number)).map(Self).unwrap_or_default()
    }

    pub fn to_exif(self) -> u8 {
        self.0
    }

    pub fn is_upright(self) -> bool {
        self.0 == 1
    }

    /// Whether width and height change places.
    pub fn lies_on_its_side(self) -> bool {
        self.0 >= 5
    }

    /// A size as it is shown.
    pub fn shown<T>(self, (width, height): (T, T)) -> (T, T) {
        if self.lies_on_its_side() { (height, width) } else { (width, height) }
    }
}

/// Whether smaller ones of this type can be made.
pub fn can_be_varied(mime: &str, is_animated: bool) -> bool {
    !is_animated && matches!(mime, "image/jpeg" | "image/png" | "image/gif" | "image/webp")
}

#[cfg(test)]
mod tests;
