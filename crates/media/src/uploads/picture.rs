//! The size of a picture, told before anybody unpacks it: a small file can unpack to gigabytes.

use kernel::{Error, Result};

use super::checks::damaged;
use crate::kinds::FileType;

/// The most pixels that a picture may have: 100 megapixels and what cameras call so.
const PIXELS_MOST: u64 = 110_000_000;
/// The longest side, in pixels.
const SIDE_LONGEST: usize = 32_000;

/// Width and height in pixels, none when they do not stand in the first bytes that are given here.
pub fn size(file_type: &FileType, bytes: &[u8]) -> Result<Option<(i32, i32)>> {
    match imagesize::blob_size(bytes) {
        Ok(found) => checked(found.width, found.height).map(Some),
        Err(imagesize::ImageError::IoError(_)) => Ok(None),
        Err(_) => Err(damaged(file_type.label)),
    }
}

fn checked(width: usize, height: usize) -> Result<(i32, i32)> {
    let pixels = width as u64 * height as u64;
    if width == 0 || height == 0 {
        return Err(Error::invalid(
            "file",
            "damaged",
            "This image says that it has no pixels. Save it anew and send that.",
        ));
    }
    if width > SIDE_LONGEST || height > SIDE_LONGEST || pixels > PIXELS_MOST {
        let words = format!(
            "This image has {width} × {height} pixels. At most 110 megapixels and {SIDE_LONGEST} pixels a side are taken: \
             make it smaller and send it again."
        );
        return Err(Error::invalid("file", "too_many_pixels", words));
    }
    let side = |length: usize| i32::try_from(length).unwrap_or(i32::MAX);
    Ok((side(width), side(height)))
}
