//! The one thing in a block of EXIF that says how a picture is to be shown.

use crate::pictures::Orientation;

/// The tag of the orientation (EXIF 2.32, 4.6.4).
const ORIENTATION: u16 = 0x0112;
/// Entries of a directory that are looked at.
const ENTRIES_MOST: usize = 1000;

/// Which way up the picture is, from the block that begins with the header of TIFF.
pub fn orientation(block: &[u8]) -> Orientation {
    read(block).map(Orientation::from_exif).unwrap_or_default()
}

fn read(block: &[u8]) -> Option<u16> {
    let is_little = match block.get(..2)? {
        b"II" => true,
        b"MM" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let two = block.get(at..at + 2)?.try_into().ok()?;
        Some(if is_little { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) })
    };
    let four = block.get(4..8)?.try_into().ok()?;
    let first = if is_little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) } as usize;
    let entries = usize::from(short(first)?).min(ENTRIES_MOST);
    let mut places = (0..entries).map(|place| first + 2 + place * 12);
    let entry = places.find(|at| short(*at) == Some(ORIENTATION))?;
    short(entry + 8)
}

/// A block that says nothing but which way up the picture is.
pub fn block(orientation: Orientation) -> Vec<u8> {
    let mut block = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    block.extend([orientation.to_exif(), 0, 0, 0, 0, 0, 0]);
    block
}
