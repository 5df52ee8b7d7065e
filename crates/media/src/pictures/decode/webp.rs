//! WebP, by libwebp.

use crate::pictures::{Pixels, encode, profile};

/// A WebP; none when it is damaged.
pub fn decode(bytes: &[u8]) -> Option<Pixels> {
    let picture = webp::Decoder::new(bytes).decode()?;
    let channels = if picture.is_alpha() { 4 } else { 3 };
    Some(Pixels {
        width: usize::try_from(picture.width()).ok()?,
        height: usize::try_from(picture.height()).ok()?,
        channels,
        data: picture.to_vec(),
        profile: profile::worth_keeping(encode::webp_profile(bytes)),
    })
}
