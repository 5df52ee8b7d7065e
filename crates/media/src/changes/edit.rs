//! What can be done to a picture, and what becomes of its pixels and its focal point.

use kernel::validate::Problems;
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::pictures::{self, Format, Orientation};

/// Pictures of more pixels than this are not unpacked to be changed.
const EDITED_MOST: i64 = 50_000_000;

/// The part that stays, in pixels of the picture as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawCrop {
    #[schema(minimum = 0)]
    pub left: i64,
    #[schema(minimum = 0)]
    pub top: i64,
    #[schema(minimum = 1, required = true)]
    pub width: i64,
    #[schema(minimum = 1, required = true)]
    pub height: i64,
}

/// Which way a picture is mirrored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mirror {
    /// Left and right change places.
    Horizontal,
    /// Top and bottom change places.
    Vertical,
}

/// A change to a picture: cropped first, then turned, then mirrored.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawEdit {
    pub crop: Option<RawCrop>,
    /// Clockwise, in degrees: 90, 180 or 270.
    #[schema(minimum = 0, maximum = 270)]
    pub turn: Option<i64>,
    pub mirror: Option<Mirror>,
}

/// A change that can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edit {
    /// Left, top, width, height.
    crop: Option<(usize, usize, usize, usize)>,
    turn: Orientation,
    mirror: Option<Orientation>,
}

/// A picture with a change.
pub struct Edited {
    pub bytes: Vec<u8>,
    pub size: (i32, i32),
}

impl Edit {
    /// Checks a change to a picture of this type and size.
    pub fn checked(raw: &RawEdit, (mime, size): (&str, (i32, i32)), mut problems: Problems) -> Result<Self> {
        let (width, height) = (i64::from(size.0), i64::from(size.1));
        if width * height > EDITED_MOST {
            return Err(Error::Conflict(format!(
                "This picture has {width} × {height} pixels, and up to {} megapixels can be changed here. Change it elsewhere and replace the file.",
                EDITED_MOST / 1_000_000
            )));
        }
        if format_of(mime).is_none() {
            let words = "JPEG, PNG and WebP images can be cropped and turned here. Change this one elsewhere and replace the file.";
            return Err(Error::Conflict(words.into()));
        }
        let crop = raw.crop.filter(|crop| *crop != RawCrop { left: 0, top: 0, width, height });
        let crop = crop.and_then(|crop| part(&mut problems, crop, (width, height)));
        let turn = match raw.turn.unwrap_or(0) {
            0 => Orientation::default(),
            90 => Orientation::turned(1),
            180 => Orientation::turned(2),
            270 => Orientation::turned(3),
            _ => {
                problems.add("turn", "unknown_value", "A picture is turned by 90, 180 or 270 degrees.");
                Orientation::default()
            }
        };
        let mirror = raw.mirror.map(|mirror| match mirror {
            Mirror::Horizontal => Orientation::MIRRORED,
            Mirror::Vertical => Orientation::UPSIDE_DOWN,
        });
        let edit = problems.finish(Self { crop, turn, mirror })?;
        if edit == (Self { crop: None, turn: Orientation::default(), mirror: None }) {
            let words = "Nothing would change. Choose a part of the picture, or which way to turn it.";
            return Err(Error::invalid("crop", "required", words));
        }
        Ok(edit)
    }

    /// Makes the change; none when the picture cannot be unpacked.
    pub fn apply(self, mime: &str, bytes: &[u8]) -> Result<Option<Edited>> {
        let (Some(format), Some(pixels)) = (format_of(mime), pictures::decode(mime, bytes, pictures::WHOLE)) else {
            return Ok(None);
        };
        let mut pixels = pixels.oriented(pictures::metadata::said_orientation(mime, bytes));
        if let Some((left, top, width, height)) = self.crop {
            pixels = pixels.cropped((left, top), (width, height));
        }
        pixels = pixels.oriented(self.turn).oriented(self.mirror.unwrap_or_default());
        let side = |side: usize| i32::try_from(side).map_err(Error::internal);
        let size = (side(pixels.width)?, side(pixels.height)?);
        Ok(Some(Edited { bytes: pictures::encode_original(&pixels, format)?, size }))
    }

