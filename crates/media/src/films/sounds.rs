//! How long a sound lasts, from its beginning, its end and its size.

/// Kilobits a second of MPEG audio, by version (1, else 2) and layer (1 to 3), at the places 1 to 14.
const BITRATES: [[[u32; 15]; 3]; 2] = [
    [
        [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
        [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
        [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    ],
    [
        [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
        [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
        [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ],
];

/// In seconds, as far as the file tells.
pub fn duration(mime: &str, head: &[u8], tail: &[u8], size: u64) -> Option<f64> {
    match mime {
        "audio/wav" => of_wav(head, size),
        "audio/flac" => of_flac(head),
        "audio/ogg" => of_ogg(head, tail),
        "audio/mpeg" => of_mp3(head, tail, size),
        _ => None,
    }
}

fn little(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

fn big(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    Some(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// RIFF: the chunk `fmt ` says how many bytes a second has, the head of `data` how many there are.
fn of_wav(head: &[u8], size: u64) -> Option<f64> {
    let mut at = 12;
    let mut rate = None;
    loop {
        let name = head.get(at..at + 4)?;
        let length = little(head, at + 4, 4)?;
        match name {
            b"fmt " => rate = little(head, at + 16, 4).filter(|rate| *rate > 0),
            b"data" => {
                // What is recorded while it is sent does not know its length.
                let there = size.saturating_sub(at as u64 + 8);
                return Some(length.min(there) as f64 / rate? as f64);
            }
            _ => {}
        }
        at = at.checked_add(8)?.checked_add(usize::try_from(length + length % 2).ok()?)?;
    }
}

/// The first block of FLAC (RFC 9639, 8.2).
fn of_flac(head: &[u8]) -> Option<f64> {
    let packed = big(head, 18, 8)?;
    let (rate, samples) = (packed >> 44, packed & 0xf_ffff_ffff);
    (head.starts_with(b"fLaC") && rate > 0 && samples > 0).then(|| samples as f64 / rate as f64)
}

/// The last page of Ogg says how many samples there were until then (RFC 3533, 6).
fn of_ogg(head: &[u8], tail: &[u8]) -> Option<f64> {
    let last = memchr::memmem::rfind(tail, b"OggS")?;
    let samples = little(tail, last + 6, 8).filter(|samples| *samples < 1 << 48)?;
    let (rate, before) = if let Some(at) = memchr::memmem::find(head, b"OpusHead") {
        (48_000, little(head, at + 10, 2)?)
    } else {
        let at = memchr::memmem::find(head, b"\x01vorbis")?;
        (little(head, at + 12, 4).filter(|rate| *rate > 0)?, 0)
    };
    Some(samples.saturating_sub(before) as f64 / rate as f64)
}

/// A frame of MPEG audio.
struct Frame {
    bits_a_second: f64,
    samples: f64,
    rate: f64,
    /// Where the count of all frames may stand, from the frame's beginning.
    side: usize,
}

impl Frame {
    fn read(head: u64) -> Option<Self> {
        let (version, layer) = (head >> 19 & 3, head >> 17 & 3);
        if head >> 21 != 0x7ff || version == 1 || layer == 0 {
            return None;
        }
        let is_first = version == 3;
        let layer = 4 - layer as usize;
        let bitrate = *BITRATES[usize::from(!is_first)][layer - 1].get((head >> 12 & 15) as usize)?;
        let rate = [44_100.0, 48_000.0, 32_000.0].get((head >> 10 & 3) as usize)?;
        let rate = rate
            / match version {
                3 => 1.0,
                2 => 2.0,
                _ => 4.0,
            };
        let samples = match (layer, is_first) {
            (1, _) => 384.0,
            (3, false) => 576.0,
            _ => 1152.0,
        };
        let is_mono = head >> 6 & 3 == 3;
        let side = match (is_first, is_mono) {
            (true, false) => 36,
            (false, true) => 13,
            _ => 21,
        };
        (bitrate > 0).then(|| Self { bits_a_second: f64::from(bitrate) * 1000.0, samples, rate, side })
    }
}

fn of_mp3(head: &[u8], tail: &[u8], size: u64) -> Option<f64> {
    // Words before the sound: their length is written with seven bits a byte (ID3v2.4, 3.1).
    let words = if head.starts_with(b"ID3") {
        let length = head.get(6..10)?.iter().fold(0, |number, byte| number << 7 | u64::from(*byte & 0x7f));
        length + 10
    } else {
        0
    };
    let sound = usize::try_from(words).ok().and_then(|start| head.get(start..));
    // A picture among the words may be longer than what is at hand; any frame tells how fast the sound is.
    let (bytes, is_first) = match sound {
        Some(sound) if sound.len() > 200 => (sound, true),
        _ => (tail, false),
    };
    let starts = memchr::memchr_iter(0xff, bytes);
    let (start, frame) = starts.filter_map(|at| Some((at, Frame::read(big(bytes, at, 4)?)?))).next()?;
    let counted = bytes
        .get(start + frame.side..start + frame.side + 4)
        .filter(|mark| [b"Xing", b"Info"].contains(&(*mark).try_into().unwrap_or(&[0; 4])));
    if counted.is_some() && is_first && big(bytes, start + frame.side + 4, 4)? & 1 == 1 {
        let frames = big(bytes, start + frame.side + 8, 4)?;
        return Some(frames as f64 * frame.samples / frame.rate);
    }
    Some(size.saturating_sub(words) as f64 * 8.0 / frame.bits_a_second)
}
