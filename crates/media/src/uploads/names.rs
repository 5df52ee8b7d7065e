//! Names of files: as they were sent, as people see them, as they stand in addresses.

use kernel::validate;

use crate::pictures::variants;
use crate::posters;

const ORIGINAL_LONGEST: usize = 1000;
const NAME_LONGEST: usize = 255;
/// The longest name in an address, its ending aside.
const STEM_LONGEST: usize = 80;

/// The name of a file in a form: browsers write a quotation mark in it as `%22` (HTML, 4.10.22.7).
pub fn of_form(sent: &str) -> String {
    sent.replace("%22", "\"")
}

/// Turns the direction of writing, so that a name can read as another one.
fn turns_direction(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The name that was sent, without the folders that some systems send along and without invisible characters.
pub fn cleaned(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String =
        last.chars().filter(|one| !one.is_control() && !turns_direction(*one)).take(ORIGINAL_LONGEST).collect();
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
    let name = format!("{}.{usual_ending}", if slug.is_empty() { "file" } else { slug });
    // What is made of a file stands beside it under such names.
    if variants::is_name(&name) || name == posters::NAME { format!("file-{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_folders_and_what_cannot_be_seen() {
        assert_eq!(cleaned("C:\\photos\\boat\u{0}.jpg"), "boat.jpg");
        assert_eq!(cleaned("../../etc/passwd"), "passwd");
        assert_eq!(cleaned(".."), "file");
        assert_eq!(cleaned("invoice\u{202e}gpj.pdf"), "invoicegpj.pdf");
        assert_eq!(of_form("a %22red%22 boat.jpg"), "a \"red\" boat.jpg");
        assert_eq!(cleaned(&"x".repeat(5000)).len(), 1000);
    }

    #[test]
    fn addresses_are_plain() {
        assert_eq!(in_address("Größe & Ähnliches.JPEG", "jpg"), "grosse-ahnliches.jpg");
        assert_eq!(in_address("图片.png", "png"), "tu-pian.png");
        assert_eq!(in_address("....", "png"), "file.png");
        assert_eq!(in_address("w480.webp", "webp"), "file-w480.webp", "what is made of a file has such names");
        assert_eq!(in_address("poster.jpg", "jpg"), "file-poster.jpg");
        assert_eq!(in_address("w4x.png", "png"), "w4x.png");
        assert_eq!(
            (ending("a.tar.GZ"), ending("no ending"), ending(".hidden"), ending("x.b c")),
            ("gz".into(), String::new(), String::new(), String::new())
        );
    }
}
