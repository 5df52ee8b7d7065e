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
