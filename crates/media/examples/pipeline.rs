//! What `bin/bench media` runs: photographs made, made smaller by the library's own pipeline, and compared.
//!
//! `photos FOLDER COUNT` writes photographs of twelve megapixels; `large FILE` one of a hundred. `shrink WIDTH FORMAT OUT FILE…`
//! makes each this wide, as `webp`, `jpg` or `avif`, and prints seconds, megapixels, bytes and the peak of memory as JSON; `all
//! FILE` prints the same of everything that the library makes of one. `likeness FILE SMALL` prints how like a smaller picture
//! is to its original: SSIM of their lightness, 1 for the same.

#![allow(clippy::print_stdout, reason = "what it measured is what it is for")]

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, bail};
use media::pictures::variants::{Look, Source, Variant, glance, made_ahead, make};
use media::pictures::{Format, Pixels, WHOLE, decode, encode_original};
use serde_json::json;

/// The side of the squares in which pictures are compared (Wang et al., 2004).
const SQUARE: usize = 8;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["photos", folder, count] => (0..count.parse()?)
            .try_for_each(|number| write(&Path::new(folder).join(format!("photo-{number}.jpg")), (4000, 3000), number)),
        ["large", file] => write(Path::new(file), (11_584, 8_640), 1),
        ["shrink", width, format, out, files @ ..] => shrink((width.parse()?, format), Path::new(out), files),
        ["all", file] => all(Path::new(file)),
        ["likeness", file, small] => {
            println!("{}", likeness(Path::new(file), Path::new(small))?);
            Ok(())
        }
        _ => bail!(
            "photos FOLDER COUNT | large FILE | shrink WIDTH webp|jpg|avif OUT FILE… | all FILE | likeness FILE SMALL"
        ),
    }
}

/// Something like a photograph: soft shapes of several sizes, edges, and grain.
fn write(path: &Path, (width, height): (usize, usize), seed: u32) -> anyhow::Result<()> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(7);
    let mut data = Vec::with_capacity(width * height * 3);
    let turn = f64::from(seed);
    for y in 0..height {
        for x in 0..width {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let grain = f64::from(state >> 28) - 8.0;
            let (across, down) = (x as f64 / 400.0 + turn, y as f64 / 400.0);
            let shape = (across.sin() + (down * 1.7 + across).cos()) * 40.0
                + ((across * 9.0).sin() * (down * 11.0).cos()) * 18.0;
            let edge = if ((across * 0.7).sin() + (down * 0.9).cos()) > 0.4 { 35.0 } else { 0.0 };
            data.extend([0.0, 25.0, -20.0].map(|tint| (120.0 + shape + edge + tint + grain).clamp(0.0, 255.0) as u8));
        }
    }
    let photo = Pixels { width, height, channels: 3, data, profile: None };
    std::fs::write(path, encode_original(&photo, Format::Jpeg).map_err(failed)?)?;
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err takes")]
fn failed(error: kernel::Error) -> anyhow::Error {
    anyhow::anyhow!("{error:?}")
}

/// A photograph's bytes and size.
fn opened(file: &Path) -> anyhow::Result<(Vec<u8>, (u32, u32))> {
    let bytes = std::fs::read(file)?;
    let size = imagesize::blob_size(&bytes)?;
    Ok((bytes, (u32::try_from(size.width)?, u32::try_from(size.height)?)))
}

fn source(bytes: &[u8], size: (u32, u32)) -> Source<'_> {
    Source { mime: "image/jpeg", bytes, size, focal_point: None }
}

fn shrink((width, format): (u32, &str), out: &Path, files: &[&str]) -> anyhow::Result<()> {
    let format = match format {
        "webp" => Format::Webp,
        "avif" => Format::Avif,
        _ => Format::Jpeg,
    };
    let (mut bytes_written, mut pixels) = (0, 0);
    let began = Instant::now();
    for file in files {
        let (bytes, size) = opened(Path::new(file))?;
        let made = make(&source(&bytes, size), &[Variant::new(Look::Width(width), format)]).map_err(failed)?;
        let (_, small) = made.and_then(|mut made| made.pop()).context("a photograph could not be unpacked")?;
        let name = Path::new(file).with_extension(format.ending());
        std::fs::write(out.join(name.file_name().context("a file has no name")?), &small)?;
        bytes_written += small.len();
        pixels += u64::from(size.0) * u64::from(size.1);
    }
    tell(began, pixels, bytes_written);
    Ok(())
}

/// What the job after an upload does with a picture.
fn all(file: &Path) -> anyhow::Result<()> {
    let began = Instant::now();
    let (bytes, size) = opened(file)?;
    let source = source(&bytes, size);
    let made = make(&source, &made_ahead(source.mime, size)).map_err(failed)?.context("it could not be unpacked")?;
    glance(&source).map_err(failed)?.context("it could not be looked at")?;
    tell(began, u64::from(size.0) * u64::from(size.1), made.iter().map(|(_, bytes)| bytes.len()).sum());
    Ok(())
}

fn tell(began: Instant, pixels: u64, bytes_written: usize) {
    let (seconds, megapixels) = (began.elapsed().as_secs_f64(), pixels as f64 / 1e6);
    println!(
        "{}",
        json!({ "seconds": seconds, "megapixels": megapixels, "bytes": bytes_written, "peak_kb": peak_kb() })
    );
}

/// The most memory that this process has held, in kilobytes.
fn peak_kb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().trim_end_matches(" kB").parse().ok())
}

fn likeness(original: &Path, small: &Path) -> anyhow::Result<f64> {
    let mime = |path: &Path| match path.extension().and_then(|ending| ending.to_str()) {
        Some("webp") => "image/webp",
        Some("png") => "image/png",
        _ => "image/jpeg",
    };
    let unpack = |path: &Path| -> anyhow::Result<Pixels> {
        decode(mime(path), &std::fs::read(path)?, WHOLE)
            .with_context(|| format!("{} cannot be unpacked", path.display()))
    };
    let small = unpack(small)?;
    let expected = unpack(original)?.resized(None, (small.width, small.height)).map_err(failed)?;
    Ok(ssim(&lightness(&expected), &lightness(&small), small.width))
}

fn lightness(pixels: &Pixels) -> Vec<f64> {
    let light = |pixel: &[u8]| f64::from(pixel[0]) * 0.299 + f64::from(pixel[1]) * 0.587 + f64::from(pixel[2]) * 0.114;
    pixels.data.chunks_exact(pixels.channels).map(light).collect()
}

/// The mean over squares that touch each other.
fn ssim(one: &[f64], other: &[f64], width: usize) -> f64 {
    let height = one.len() / width;
    let (mut sum, mut count) = (0.0, 0.0);
    for top in (0..height.saturating_sub(SQUARE)).step_by(SQUARE) {
        for left in (0..width.saturating_sub(SQUARE)).step_by(SQUARE) {
            let (mut a, mut b, mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0, 0.0, 0.0);
            for row in top..top + SQUARE {
                for place in row * width + left..row * width + left + SQUARE {
                    let (x, y) = (one[place], other[place]);
                    a += x;
                    b += y;
                    aa += x * x;
                    bb += y * y;
                    ab += x * y;
                }
            }
            let n = (SQUARE * SQUARE) as f64;
            let (a, b) = (a / n, b / n);
            let (va, vb, cov) = (aa / n - a * a, bb / n - b * b, ab / n - a * b);
            let (c1, c2) = (6.5025, 58.5225);
            sum += ((2.0 * a * b + c1) * (2.0 * cov + c2)) / ((a * a + b * b + c1) * (va + vb + c2));
            count += 1.0;
        }
    }
    sum / count
}
