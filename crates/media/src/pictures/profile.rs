//! Colour profiles (ICC.1:2022): kept where colours go beyond sRGB, applied where pixels are none of red, green and blue.

use moxcms::{ColorProfile, Layout, TransformOptions};

/// The largest profile that is kept, in bytes; those of printers are larger, and applied instead.
const KEPT_LARGEST: usize = 256 * 1024;

/// A profile that has to go with the pixels; none when they are shown rightly without.
pub fn worth_keeping(profile: Option<Vec<u8>>) -> Option<Vec<u8>> {
    let profile = profile.filter(|profile| profile.len() <= KEPT_LARGEST && profile.get(16..20) == Some(b"RGB "))?;
    let is_srgb = [&b"sRGB"[..], b"s\0R\0G\0B", b"\0s\0R\0G\0B"]
        .iter()
        .any(|name| memchr::memmem::find(&profile[..profile.len().min(4096)], name).is_some());
    (!is_srgb).then_some(profile)
}

/// The colours that inks (cyan, magenta, yellow, black; 255 is full ink) make on a screen.
pub fn of_inks(inks: &[u8], profile: Option<&[u8]>) -> Vec<u8> {
    if let Some(colours) = profile.and_then(|profile| by_profile(inks, profile)) {
        return colours;
    }
    let lit = |ink: u8, black: u8| {
        let light = u16::from(255 - ink) * u16::from(255 - black);
        u8::try_from((light + 127) / 255).unwrap_or(u8::MAX)
    };
    inks.chunks_exact(4).flat_map(|ink| [lit(ink[0], ink[3]), lit(ink[1], ink[3]), lit(ink[2], ink[3])]).collect()
}

fn by_profile(inks: &[u8], profile: &[u8]) -> Option<Vec<u8>> {
    if profile.get(16..20) != Some(b"CMYK") {
        return None;
    }
    let source = ColorProfile::new_from_slice(profile).ok()?;
    let screen = ColorProfile::new_srgb();
    let transform =
        source.create_transform_8bit(Layout::Rgba, &screen, Layout::Rgb, TransformOptions::default()).ok()?;
    let mut colours = vec![0; inks.len() / 4 * 3];
    transform.transform(inks, &mut colours).ok()?;
    Some(colours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inks_without_a_profile_are_mixed_plainly() {
        assert_eq!(of_inks(&[0, 0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 255], None), [255, 255, 255, 0, 255, 255, 0, 0, 0]);
        assert_eq!(of_inks(&[0, 0, 0, 0], Some(b"no profile")), [255, 255, 255]);
    }

    #[test]
    fn only_profiles_that_change_something_are_kept() {
        let profile = |space: &[u8], name: &[u8]| [&[0; 16], space, &[0; 100], name].concat();
        assert!(worth_keeping(Some(profile(b"RGB ", b"Display P3"))).is_some());
        assert!(worth_keeping(Some(profile(b"RGB ", b"sRGB IEC61966-2.1"))).is_none());
        assert!(worth_keeping(Some(profile(b"GRAY", b"Dot Gain"))).is_none());
        assert!(worth_keeping(Some(b"short".to_vec())).is_none());
    }
}
