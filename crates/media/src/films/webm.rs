//! WebM (RFC 8794, RFC 9559): elements of EBML, named and measured by numbers of one to eight bytes.

use super::Facts;
use super::walk::{Deed, Grammar, Head, Parsed};

const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_a966;
const TIMESTAMP_SCALE: u32 = 0x2a_d7b1;
const DURATION: u32 = 0x4489;
const TITLE: u32 = 0x7ba9;
const DATE: u32 = 0x4461;
const TRACKS: u32 = 0x1654_ae6b;
const TRACK: u32 = 0xae;
const VIDEO: u32 = 0xe0;
const WIDTH: u32 = 0xb0;
const HEIGHT: u32 = 0xba;
const TAGS: u32 = 0x1254_c367;
const CLUSTER: u32 = 0x1f43_b675;
/// Filling.
const VOID: u8 = 0xec;

/// Elements of a film.
#[derive(Default)]
pub struct Webm {
    scale: Option<u64>,
    duration: Option<f64>,
    width: Option<u32>,
    height: Option<u32>,
}

impl Webm {
    pub fn facts(&self) -> Facts {
        // Nanoseconds a tick; a million where nothing is said.
        let scale = self.scale.unwrap_or(1_000_000) as f64;
        Facts { duration: self.duration.map(|ticks| ticks * scale / 1e9), size: self.width.zip(self.height) }
    }
}

/// The length in bytes of a number that begins with this byte.
fn length(first: u8) -> usize {
    first.leading_zeros() as usize + 1
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

impl Grammar for Webm {
    fn parse(&self, bytes: &[u8]) -> Parsed {
        let Some(first) = bytes.first() else { return Parsed::More };
        let name_length = length(*first);
        if name_length > 4 {
            return Parsed::Broken;
        }
        let Some(size_first) = bytes.get(name_length) else { return Parsed::More };
        let size_length = length(*size_first);
        if size_length > 8 {
            return Parsed::Broken;
        }
        let length = name_length + size_length;
        let Some(size) = bytes.get(name_length..length) else { return Parsed::More };
        // The first one bit says how long the number is; all ones after it: nobody knows how long the element is.
        let unknown = (1_u64 << (7 * size_length)) - 1;
        let content = Some(number(size) & unknown).filter(|content| *content != unknown);
        let name = u32::try_from(number(&bytes[..name_length])).unwrap_or(0);
        Parsed::Head(Head { name, length, content })
    }

    fn deed(&self, within: &[u32], head: Head) -> Deed {
        match (within, head.name) {
            ([], SEGMENT)
            | ([SEGMENT], INFO | TRACKS)
            | ([SEGMENT, TRACKS], TRACK)
            | ([SEGMENT, TRACKS, TRACK], VIDEO) => Deed::Enter,
            ([SEGMENT, INFO], TIMESTAMP_SCALE | DURATION) | ([SEGMENT, TRACKS, TRACK, VIDEO], WIDTH | HEIGHT) => {
                Deed::Read
            }
            ([SEGMENT], TAGS) | ([SEGMENT, INFO], TITLE | DATE) => Deed::Blank,
            // One that a browser recorded has no length; what follows it stands within it, as far as can be told.
            ([SEGMENT], CLUSTER) if head.content.is_none() => Deed::Enter,
            _ => Deed::Pass,
        }
    }

    fn filling(&self, head: &[u8], content: u64) -> Vec<u8> {
        // Filling has a name of one byte, so its size takes the place that the longer name leaves.
        let size_length = (head.len() - 1).min(8);
        let missing = (head.len() - 1 - size_length) as u64;
        let mut filling = vec![VOID];
        let size = (content + missing) | 1_u64 << (7 * size_length);
        filling.extend(&size.to_be_bytes()[8 - size_length..]);
        filling
    }

    fn read(&mut self, _within: &[u32], name: u32, content: &[u8]) {
        match name {
            TIMESTAMP_SCALE => self.scale = Some(number(content)).filter(|_| content.len() <= 8),
            DURATION => {
                self.duration = match content.len() {
                    4 => content.try_into().ok().map(|four| f64::from(f32::from_be_bytes(four))),
                    8 => content.try_into().ok().map(f64::from_be_bytes),
                    _ => None,
                }
            }
            WIDTH => self.width = self.width.or(u32::try_from(number(content)).ok()),
            _ => self.height = self.height.or(u32::try_from(number(content)).ok()),
        }
    }
}
