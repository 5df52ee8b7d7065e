//! The smaller pictures that are made of each picture, and what they are called.

use base64::Engine;
use kernel::Result;

use super::encode::{Format, WEBP_LONGEST, encode};
use super::{Area, Pixels, decode, metadata};

/// The widths that pages choose from, in pixels.
pub const WIDTHS: [u32; 4] = [160, 480, 960, 1600];
/// The picture that networks show of a page (the size that OpenGraph's users ask for).
const SOCIAL: (u32, u32) = (1200, 630);
const SQUARE: u32 = 480;
/// A picture wider than the widest of [`WIDTHS`] is offered whole as well, up to this width.
const WHOLE_WIDEST: u32 = 2560;
/// A picture of more pixels is not packed in a format that takes long.
const AT_LEISURE_MOST: u32 = 8_000_000;
/// The placeholder's width in pixels.
const PLACEHOLDER: u32 = 16;
/// The middle, where nobody said what crops keep.
const MIDDLE: (f32, f32) = (0.5, 0.5);

/// What a smaller picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Look {
    /// All of it, this wide at most.
    Width(u32),
    /// All of it, as large as it is.
    Whole,
    /// The part around the focal point that is shown where a page is shared.
    Social,
    /// The square around the focal point.
    Square,
}

/// A smaller picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variant {
    pub look: Look,
    pub format: Format,
}

/// What a picture is made smaller from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    pub mime: &'a str,
    pub bytes: &'a [u8],
    /// As it is shown.
    pub size: (u32, u32),
    pub focal_point: Option<(f32, f32)>,
}

impl Look {
    fn name(self) -> String {
        match self {
            Self::Width(width) => format!("w{width}"),
            Self::Whole => "whole".to_owned(),
            Self::Social => "social".to_owned(),
            Self::Square => "square".to_owned(),
        }
    }

    /// The size of such a picture made from one of this size. Nothing is made larger.
    pub fn size(self, (width, height): (u32, u32)) -> (u32, u32) {
        let (part, most) = match self {
            Self::Whole => return (width, height),
            Self::Width(most) => ((f64::from(width), f64::from(height)), f64::from(most)),
            Self::Social | Self::Square => {
                let area = self.area((width, height), None);
                ((area.width, area.height), f64::from(if self == Self::Social { SOCIAL.0 } else { SQUARE }))
            }
        };
        let scale = (most / part.0).min(1.0);
        let side = |side: f64| (side * scale).round().max(1.0) as u32;
        (side(part.0), side(part.1))
    }

    fn area(self, (width, height): (u32, u32), focal_point: Option<(f32, f32)>) -> Area {
        let whole = (f64::from(width), f64::from(height));
        let ratio = match self {
            Self::Social => f64::from(SOCIAL.0) / f64::from(SOCIAL.1),
            Self::Square => 1.0,
            Self::Width(_) | Self::Whole => whole.0 / whole.1,
        };
        let (x, y) = focal_point.unwrap_or(MIDDLE);
        Area::around(whole, ratio, (f64::from(x), f64::from(y)))
    }
}

impl Variant {
    pub const fn new(look: Look, format: Format) -> Self {
        Self { look, format }
    }

    /// The last part of its address.
    pub fn name(self) -> String {
        format!("{}.{}", self.look.name(), self.format.ending())
    }

    /// Whether its format has room for a picture of this size.
    fn is_possible(self, size: (u32, u32)) -> bool {
        let (width, height) = self.look.size(size);
        self.format != Format::Webp || width.max(height) <= WEBP_LONGEST
    }

    /// The variant of this name that a picture of this type may have.
    pub fn named(name: &str, mime: &str) -> Option<Self> {
        allowed(mime).find(|variant| variant.name() == name)
    }
}

impl Variant {
    /// What may be given in place of this one to a browser that takes AVIF.
    pub fn in_avif(self) -> Option<Self> {
        (self.format == Format::Webp && self.look != Look::Square).then_some(Self { format: Format::Avif, ..self })
    }
}

