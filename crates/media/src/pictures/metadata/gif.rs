//! GIF89a: blocks, each of a chain of pieces of up to 255 bytes.

use super::{Cleaned, Reader};

const EXTENSION: u8 = 0x21;
const FRAME: u8 = 0x2c;
const END: u8 = 0x3b;
const CONTROL: u8 = 0xf9;
const APPLICATION: u8 = 0xff;
/// Extensions that say how often an animation runs, and the colour profile.
const KEPT: [&[u8]; 3] = [b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"];

/// A GIF without its comments; none when it cannot be followed.
pub fn cleaned(bytes: &[u8]) -> Option<Cleaned> {
    let mut reader = Reader::new(bytes);
    let screen = reader.take(13)?;
    if !screen.starts_with(b"GIF8") {
        return None;
    }
    reader.take(colours(screen[10]))?;
    let mut cleaned = Cleaned::still(bytes[..reader.at].to_vec());
    let mut frames = 0;
    loop {
        let start = reader.at;
        let is_kept = match reader.byte() {
            // Many a program forgets the end; what was whole until then is shown everywhere.
            Some(END) | None if frames > 0 => {
                cleaned.bytes.push(END);
                cleaned.is_animated = frames > 1;
                return Some(cleaned);
            }
            Some(EXTENSION) => {
                let label = reader.byte()?;
                let before = reader.at;
                skip_pieces(&mut reader)?;
                let name = bytes.get(before + 1..before + 12).unwrap_or_default();
                label == CONTROL || label == APPLICATION && KEPT.contains(&name)
            }
            Some(FRAME) => {
                let frame = reader.take(9)?;
                reader.take(colours(frame[8]) + 1)?;
                skip_pieces(&mut reader)?;
                frames += 1;
                true
            }
            _ => return None,
        };
        if is_kept {
            cleaned.bytes.extend(&bytes[start..reader.at]);
        }
    }
}

/// How many bytes the table of colours takes that a byte of flags announces.
fn colours(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

fn skip_pieces(reader: &mut Reader<'_>) -> Option<()> {
    loop {
        match reader.byte()? {
            0 => return Some(()),
            length => reader.take(usize::from(length))?,
        };
    }
}
