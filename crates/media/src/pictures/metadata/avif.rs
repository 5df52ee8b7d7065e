//! AVIF: items in boxes (ISO/IEC 14496-12, 8.11). Where items lie is told by their place in the file, so nothing is taken
//! out: what says something of people is overwritten with zeros.

use std::ops::Range;

use super::{Cleaned, Reader};

/// Boxes and items that are looked at; real files have a handful.
const ENTRIES_MOST: usize = 10_000;

/// An AVIF without what it says of people and places; none when it cannot be followed.
pub fn cleaned(bytes: &[u8]) -> Option<Cleaned> {
    let mut cleaned = Cleaned::still(bytes.to_vec());
    let file = boxes(bytes, 0..bytes.len())?;
    let brands = &file.iter().find(|one| &one.name == b"ftyp")?.content;
    cleaned.is_animated = bytes[brands.clone()].chunks(4).any(|brand| brand == b"avis");
    let meta = file.iter().find(|one| &one.name == b"meta")?;
    let parts = boxes(bytes, meta.content.start + 4..meta.content.end)?;
    let part = |name: &[u8; 4]| parts.iter().find(|one| &one.name == name).map(|one| one.content.clone());
    let told = told_items(bytes, part(b"iinf")?)?;
    let data = part(b"idat").unwrap_or(0..0);
    let mut taken_out = 0;
    for (item, place) in places(bytes, part(b"iloc")?, data)? {
        if told.contains(&item) {
            // The same piece over and over would keep us busy for long.
            taken_out += place.len();
            if taken_out > bytes.len() {
                return None;
            }
            cleaned.bytes.get_mut(place)?.fill(0);
        }
    }
    // The boxes of a film's tracks have words of their own.
    for one in file.iter().filter(|one| &one.name == b"uuid") {
        cleaned.bytes[one.content.clone()].fill(0);
    }
    Some(cleaned)
}

struct Part {
    name: [u8; 4],
    content: Range<usize>,
}

fn boxes(bytes: &[u8], within: Range<usize>) -> Option<Vec<Part>> {
    let mut found = Vec::new();
    let mut reader = Reader { bytes: bytes.get(..within.end)?, at: within.start };
    while reader.at < within.end && found.len() < ENTRIES_MOST {
        let start = reader.at;
        let short = reader.number(4)?;
        let name: [u8; 4] = reader.take(4)?.try_into().ok()?;
        let length = match short {
            0 => within.end - start,
            1 => reader.number(8)?,
            length => length,
        };
        let end = start.checked_add(length).filter(|end| *end >= reader.at && *end <= within.end)?;
        found.push(Part { name, content: reader.at..end });
        reader.at = end;
    }
    Some(found)
}

/// The ids of items that hold EXIF or XMP.
fn told_items(bytes: &[u8], list: Range<usize>) -> Option<Vec<usize>> {
    let mut reader = Reader { bytes: bytes.get(..list.end)?, at: list.start };
    let version = reader.number(4)? >> 24;
    reader.number(if version == 0 { 2 } else { 4 })?;
    let mut told = Vec::new();
    for entry in boxes(bytes, reader.at..list.end)? {
        let mut reader = Reader { bytes: &bytes[..entry.content.end], at: entry.content.start };
        let version = reader.number(4)? >> 24;
        let id = reader.number(if version < 3 { 2 } else { 4 })?;
        reader.take(2)?;
        let kind = reader.take(4)?;
        if version >= 2 && (kind == b"Exif" || kind == b"mime") {
            told.push(id);
        }
    }
    Some(told)
}

/// Where in the file the pieces of each item lie.
fn places(bytes: &[u8], table: Range<usize>, data: Range<usize>) -> Option<Vec<(usize, Range<usize>)>> {
    let mut reader = Reader { bytes: bytes.get(..table.end)?, at: table.start };
    let version = reader.number(4)? >> 24;
    let sizes = reader.number(2)?;
    let (offset_size, length_size, base_size) = (sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15);
    let index_size = if version == 0 { 0 } else { sizes & 15 };
    let id_size = if version < 2 { 2 } else { 4 };
    let (mut found, mut extents) = (Vec::new(), 0);
    for _ in 0..reader.number(id_size)?.min(ENTRIES_MOST) {
        let id = reader.number(id_size)?;
        let method = if version == 0 { 0 } else { reader.number(2)? & 15 };
        reader.take(2)?;
        let base = reader.number(base_size)?;
        // Pieces whose numbers take no bytes cost the file nothing, so all of them together are counted.
        let pieces = reader.number(2)?;
        extents += pieces;
        if extents > ENTRIES_MOST {
            return None;
        }
        for _ in 0..pieces {
            reader.number(index_size)?;
            let start = base.checked_add(reader.number(offset_size)?)?;
            let start = if method == 1 { start.checked_add(data.start)? } else { start };
            let length = reader.number(length_size)?;
            let end = start.checked_add(length).filter(|end| *end <= bytes.len())?;
            if method < 2 {
                found.push((id, start..end));
            }
        }
    }
    Some(found)
}