/// Whether a variant of some picture has this name.
pub fn is_name(name: &str) -> bool {
    let Some((look, ending)) = name.rsplit_once('.') else { return false };
    let is_look = matches!(look, "whole" | "social" | "square")
        || look
            .strip_prefix('w')
            .is_some_and(|width| !width.is_empty() && width.bytes().all(|byte| byte.is_ascii_digit()));
    is_look && matches!(ending, "jpg" | "png" | "webp" | "avif")
}

/// The address of what lies beside a file under this name.
pub fn beside(address: &str, name: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{folder}/{name}{mark}{query}")
}

/// The format for whoever does not know WebP.
pub fn fallback(mime: &str) -> Format {
    if matches!(mime, "image/png" | "image/gif") { Format::Png } else { Format::Jpeg }
}

fn allowed(mime: &str) -> impl Iterator<Item = Variant> + use<> {
    let fallback = fallback(mime);
    let looks = WIDTHS.map(Look::Width).into_iter().chain([Look::Square]);
    looks
        .flat_map(move |look| [Variant::new(look, Format::Webp), Variant::new(look, fallback)])
        .chain([Variant::new(Look::Whole, Format::Webp), Variant::new(Look::Social, Format::Jpeg)])
}

/// The widths at which pages offer a picture of this size.
pub fn offered(size: (u32, u32)) -> impl Iterator<Item = Look> {
    let smaller = WIDTHS.into_iter().filter(move |width| *width < size.0).map(Look::Width);
    // The largest that is offered is the picture itself, or what stands for one that is too large for a page.
    let largest = match size.0 {
        width if width <= WHOLE_WIDEST => Some(Look::Whole),
        _ => None,
    };
    smaller.chain(largest)
}

/// What is made of a picture of this size before anybody asks.
pub fn made_ahead(mime: &str, size: (u32, u32)) -> Vec<Variant> {
    let fallback = fallback(mime);
    let mut variants: Vec<Variant> = offered(size).map(|look| Variant::new(look, Format::Webp)).collect();
    variants.extend(offered(size).filter(|look| *look != Look::Whole).map(|look| Variant::new(look, fallback)));
    variants.push(Variant::new(Look::Social, Format::Jpeg));
    variants.push(Variant::new(Look::Square, Format::Webp));
    variants
}

/// A variant and the bytes of its file.
pub type Packed = (Variant, Vec<u8>);

/// Makes variants of a picture, which is unpacked once for all of them; none when it cannot be unpacked. What its format has no
/// room for is left out.
pub fn make(source: &Source<'_>, variants: &[Variant]) -> Result<Option<Vec<Packed>>> {
    let Some(pixels) = unpacked(source, variants.iter().map(|variant| variant.look)) else { return Ok(None) };
    let mut made = Vec::with_capacity(variants.len());
    for variant in variants.iter().filter(|variant| variant.is_possible(source.size)) {
        made.push((*variant, encode(&shown(source, &pixels, variant.look)?, variant.format)?));
    }
    Ok(Some(made))
}

/// The pixels of what pages are offered of a picture, to be packed one by one; none when it cannot be unpacked, or when its
/// colours need their profile.
pub fn offered_pixels(source: &Source<'_>) -> Result<Option<Vec<(Look, Pixels)>>> {
    let is_small = |look: &Look| {
        let (width, height) = look.size(source.size);
        width.saturating_mul(height) <= AT_LEISURE_MOST
    };
    let looks: Vec<Look> = offered(source.size).filter(is_small).collect();
    let Some(pixels) = unpacked(source, looks.iter().copied()).filter(|pixels| pixels.profile.is_none()) else {
        return Ok(None);
    };
    looks.into_iter().map(|look| Ok((look, shown(source, &pixels, look)?))).collect::<Result<_>>().map(Some)
}

/// A picture seen from far away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    /// A few bytes that look like it, as an address that holds them.
    pub placeholder: String,
    /// Bits of which few differ between pictures that look the same; none of a picture in which nothing stands out.
    pub likeness: Option<i64>,
}

/// Looks at a picture from far away; none when it cannot be unpacked.
pub fn glance(source: &Source<'_>) -> Result<Option<Glance>> {
    let look = Look::Width(PLACEHOLDER);
    let Some(pixels) = unpacked(source, [look].into_iter()) else { return Ok(None) };
    let mut small = shown(source, &pixels, look)?;
    small.profile = None;
    let packed = base64::engine::general_purpose::STANDARD.encode(encode(&small, Format::Webp)?);
    Ok(Some(Glance { placeholder: format!("data:image/webp;base64,{packed}"), likeness: likeness(&pixels)? }))
}

