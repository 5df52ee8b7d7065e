//! Colours of categories and tags.

use kernel::api::Patch;
use kernel::validate::Problems;

/// Takes a colour as `#rrggbb`, in small letters; an empty one is none.
pub fn take(target: &mut Option<String>, patch: &Patch<String>, problems: &mut Problems) {
    let text = match patch {
        Patch::Keep => return,
        Patch::Clear => "",
        Patch::Set(text) => text.trim(),
    };
    if text.is_empty() {
        *target = None;
        return;
    }
    let color = text.to_ascii_lowercase();
    let digits = color.strip_prefix('#').unwrap_or_default();
    if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        *target = Some(color);
    } else {
        problems.add("color", "not_a_color", "Enter a colour like #2463eb, or none.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_six_digits_are_a_colour() {
        let mut color = None;
        let mut problems = Problems::new();
        take(&mut color, &Patch::Set(" #A1B2C3 ".into()), &mut problems);
        assert_eq!((color.as_deref(), problems.is_empty()), (Some("#a1b2c3"), true));
        take(&mut color, &Patch::Keep, &mut problems);
        assert!(color.is_some());
        take(&mut color, &Patch::Clear, &mut problems);
        assert!(color.is_none() && problems.is_empty());
        take(&mut color, &Patch::Set("red;background:url(x)".into()), &mut problems);
        assert!(color.is_none() && !problems.is_empty());
    }
}
