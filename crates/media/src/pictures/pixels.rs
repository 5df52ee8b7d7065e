//! Pixels in memory: three or four bytes each, with the colour profile that they were made for.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8x3, U8x4};
use fast_image_resize::{FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};
use kernel::{Error, Result};

use super::Orientation;

/// An unpacked picture.
#[derive(Debug, Clone)]
pub struct Pixels {
    pub width: usize,
    pub height: usize,
    /// 3 (red, green, blue) or 4 (and how opaque).
    pub channels: usize,
    pub data: Vec<u8>,
    /// An ICC profile, when it is another one than sRGB's.
    pub profile: Option<Vec<u8>>,
}

/// A part of a picture, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

impl Area {
    /// The largest part with this ratio of width to height, as near to the focal point as it can lie.
    pub fn around((width, height): (f64, f64), ratio: f64, focal_point: (f64, f64)) -> Self {
        // What is divided and multiplied again may come out a hair's breadth larger than the whole.
        let part = if width > height * ratio { (height * ratio, height) } else { (width, (width / ratio).min(height)) };
        let place = |whole: f64, part: f64, focal: f64| (whole * focal - part / 2.0).clamp(0.0, whole - part);
        Self {
            left: place(width, part.0, focal_point.0),
            top: place(height, part.1, focal_point.1),
            width: part.0,
            height: part.1,
        }
    }
}

impl Pixels {
    /// A part of it, or the whole, at another size.
    pub fn resized(&self, area: Option<Area>, (width, height): (usize, usize)) -> Result<Self> {
        let data = match self.channels {
            3 => self.resize::<U8x3>(area, (width, height))?,
            _ => self.resize::<U8x4>(area, (width, height))?,
        };
        Ok(Self { width, height, channels: self.channels, data, profile: self.profile.clone() })
    }

    fn resize<P: PixelTrait>(&self, area: Option<Area>, (width, height): (usize, usize)) -> Result<Vec<u8>> {
        let side = |length: usize| u32::try_from(length).map_err(Error::internal);
        let source = TypedImageRef::<P>::from_buffer(side(self.width)?, side(self.height)?, &self.data)
            .map_err(Error::internal)?;
        let mut data = vec![0; width * height * self.channels];
        let mut target =
            TypedImage::<P>::from_buffer(side(width)?, side(height)?, &mut data).map_err(Error::internal)?;
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
        let options = match area {
            Some(area) => options.crop(area.left, area.top, area.width, area.height),
            None => options,
        };
        Resizer::new().resize_typed(&source, &mut target, &options).map_err(Error::internal)?;
        drop(target);
        Ok(data)
    }

    /// A part of it, pixel by pixel. What lies outside is left away.
    pub fn cropped(&self, (left, top): (usize, usize), (width, height): (usize, usize)) -> Self {
        let (left, top) = (left.min(self.width.saturating_sub(1)), top.min(self.height.saturating_sub(1)));
        let (width, height) = (width.clamp(1, self.width - left), height.clamp(1, self.height - top));
        let mut data = Vec::with_capacity(width * height * self.channels);
        for row in top..top + height {
            let start = (row * self.width + left) * self.channels;
            data.extend_from_slice(&self.data[start..start + width * self.channels]);
        }
        Self { width, height, channels: self.channels, data, profile: self.profile.clone() }
    }

    /// Turned and mirrored as it is to be shown.
    pub fn oriented(self, orientation: Orientation) -> Self {
        if orientation.is_upright() {
            return self;
        }
        let (last_x, last_y) = (self.width - 1, self.height - 1);
        let (width, height) = orientation.shown((self.width, self.height));
        let mut data = Vec::with_capacity(self.data.len());
        for y in 0..height {
            for x in 0..width {
                let (from_x, from_y) = match orientation.to_exif() {
                    2 => (last_x - x, y),
                    3 => (last_x - x, last_y - y),
                    4 => (x, last_y - y),
                    5 => (y, x),
                    6 => (y, last_y - x),
                    7 => (last_x - y, last_y - x),
                    _ => (last_x - y, x),
                };
                let start = (from_y * self.width + from_x) * self.channels;
                data.extend_from_slice(&self.data[start..start + self.channels]);
            }
        }
        Self { width, height, channels: self.channels, data, profile: self.profile }
    }

