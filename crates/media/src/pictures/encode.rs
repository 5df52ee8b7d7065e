//! From pixels to a file.

use std::panic::{AssertUnwindSafe, catch_unwind};

use kernel::{Error, Result};
use mozjpeg::{ColorSpace, Compress, Marker};
use ravif::{Img, RGB8, RGBA8};
use webp::{PixelLayout, WebPConfig};

use super::Pixels;

/// How a smaller picture is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Webp,
    Jpeg,
    Png,
    /// Made later, at leisure, where the operator wants it.
    Avif,
}

impl Format {
    pub fn mime(self) -> &'static str {
        match self {
            Self::Webp => "image/webp",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Avif => "image/avif",
        }
    }

    pub fn ending(self) -> &'static str {
        match self {
            Self::Webp => "webp",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Avif => "avif",
        }
    }
}

/// Of 100; at these, WebP and JPEG differ from the original about equally (DSSIM).
pub const WEBP_QUALITY: u8 = 78;
pub const JPEG_QUALITY: u8 = 80;
/// Of 100 in its own measure; differs from the original about as much as WebP does.
pub const AVIF_QUALITY: f32 = 62.0;
/// From 1, the smallest file, to 10: at this, a picture of two megapixels takes a core about two seconds.
const AVIF_SPEED: u8 = 8;
/// For a picture that stays the original after it was turned or cropped.
pub const ORIGINAL_QUALITY: u8 = 94;
/// The longest side of a picture in WebP, in pixels (RFC 6386, 9.1: 14 bits).
pub const WEBP_LONGEST: u32 = 16_383;
/// The longest piece of a colour profile in a segment of JPEG.
const PROFILE_PIECE: usize = 65_519;

/// Packs pixels.
pub fn encode(pixels: &Pixels, format: Format) -> Result<Vec<u8>> {
    match format {
        Format::Webp => webp(pixels, WEBP_QUALITY),
        Format::Jpeg => jpeg(pixels, JPEG_QUALITY),
        Format::Png => png(pixels),
        Format::Avif => avif(pixels, AVIF_QUALITY),
    }
}

/// Packs pixels so that hardly anything is lost.
pub fn encode_original(pixels: &Pixels, format: Format) -> Result<Vec<u8>> {
    match format {
        Format::Webp => webp(pixels, ORIGINAL_QUALITY),
        Format::Jpeg => jpeg(pixels, ORIGINAL_QUALITY),
        Format::Png => png(pixels),
        Format::Avif => avif(pixels, f32::from(ORIGINAL_QUALITY)),
    }
}

/// A colour profile has no place in what the encoder writes: [`Pixels::profile`] is for the caller to look at.
fn avif(pixels: &Pixels, quality: f32) -> Result<Vec<u8>> {
    let encoder = ravif::Encoder::new().with_quality(quality).with_alpha_quality(quality).with_speed(AVIF_SPEED);
    let packed = if pixels.channels == 4 {
        let colours: Vec<RGBA8> =
            pixels.data.chunks_exact(4).map(|one| RGBA8::new(one[0], one[1], one[2], one[3])).collect();
        encoder.encode_rgba(Img::new(colours.as_slice(), pixels.width, pixels.height))
    } else {
        let colours: Vec<RGB8> = pixels.data.chunks_exact(3).map(|one| RGB8::new(one[0], one[1], one[2])).collect();
        encoder.encode_rgb(Img::new(colours.as_slice(), pixels.width, pixels.height))
    };
    packed.map(|packed| packed.avif_file).map_err(Error::internal)
}

fn webp(pixels: &Pixels, quality: u8) -> Result<Vec<u8>> {
    let (layout, side) = (if pixels.channels == 4 { PixelLayout::Rgba } else { PixelLayout::Rgb }, |side: usize| {
        u32::try_from(side).map_err(Error::internal)
    });
    let encoder = webp::Encoder::new(&pixels.data, layout, side(pixels.width)?, side(pixels.height)?);
    let mut config = WebPConfig::new().map_err(|()| Error::internal("libwebp has another version"))?;
    config.quality = f32::from(quality);
    let packed = encoder
        .encode_advanced(&config)
        .map_err(|error| Error::internal(format!("a WebP image could not be made: {error:?}")))?;
    Ok(match &pixels.profile {
        Some(profile) => with_profile(&packed, profile, pixels),
        None => packed.to_vec(),
    })
}