    /// Where the focal point of a picture of this size lies afterwards; none when it was cut off.
    pub fn moved(self, (width, height): (i32, i32), point: Option<(f32, f32)>) -> Option<(f32, f32)> {
        let (mut x, mut y) = point?;
        if let Some((left, top, part_width, part_height)) = self.crop {
            x = (x * width as f32 - left as f32) / part_width as f32;
            y = (y * height as f32 - top as f32) / part_height as f32;
        }
        for orientation in [Some(self.turn), self.mirror].into_iter().flatten() {
            (x, y) = match orientation.to_exif() {
                2 => (1.0 - x, y),
                3 => (1.0 - x, 1.0 - y),
                4 => (x, 1.0 - y),
                6 => (1.0 - y, x),
                8 => (y, 1.0 - x),
                _ => (x, y),
            };
        }
        let is_inside = (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y);
        is_inside.then_some((x, y))
    }
}

fn part(problems: &mut Problems, crop: RawCrop, size: (i64, i64)) -> Option<(usize, usize, usize, usize)> {
    let RawCrop { left, top, width, height } = crop;
    for (field, start, length, whole) in [("crop.width", left, width, size.0), ("crop.height", top, height, size.1)] {
        if start < 0 || length < 1 || start.checked_add(length).is_none_or(|end| end > whole) {
            let words = format!("The part must lie within the picture, which has {} × {} pixels.", size.0, size.1);
            problems.add(field, "out_of_range", words);
        }
    }
    let side = |side: i64| usize::try_from(side).ok();
    Some((side(left)?, side(top)?, side(width)?, side(height)?))
}

/// The format that a changed picture of this type is kept in.
pub fn format_of(mime: &str) -> Option<Format> {
    match mime {
        "image/jpeg" => Some(Format::Jpeg),
        "image/png" => Some(Format::Png),
        "image/webp" => Some(Format::Webp),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(raw: &RawEdit) -> Result<Edit> {
        Edit::checked(raw, ("image/jpeg", (400, 200)), Problems::new())
    }

    fn crop(left: i64, top: i64, width: i64, height: i64) -> RawEdit {
        RawEdit { crop: Some(RawCrop { left, top, width, height }), ..RawEdit::default() }
    }

    #[test]
    fn only_what_changes_something_within_the_picture_is_taken() {
        assert!(checked(&crop(10, 10, 390, 190)).is_ok());
        for raw in [
            crop(10, 10, 391, 190),
            crop(-1, 0, 10, 10),
            crop(0, 0, 0, 10),
            crop(i64::MAX, 0, i64::MAX, 10),
            crop(0, 0, 400, 200),
            RawEdit::default(),
            RawEdit { turn: Some(45), ..RawEdit::default() },
            RawEdit { turn: Some(0), ..RawEdit::default() },
        ] {
            assert!(checked(&raw).is_err(), "{raw:?}");
        }
    }

    #[test]
    fn the_focal_point_goes_with_what_it_points_at() {
        let edit = checked(&crop(100, 0, 200, 200)).unwrap();
        assert_eq!(edit.moved((400, 200), Some((0.5, 0.25))), Some((0.5, 0.25)));
        assert_eq!(edit.moved((400, 200), Some((0.1, 0.25))), None);
        assert_eq!(edit.moved((400, 200), None), None);
        let turned = checked(&RawEdit { turn: Some(90), ..RawEdit::default() }).unwrap();
        assert_eq!(turned.moved((400, 200), Some((0.25, 0.0))), Some((1.0, 0.25)));
        let both = RawEdit { turn: Some(180), mirror: Some(Mirror::Horizontal), crop: None };
        assert_eq!(checked(&both).unwrap().moved((400, 200), Some((0.25, 0.0))), Some((0.25, 1.0)));
    }
}
