//! PNG, row by row where its rows come in their order.

use std::io::Cursor;

use png::{ColorType, Decoder, Limits, Transformations};

use crate::pictures::shrink::Shrinker;
use crate::pictures::{Pixels, profile};

/// What the reader itself may need, beside the pixels.
const READER_MOST: usize = 64 * 1024 * 1024;

/// A PNG, made smaller to this size row by row; none when it is damaged.
pub fn decode(bytes: &[u8], wanted: (usize, usize)) -> Option<Pixels> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: READER_MOST });
    // Palettes become colours, and sixteen bits eight.
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    if super::is_too_large((width, height)) {
        return None;
    }
    let profile = profile::worth_keeping(reader.info().icc_profile.as_ref().map(|profile| profile.to_vec()));
    let source = reader.output_color_type().0;
    let channels = if matches!(source, ColorType::GrayscaleAlpha | ColorType::Rgba) { 4 } else { 3 };
    let mut shrinker = Shrinker::new((width, height), channels, wanted);
    if reader.info().interlaced {
        let mut whole = vec![0; reader.output_buffer_size()?];
        reader.next_frame(&mut whole).ok()?;
        let length = width * source.samples();
        whole.chunks_exact(length).for_each(|row| shrinker.push(&coloured(row, source)));
    } else {
        while let Some(row) = reader.next_row().ok()? {
            shrinker.push(&coloured(row.data(), source));
        }
    }
    Some(shrinker.finish(profile))
}

/// A row with three or four bytes a pixel.
fn coloured(row: &[u8], source: ColorType) -> std::borrow::Cow<'_, [u8]> {
    match source {
        ColorType::Grayscale => row.iter().flat_map(|grey| [*grey; 3]).collect::<Vec<_>>().into(),
        ColorType::GrayscaleAlpha => {
            row.chunks_exact(2).flat_map(|pixel| [pixel[0], pixel[0], pixel[0], pixel[1]]).collect::<Vec<_>>().into()
        }
        _ => row.into(),
    }
}