/// Puts a colour profile into a WebP file, which then needs the longer header (RFC 9649, 2.7).
fn with_profile(packed: &[u8], profile: &[u8], pixels: &Pixels) -> Vec<u8> {
    const HAS_PROFILE: u8 = 0x20;
    const HAS_ALPHA: u8 = 0x10;
    let chunks = packed.get(12..).unwrap_or_default();
    // The longer header is 18 bytes long, and there already when the picture has transparency.
    let chunks = if chunks.starts_with(b"VP8X") { chunks.get(18..).unwrap_or_default() } else { chunks };
    let mut file = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0".to_vec();
    file.extend([HAS_PROFILE | if pixels.channels == 4 { HAS_ALPHA } else { 0 }, 0, 0, 0]);
    for side in [pixels.width, pixels.height] {
        file.extend(&u32::try_from(side.saturating_sub(1)).unwrap_or(0).to_le_bytes()[..3]);
    }
    file.extend(b"ICCP");
    file.extend(u32::try_from(profile.len()).unwrap_or(0).to_le_bytes());
    file.extend(profile);
    file.extend(vec![0; profile.len() % 2]);
    file.extend(chunks);
    let size = u32::try_from(file.len() - 8).unwrap_or(0);
    file[4..8].copy_from_slice(&size.to_le_bytes());
    file
}

/// The colour profile in a WebP file.
pub fn webp_profile(file: &[u8]) -> Option<Vec<u8>> {
    let mut rest = file.get(12..)?;
    while let Some((head, after)) = rest.split_at_checked(8) {
        let length = u32::from_le_bytes(head[4..8].try_into().ok()?) as usize;
        if head.starts_with(b"ICCP") {
            return after.get(..length).map(<[u8]>::to_vec);
        }
        rest = after.get(length + length % 2..)?;
    }
    None
}

fn jpeg(pixels: &Pixels, quality: u8) -> Result<Vec<u8>> {
    // The codec tells errors by unwinding.
    let packed = catch_unwind(AssertUnwindSafe(|| pack_jpeg(pixels, quality)));
    packed.map_err(|_| Error::internal("a JPEG image could not be made"))?.map_err(Error::internal)
}

fn pack_jpeg(pixels: &Pixels, quality: u8) -> std::io::Result<Vec<u8>> {
    let mut compress = Compress::new(ColorSpace::JCS_RGB);
    // Without the long search for smaller files, which takes ten times as long.
    compress.set_fastest_defaults();
    compress.set_size(pixels.width, pixels.height);
    compress.set_quality(f32::from(quality));
    if quality < ORIGINAL_QUALITY {
        compress.set_chroma_sampling_pixel_sizes((2, 2), (2, 2));
    } else {
        compress.set_chroma_sampling_pixel_sizes((1, 1), (1, 1));
    }
    compress.set_optimize_coding(true);
    let mut started = compress.start_compress(Vec::new())?;
    if let Some(profile) = &pixels.profile {
        let pieces: Vec<&[u8]> = profile.chunks(PROFILE_PIECE).collect();
        let count = u8::try_from(pieces.len()).unwrap_or(u8::MAX);
        for (place, piece) in (1..=count).zip(pieces) {
            started.write_marker(Marker::APP(2), &[b"ICC_PROFILE\0", &[place, count][..], piece].concat());
        }
    }
    started.write_scanlines(&pixels.opaque())?;
    started.finish()
}

fn png(pixels: &Pixels) -> Result<Vec<u8>> {
    let side = |side: usize| u32::try_from(side).map_err(Error::internal);
    let mut info = png::Info::with_size(side(pixels.width)?, side(pixels.height)?);
    info.color_type = if pixels.channels == 4 { png::ColorType::Rgba } else { png::ColorType::Rgb };
    info.bit_depth = png::BitDepth::Eight;
    info.icc_profile = pixels.profile.as_deref().map(std::borrow::Cow::Borrowed);
    let mut file = Vec::new();
    let encoder = png::Encoder::with_info(&mut file, info).map_err(Error::internal)?;
    let mut writer = encoder.write_header().map_err(Error::internal)?;
    writer.write_image_data(&pixels.data).map_err(Error::internal)?;
    writer.finish().map_err(Error::internal)?;
    Ok(file)
}
