//! GIF: the first frame, on a transparent screen.

use gif::{ColorOutput, DecodeOptions, MemoryLimit};

use crate::pictures::Pixels;

/// The largest frame, in bytes of four a pixel.
const FRAME_MOST: u64 = 450_000_000;

/// The first picture of a GIF; none when it is damaged.
pub fn decode(bytes: &[u8]) -> Option<Pixels> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::RGBA);
    options.set_memory_limit(MemoryLimit::Bytes(FRAME_MOST.try_into().ok()?));
    let mut decoder = options.read_info(bytes).ok()?;
    let (width, height) = (usize::from(decoder.width()), usize::from(decoder.height()));
    if super::is_too_large((width, height)) {
        return None;
    }
    let frame = decoder.read_next_frame().ok()??;
    let (left, top) = (usize::from(frame.left), usize::from(frame.top));
    let frame_width = usize::from(frame.width);
    if (left, top, frame_width, usize::from(frame.height)) == (0, 0, width, height) {
        return Some(Pixels { width, height, channels: 4, data: frame.buffer.to_vec(), profile: None });
    }
    let mut data = vec![0; width * height * 4];
    let shown = frame_width.min(width.saturating_sub(left));
    for (place, row) in frame.buffer.chunks_exact((frame_width * 4).max(4)).enumerate() {
        let start = ((top + place) * width + left) * 4;
        if let Some(target) = data.get_mut(start..start + shown * 4) {
            target.copy_from_slice(&row[..shown * 4]);
        }
    }
    Some(Pixels { width, height, channels: 4, data, profile: None })
}
