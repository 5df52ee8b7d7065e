//! JPEG, by libjpeg-turbo's code. It reports errors by unwinding, so every use of it is caught.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mozjpeg::{ColorSpace, Decompress, Marker};

use crate::pictures::{Pixels, profile};

/// A picture is unpacked at a fraction of its size if that is still this much larger than what is needed: the last step
/// down is left to the better filter.
const MARGIN: f64 = 1.5;
/// The fractions, in eighths, that are quick to unpack.
const EIGHTHS: [u8; 3] = [1, 2, 4];

/// A JPEG, unpacked as small as this size allows; none when it is damaged.
pub fn decode(bytes: &[u8], wanted: (usize, usize)) -> Option<Pixels> {
    catch_unwind(AssertUnwindSafe(|| unpack(bytes, wanted))).ok()?
}

fn unpack(bytes: &[u8], wanted: (usize, usize)) -> Option<Pixels> {
    let mut file = Decompress::with_markers(&[Marker::APP(2), Marker::APP(14)]).from_mem(bytes).ok()?;
    if super::is_too_large(file.size()) {
        return None;
    }
    file.scale(eighths(file.size(), wanted));
    let profile = profile_of(&file);
    let is_inverted = file.markers().any(|one| one.marker == Marker::APP(14) && one.data.starts_with(b"Adobe"));
    let is_inks = matches!(file.color_space(), ColorSpace::JCS_CMYK | ColorSpace::JCS_YCCK);
    let mut started = if is_inks { file.to_colorspace(ColorSpace::JCS_CMYK).ok()? } else { file.rgb().ok()? };
    let (width, height) = (started.width(), started.height());
    let (data, profile) = if is_inks {
        let mut inks: Vec<u8> = started.read_scanlines::<[u8; 4]>().ok()?.into_flattened();
        // Adobe's programs write how much of the paper stays, and not how much ink there is.
        if is_inverted {
            inks.iter_mut().for_each(|ink| *ink = 255 - *ink);
        }
        (profile::of_inks(&inks, profile.as_deref()), None)
    } else {
        (started.read_scanlines::<[u8; 3]>().ok()?.into_flattened(), profile::worth_keeping(profile))
    };
    Some(Pixels { width, height, channels: 3, data, profile })
}

fn eighths(size: (usize, usize), wanted: (usize, usize)) -> u8 {
    let is_enough =
        |side: usize, wanted: usize, eighths: u8| side as f64 * f64::from(eighths) / 8.0 >= wanted as f64 * MARGIN;
    let fits = |eighths: &u8| is_enough(size.0, wanted.0, *eighths) && is_enough(size.1, wanted.1, *eighths);
    EIGHTHS.into_iter().find(fits).unwrap_or(8)
}

/// The colour profile, which stands in one or several segments.
fn profile_of<R>(file: &Decompress<R>) -> Option<Vec<u8>> {
    let pieces = file.markers().filter(|one| one.marker == Marker::APP(2));
    let mut pieces: Vec<(u8, Vec<u8>)> = pieces
        .filter_map(|one| {
            let piece = one.data.strip_prefix(b"ICC_PROFILE\0")?;
            Some((*piece.first()?, piece.get(2..)?.to_vec()))
        })
        .collect();
    pieces.sort_by_key(|(place, _)| *place);
    let profile: Vec<u8> = pieces.into_iter().flat_map(|(_, piece)| piece).collect();
    (!profile.is_empty()).then_some(profile)
}
