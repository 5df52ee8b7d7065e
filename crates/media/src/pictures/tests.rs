//! Photographs go through: as JPEG in its kinds, PNG, GIF and WebP, whole and damaged.

use mozjpeg::{ColorSpace, Compress};
use proptest::prelude::*;

use super::variants::{Look, Source, Variant, glance, make};
use super::*;

/// Something like a photograph: soft hills of colour with fine grain.
fn photo(width: usize, height: usize, channels: usize) -> Pixels {
    let mut data = Vec::with_capacity(width * height * channels);
    let mut state = 7_u32;
    for y in 0..height {
        for x in 0..width {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let grain = (state >> 29) as f64;
            let (across, down) = (x as f64 / width as f64, y as f64 / height as f64);
            let hill = |phase: f64| ((across * 5.0 + down * 3.0 + phase).sin() * 100.0 + 124.0 + grain) as u8;
            data.extend([hill(0.0), hill(2.0), hill(4.0), 255].into_iter().take(channels));
        }
    }
    Pixels { width, height, channels, data, profile: None }
}

fn source<'a>(mime: &'a str, bytes: &'a [u8], size: (u32, u32)) -> Source<'a> {
    Source { mime, bytes, size, focal_point: None }
}

/// How far two pictures of the same size are apart, as a mean over all bytes.
fn distance(one: &Pixels, other: &Pixels) -> f64 {
    assert_eq!((one.width, one.height, one.channels), (other.width, other.height, other.channels));
    let sum: f64 = one.data.iter().zip(&other.data).map(|(one, other)| f64::from(one.abs_diff(*other))).sum();
    sum / one.data.len() as f64
}

#[test]
fn a_photograph_is_packed_and_unpacked_in_every_format() {
    let photo = photo(300, 200, 3);
    for format in [Format::Jpeg, Format::Png, Format::Webp] {
        let packed = encode(&photo, format).unwrap();
        let unpacked = decode(format.mime(), &packed, WHOLE).unwrap();
        assert!(distance(&photo, &unpacked) < 4.0, "{format:?}: {}", distance(&photo, &unpacked));
        assert_eq!(metadata::cleaned(format.mime(), &packed).unwrap().bytes, packed, "{format:?} has nothing to hide");
    }
}

#[test]
fn every_variant_has_the_size_that_was_promised() {
    let jpeg = encode_original(&photo(1900, 1300, 3), Format::Jpeg).unwrap();
    let wanted = variants::made_ahead("image/jpeg", (1900, 1300));
    let made = make(&source("image/jpeg", &jpeg, (1900, 1300)), &wanted).unwrap().unwrap();
    assert_eq!(made.len(), wanted.len());
    for (variant, bytes) in made {
        let size = imagesize::blob_size(&bytes).unwrap();
        let promised = variant.look.size((1900, 1300));
        assert_eq!((size.width, size.height), (promised.0 as usize, promised.1 as usize), "{}", variant.name());
        assert!(bytes.len() < jpeg.len());
    }
    let placeholder = glance(&source("image/jpeg", &jpeg, (1900, 1300))).unwrap().unwrap().placeholder;
    assert!(placeholder.starts_with("data:image/webp;base64,") && placeholder.len() < 400, "{}", placeholder.len());
}

#[test]
fn unpacking_at_a_fraction_shows_the_same_picture() {
    let whole = photo(1600, 1200, 3);
    let jpeg = encode_original(&whole, Format::Jpeg).unwrap();
    for (width, wanted) in [(1600, 1600), (1600, 640), (800, 530), (400, 260), (200, 100)] {
        let unpacked = decode("image/jpeg", &jpeg, (wanted, wanted * 3 / 4)).unwrap();
        assert_eq!(unpacked.width, width, "for {wanted}");
        let expected = whole.resized(None, (unpacked.width, unpacked.height)).unwrap();
        assert!(distance(&unpacked, &expected) < 4.0);
    }
}

#[test]
fn inks_become_colours() {
    let mut compress = Compress::new(ColorSpace::JCS_CMYK);
    compress.set_size(16, 16);
    let mut started = compress.start_compress(Vec::new()).unwrap();
    // libjpeg writes Adobe's mark, so these say how much of the paper stays: no cyan, all else.
    started.write_scanlines(&[255, 0, 0, 255].repeat(256)).unwrap();
    let file = started.finish().unwrap();
    let file = metadata::cleaned("image/jpeg", &file).unwrap().bytes;
    let pixels = decode("image/jpeg", &file, WHOLE).unwrap();
    let [red, green, blue] = pixels.data[..3].try_into().unwrap();
    assert!(red > 245 && green < 10 && blue < 10, "{red} {green} {blue}");
}

#[test]
fn sixteen_bits_grey_and_palettes_are_read() {
    let pack = |color: png::ColorType, depth: png::BitDepth, data: &[u8], palette: Option<&[u8]>| {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, 2, 1);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if let Some(palette) = palette {
            encoder.set_palette(palette.to_vec());
        }
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(data).unwrap();
        writer.finish().unwrap();
        decode("image/png", &file, WHOLE).unwrap()
    };
    let deep = pack(png::ColorType::Rgb, png::BitDepth::Sixteen, &[200, 1, 100, 1, 50, 1, 0, 0, 0, 0, 0, 0], None);
    assert_eq!(deep.data, [200, 100, 50, 0, 0, 0]);
    let grey = pack(png::ColorType::Grayscale, png::BitDepth::Eight, &[9, 200], None);
    assert_eq!(grey.data, [9, 9, 9, 200, 200, 200]);
    let alpha = pack(png::ColorType::GrayscaleAlpha, png::BitDepth::Eight, &[9, 0, 200, 255], None);
    assert_eq!((alpha.channels, alpha.data), (4, vec![9, 9, 9, 0, 200, 200, 200, 255]));
    let palette = pack(png::ColorType::Indexed, png::BitDepth::Eight, &[1, 0], Some(&[1, 2, 3, 4, 5, 6]));
    assert_eq!(palette.data, [4, 5, 6, 1, 2, 3]);
}