/// Whether each of 64 places is darker than its neighbour.
fn likeness(pixels: &Pixels) -> Result<Option<i64>> {
    let small = pixels.resized(None, (9, 8))?;
    let opaque = small.opaque();
    let light = |pixel: &[u8]| u32::from(pixel[0]) * 299 + u32::from(pixel[1]) * 587 + u32::from(pixel[2]) * 114;
    let lights: Vec<u32> = opaque.chunks_exact(3).map(light).collect();
    let bits = lights.chunks_exact(9).flat_map(|row| row.windows(2).map(|pair| pair[0] < pair[1]));
    let likeness = bits.fold(0_u64, |bits, bit| bits << 1 | u64::from(bit));
    Ok((likeness != 0).then_some(likeness.cast_signed()))
}

/// The source's pixels, enough of them for these looks.
fn unpacked(source: &Source<'_>, looks: impl Iterator<Item = Look>) -> Option<Pixels> {
    let scale = |look: Look| {
        let area = look.area(source.size, None);
        f64::from(look.size(source.size).0) / area.width
    };
    let scale = looks.map(scale).fold(0.0, f64::max);
    let wanted = |side: u32| (f64::from(side) * scale).ceil().max(1.0) as usize;
    let orientation = metadata::said_orientation(source.mime, source.bytes);
    let wanted = orientation.shown((wanted(source.size.0), wanted(source.size.1)));
    Some(decode(source.mime, source.bytes, wanted)?.oriented(orientation))
}

fn shown(source: &Source<'_>, pixels: &Pixels, look: Look) -> Result<Pixels> {
    let (width, height) = look.size(source.size);
    let area = look.area(source.size, source.focal_point);
    let (across, down) =
        (pixels.width as f64 / f64::from(source.size.0), pixels.height as f64 / f64::from(source.size.1));
    let area = Area {
        left: area.left * across,
        top: area.top * down,
        width: (area.width * across).min(pixels.width as f64),
        height: (area.height * down).min(pixels.height as f64),
    };
    if area.width as usize == width as usize && area.height as usize == height as usize && look == Look::Whole {
        return Ok(pixels.clone());
    }
    pixels.resized(Some(area), (width as usize, height as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_made_larger_and_crops_keep_their_shape() {
        for (look, source, expected) in [
            (Look::Width(480), (4000, 3000), (480, 360)),
            (Look::Width(480), (300, 200), (300, 200)),
            (Look::Width(160), (10_000, 10), (160, 1)),
            (Look::Social, (4000, 3000), (1200, 630)),
            (Look::Social, (600, 600), (600, 315)),
            (Look::Square, (4000, 3000), (480, 480)),
            (Look::Square, (100, 50), (50, 50)),
            (Look::Whole, (4000, 3000), (4000, 3000)),
        ] {
            assert_eq!(look.size(source), expected, "{look:?} of {source:?}");
        }
    }

    #[test]
    fn a_name_is_known_where_its_picture_has_it() {
        let named = |name, mime| Variant::named(name, mime).map(Variant::name);
        assert_eq!(named("w480.webp", "image/png").as_deref(), Some("w480.webp"));
        assert_eq!(named("w480.png", "image/png").as_deref(), Some("w480.png"));
        assert_eq!(named("social.jpg", "image/png").as_deref(), Some("social.jpg"));
        for name in ["w480.jpg", "w481.webp", "whole.png", "w480", "", "../w480.webp"] {
            assert_eq!(named(name, "image/png"), None, "{name}");
        }
    }

    #[test]
    fn pages_are_offered_what_is_smaller_and_the_picture_itself() {
        let offered = |size| offered(size).collect::<Vec<_>>();
        assert_eq!(offered((100, 100)), [Look::Whole]);
        assert_eq!(offered((1000, 10)), [Look::Width(160), Look::Width(480), Look::Width(960), Look::Whole]);
        assert_eq!(offered((9000, 10)), WIDTHS.map(Look::Width));
    }
}
