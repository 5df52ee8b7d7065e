//! Texts of other systems in the form that fields here may hold.

use url::Url;

/// A text on one line, without characters that no field may hold.
pub(crate) fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    plain.trim().to_owned()
}

/// A text without the control characters that no field may hold; its lines stay.
pub(crate) fn clean_lines(text: &str) -> String {
    let text: String =
        text.chars().filter(|character| !character.is_control() || "\n\t".contains(*character)).collect();
    text.trim().to_owned()
}

/// An address of http or https as it can be stored, if it is one.
pub(crate) fn web_address(text: &str, longest: usize) -> Option<String> {
    let url = Url::parse(text.trim()).ok()?;
    let address = matches!(url.scheme(), "http" | "https").then(|| url.to_string())?;
    (address.chars().count() <= longest && !address.contains(char::is_whitespace)).then_some(address)
}

/// A language tag as items have it, if the text is one by its shape (BCP 47).
pub(crate) fn language_tag(text: &str) -> Option<String> {
    let tag = text.trim().replace('_', "-");
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or_default();
    let plain = (2..=8).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    (plain && tag.len() <= 35).then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::language_tag;

    #[test]
    fn languages_are_read_as_others_write_them() {
        assert_eq!(language_tag("en_US").as_deref(), Some("en-US"));
        assert_eq!(language_tag("de").as_deref(), Some("de"));
        assert_eq!(language_tag(""), None);
        assert_eq!(language_tag("English, of course"), None);
    }
}