#[test]
fn a_wide_colour_profile_stays_with_the_pixels() {
    let profile = [&[0; 16][..], b"RGB ", &[0; 80], b"Display P3"].concat();
    let photo = Pixels { profile: Some(profile.clone()), ..photo(40, 30, 3) };
    for format in [Format::Jpeg, Format::Webp, Format::Png] {
        let packed = encode(&photo, format).unwrap();
        let cleaned = metadata::cleaned(format.mime(), &packed).unwrap();
        let unpacked = decode(format.mime(), &cleaned.bytes, WHOLE).unwrap();
        assert_eq!(unpacked.profile.as_ref(), Some(&profile), "{format:?}");
    }
    let clear = Pixels { profile: Some(profile.clone()), ..self::photo(40, 30, 4) };
    let packed = encode(&clear, Format::Webp).unwrap();
    assert_eq!(decode("image/webp", &packed, WHOLE).unwrap().profile, Some(profile));
}

#[test]
fn crops_hold_what_was_pointed_at() {
    let mut wide = photo(800, 200, 3);
    // The right quarter is black.
    for row in wide.data.chunks_exact_mut(2400) {
        row[1800..].fill(0);
    }
    let png = encode(&wide, Format::Png).unwrap();
    let square = |focal_point| {
        let source = Source { mime: "image/png", bytes: &png, size: (800, 200), focal_point };
        let made = make(&source, &[Variant::new(Look::Square, Format::Png)]).unwrap().unwrap();
        decode("image/png", &made[0].1, WHOLE).unwrap()
    };
    assert!(square(Some((1.0, 0.5))).data.iter().all(|value| *value < 8));
    assert!(square(None).data.iter().filter(|value| **value < 8).count() < 1000);
}

#[test]
fn a_large_photograph_is_unpacked_in_little_memory() {
    // A hundred megapixels of one colour pack into little, and still have to be unpacked.
    let mut compress = Compress::new(ColorSpace::JCS_RGB);
    compress.set_fastest_defaults();
    compress.set_size(10_000, 10_000);
    compress.set_quality(80.0);
    let mut started = compress.start_compress(Vec::new()).unwrap();
    let rows = vec![90; 10_000 * 3 * 16];
    for _ in 0..625 {
        started.write_scanlines(&rows).unwrap();
    }
    let file = started.finish().unwrap();
    let pixels = decode("image/jpeg", &file, (1600, 1600)).unwrap();
    assert_eq!(pixels.width, 2500);
    assert!(pixels.data.len() < 20_000_000);
}

#[test]
fn a_frame_of_a_gif_lies_where_it_belongs() {
    let mut file = Vec::new();
    let mut encoder = gif::Encoder::new(&mut file, 4, 2, &[0, 0, 0, 255, 0, 0]).unwrap();
    let frame = gif::Frame { left: 2, top: 1, width: 1, height: 1, buffer: vec![1].into(), ..gif::Frame::default() };
    encoder.write_frame(&frame).unwrap();
    encoder.write_frame(&frame).unwrap();
    drop(encoder);
    let cleaned = metadata::cleaned("image/gif", &file).unwrap();
    assert!(cleaned.is_animated);
    let pixels = decode("image/gif", &cleaned.bytes, WHOLE).unwrap();
    assert_eq!((pixels.width, pixels.height), (4, 2));
    assert_eq!(pixels.data[24..28], [255, 0, 0, 255]);
    assert_eq!(pixels.data[..24], [0; 24]);
}

#[test]
fn pictures_that_look_the_same_are_alike_and_others_are_not() {
    let seen = |pixels: &Pixels, format: Format| {
        let bytes = encode(pixels, format).unwrap();
        let size = (u32::try_from(pixels.width).unwrap(), u32::try_from(pixels.height).unwrap());
        glance(&source(format.mime(), &bytes, size)).unwrap().unwrap().likeness
    };
    let large = photo(900, 600, 3);
    let original = seen(&large, Format::Jpeg).unwrap();
    let smaller = seen(&large.resized(None, (450, 300)).unwrap(), Format::Webp).unwrap();
    let other = seen(&photo(900, 600, 3).oriented(Orientation::MIRRORED), Format::Jpeg).unwrap();
    assert!((original ^ smaller).count_ones() <= 5, "{}", (original ^ smaller).count_ones());
    assert!((original ^ other).count_ones() > 20, "{}", (original ^ other).count_ones());
    let grey = Pixels { data: vec![120; 30_000], ..photo(100, 100, 3) };
    assert_eq!(seen(&grey, Format::Png), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn damage_is_no_more_than_a_picture_less(kind in 0_usize..3, place in 0.0_f64..1.0, value: u8, cut in 0.1_f64..1.0) {
        let format = [Format::Jpeg, Format::Png, Format::Webp][kind];
        let mut bytes = encode(&photo(64, 48, 3), format).unwrap();
        let at = (place * bytes.len() as f64) as usize;
        bytes[at] = value;
        bytes.truncate((cut * bytes.len() as f64).ceil() as usize);
        let _ = decode(format.mime(), &bytes, (20, 20));
    }
}