    /// Without transparency: what shines through is white.
    pub fn opaque(&self) -> std::borrow::Cow<'_, [u8]> {
        if self.channels == 3 {
            return self.data.as_slice().into();
        }
        let over_white = |value: u8, alpha: u8| {
            let (value, alpha) = (u16::from(value), u16::from(alpha));
            u8::try_from((value * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX)
        };
        let pixels = self.data.chunks_exact(4);
        pixels
            .flat_map(|pixel| [0, 1, 2].map(|channel| over_white(pixel[channel], pixel[3])))
            .collect::<Vec<_>>()
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One byte a pixel is enough to see where it went.
    fn numbered(width: usize, height: usize) -> Pixels {
        let data = (0..width * height).flat_map(|place| [u8::try_from(place).unwrap(); 3]).collect();
        Pixels { width, height, channels: 3, data, profile: None }
    }

    fn seen(pixels: &Pixels) -> Vec<u8> {
        pixels.data.chunks(3).map(|pixel| pixel[0]).collect()
    }

    #[test]
    fn a_part_never_reaches_beyond_the_picture() {
        for width in 1..=1200_u16 {
            for height in [1, 2, 3, 7, 333, 500, 667, 1080, u16::MAX] {
                let whole = (f64::from(width), f64::from(height));
                for ratio in [1.0, 1200.0 / 630.0, whole.0 / whole.1] {
                    let part = Area::around(whole, ratio, (1.0, 1.0));
                    assert!(part.left >= 0.0 && part.left + part.width <= whole.0, "{whole:?}: {part:?}");
                    assert!(part.top >= 0.0 && part.top + part.height <= whole.1, "{whole:?}: {part:?}");
                }
            }
        }
    }

    #[test]
    fn pictures_stand_upright_whichever_way_they_were_taken() {
        for (orientation, expected) in [
            (1, [0, 1, 2, 3, 4, 5]),
            (2, [2, 1, 0, 5, 4, 3]),
            (3, [5, 4, 3, 2, 1, 0]),
            (4, [3, 4, 5, 0, 1, 2]),
            (5, [0, 3, 1, 4, 2, 5]),
            (6, [3, 0, 4, 1, 5, 2]),
            (7, [5, 2, 4, 1, 3, 0]),
            (8, [2, 5, 1, 4, 0, 3]),
        ] {
            let shown = numbered(3, 2).oriented(Orientation::from_exif(orientation));
            assert_eq!(seen(&shown), expected, "{orientation}");
            assert_eq!((shown.width, shown.height), if orientation < 5 { (3, 2) } else { (2, 3) });
        }
    }

    #[test]
    fn crops_stay_inside_and_keep_the_focal_point() {
        assert_eq!(seen(&numbered(3, 3).cropped((1, 1), (9, 9))), [4, 5, 7, 8]);
        assert_eq!(seen(&numbered(3, 3).cropped((9, 0), (1, 1))), [2]);
        let area = Area::around((400.0, 100.0), 1.0, (0.5, 0.5));
        assert_eq!((area.left, area.width, area.height), (150.0, 100.0, 100.0));
        assert_eq!(Area::around((400.0, 100.0), 1.0, (0.0, 0.0)).left, 0.0);
        assert_eq!(Area::around((400.0, 100.0), 1.0, (1.0, 1.0)).left, 300.0);
        assert_eq!(Area::around((100.0, 400.0), 2.0, (0.5, 0.25)).top, 75.0);
    }

    #[test]
    fn what_is_transparent_is_white_where_nothing_shines_through() {
        let pixels = Pixels { width: 2, height: 1, channels: 4, data: vec![9, 9, 9, 255, 9, 9, 9, 0], profile: None };
        assert_eq!(pixels.opaque().as_ref(), [9, 9, 9, 255, 255, 255]);
    }

    #[test]
    fn a_picture_of_one_colour_keeps_it_at_any_size() {
        let grey = Pixels { width: 40, height: 30, channels: 4, data: vec![120; 4800], profile: None };
        let small = grey.resized(None, (7, 5)).unwrap();
        assert!(small.data.iter().all(|value| (119..=121).contains(value)) && small.data.len() == 140);
    }
}
