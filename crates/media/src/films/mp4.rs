//! MPEG-4 and QuickTime (ISO/IEC 14496-12): boxes, each named by four letters.

use super::Facts;
use super::walk::{Deed, Grammar, Head, Parsed};

const MOOV: u32 = name(b"moov");
const TRAK: u32 = name(b"trak");
const MVEX: u32 = name(b"mvex");
const MVHD: u32 = name(b"mvhd");
const MEHD: u32 = name(b"mehd");
const TKHD: u32 = name(b"tkhd");
/// Where phones write place, device and date, and programs whatever they like.
const TOLD: [u32; 3] = [name(b"udta"), name(b"meta"), name(b"uuid")];

const fn name(letters: &[u8; 4]) -> u32 {
    u32::from_be_bytes(*letters)
}

/// Boxes of a film or a sound.
pub struct Mp4 {
    blanks: bool,
    time_scale: Option<u32>,
    duration: u64,
    size: Option<(u32, u32)>,
}

impl Mp4 {
    pub fn of_film() -> Self {
        Self { blanks: true, time_scale: None, duration: 0, size: None }
    }

    pub fn of_sound() -> Self {
        Self { blanks: false, ..Self::of_film() }
    }

    pub fn facts(&self) -> Facts {
        let duration = self.time_scale.filter(|scale| *scale > 0 && self.duration > 0);
        Facts { duration: duration.map(|scale| self.duration as f64 / f64::from(scale)), size: self.size }
    }

    fn read_movie(&mut self, content: &[u8]) -> Option<()> {
        let (scale, duration) = match content.first()? {
            0 => (number(content, 12, 4)?, number(content, 16, 4).filter(|duration| *duration < u64::from(u32::MAX))),
            _ => (number(content, 20, 4)?, number(content, 24, 8).filter(|duration| *duration < u64::MAX)),
        };
        self.time_scale = u32::try_from(scale).ok();
        self.duration = self.duration.max(duration?);
        Some(())
    }

    /// Of a film in fragments: how long they are together.
    fn read_fragments(&mut self, content: &[u8]) -> Option<()> {
        let duration = if *content.first()? == 0 { number(content, 4, 4)? } else { number(content, 4, 8)? };
        self.duration = self.duration.max(duration);
        Some(())
    }

    fn read_track(&mut self, content: &[u8]) -> Option<()> {
        let end = content.len();
        // The last two numbers have sixteen bits behind the point; before them stands how the picture is turned.
        let (width, height) = (number(content, end.checked_sub(8)?, 4)? >> 16, number(content, end - 4, 4)? >> 16);
        let matrix = end.checked_sub(44)?;
        let is_on_its_side = number(content, matrix, 4)? == 0 && number(content, matrix + 16, 4)? == 0;
        let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
        if width > 0 && height > 0 && self.size.is_none() {
            self.size = Some(if is_on_its_side { (height, width) } else { (width, height) });
        }
        Some(())
    }
}

fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    Some(bytes.get(at..at.checked_add(length)?)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

impl Grammar for Mp4 {
    fn parse(&self, bytes: &[u8]) -> Parsed {
        let (Some(short), Some(name)) = (number(bytes, 0, 4), number(bytes, 4, 4)) else { return Parsed::More };
        let (length, whole) = match short {
            1 => match number(bytes, 8, 8) {
                Some(whole) => (16, Some(whole)),
                None => return Parsed::More,
            },
            // Until the end of the file.
            0 => (8, None),
            whole => (8, Some(whole)),
        };
        let content = whole.map(|whole| whole.checked_sub(length as u64));
        match (u32::try_from(name), content) {
            (Ok(name), None) => Parsed::Head(Head { name, length, content: None }),
            (Ok(name), Some(Some(content))) => Parsed::Head(Head { name, length, content: Some(content) }),
            _ => Parsed::Broken,
        }
    }

    fn deed(&self, within: &[u32], head: Head) -> Deed {
        match (within, head.name) {
            ([], MOOV) | ([MOOV], TRAK | MVEX) => Deed::Enter,
            ([MOOV], MVHD) | ([MOOV, TRAK], TKHD) | ([MOOV, MVEX], MEHD) => Deed::Read,
            (_, told) if self.blanks && TOLD.contains(&told) => Deed::Blank,
            _ => Deed::Pass,
        }
    }

    fn filling(&self, head: &[u8], _content: u64) -> Vec<u8> {
        let mut filling = head.to_vec();
        if let Some(letters) = filling.get_mut(4..8) {
            letters.copy_from_slice(b"free");
        }
        filling
    }

    fn read(&mut self, _within: &[u32], name: u32, content: &[u8]) {
        // What cannot be read says nothing.
        let _ = match name {
            MVHD => self.read_movie(content),
            MEHD => self.read_fragments(content),
            _ => self.read_track(content),
        };
    }
}
