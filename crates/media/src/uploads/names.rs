//! Names of files: as they were sent, as people see them, as they stand in addresses.

use kernel::validate;

const ORIGINAL_LONGEST: usize = 1000;
const NAME_LONGEST: usize = 255;
/// The longest name in an address, its ending aside.
const STEM_LONGEST: usize = 80;

/// The name that was sent, without the folders that some systems send along and without invisible characters.
pub fn cleaned(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|character| !character.is_control()).take(ORIGINAL_LONGEST).collect();
    let plain = plain.trim();
    if plain.is_empty() || plain.chars().all(|character| character == '.') {
        "file".to_owned()
    } else {
        plain.to_owned()
    }
}

/// What people see at first: the name that was sent.
pub fn shown(cleaned: &str) -> String {
    cleaned.chars().take(NAME_LONGEST).collect()
}

/// The ending of a name in lower case; empty when it has none.
pub fn ending(name: &str) -> String {
    let is_ending =
        |text: &&str| (1..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => {
            Some(ending).filter(is_ending).unwrap_or_default().to_ascii_lowercase()
        }
        _ => String::new(),
    }
}

/// The name in addresses and in the store: plain letters and digits, with the usual ending of its type.
pub fn in_address(name: &str, usual_ending: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem });
    let mut slug = validate::slug_from(stem);
    slug.truncate(STEM_LONGEST);
    let slug = slug.trim_matches('-');
    format!("{}.{usual_ending}", if slug.is_empty() { "file" } else { slug })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_folders_and_what_cannot_be_seen() {
        assert_eq!(cleaned("C:\\photos\\boat\u{0}.jpg"), "boat.jpg");
        assert_eq!(cleaned("../../etc/passwd"), "passwd");
        assert_eq!(cleaned(".."), "file");
        assert_eq!(cleaned(&"x".repeat(5000)).len(), 1000);
    }

    #[test]
    fn addresses_are_plain() {
        assert_eq!(in_address("Größe & Ähnliches.JPEG", "jpg"), "grosse-ahnliches.jpg");
        assert_eq!(in_address("图片.png", "png"), "tu-pian.png");
        assert_eq!(in_address("....", "png"), "file.png");
        assert_eq!(
            (ending("a.tar.GZ"), ending("no ending"), ending(".hidden"), ending("x.b c")),
            ("gz".into(), String::new(), String::new(), String::new())
        );
    }
}
