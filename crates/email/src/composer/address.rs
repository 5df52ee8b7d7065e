//! Addresses in a composition: where links lead and where pictures are.

use kernel::validate::{Lines, Problems};
use url::Url;

/// The longest address, in characters.
const LONGEST: usize = 2048;
const LINK_SCHEMES: [&str; 4] = ["https", "http", "mailto", "tel"];
/// Files of the own library, which get this server's address when the email is made.
pub const LIBRARY: &str = "/media/";

/// Where a link leads: a whole address, a file of the library, or a merge tag. Empty while nobody wrote it.
pub fn link(field: &str, text: &str, problems: &mut Problems) -> String {
    let text = problems.text(field, "The address", text, LONGEST, Lines::One);
    let text = with_scheme(text);
    if !text.is_empty() && !is_harmless_link(&text) {
        problems.add(
            field,
            "not_a_link",
            "That is no whole address. Write it with its beginning, https:// for example.",
        );
    }
    text
}

/// Where a picture is.
pub fn picture(field: &str, text: &str, problems: &mut Problems) -> String {
    let text = problems.text(field, "The address", text, LONGEST, Lines::One);
    let is_web = |text: &str| Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http"));
    if !text.is_empty() && !is_of_library(&text) && !is_web(&text) {
        let words =
            "That is no address of a picture. Choose one of the library, or write a whole address with https://.";
        problems.add(field, "not_a_picture", words);
    }
    text
}

/// Whether a link may stand in an email.
pub fn is_harmless_link(text: &str) -> bool {
    if text.chars().any(|one| one.is_control() || (one.is_whitespace() && !text.contains("{{"))) {
        return false;
    }
    // What a tag stands for is escaped where it stands, so it brings no scheme of its own.
    text.starts_with("{{")
        || is_of_library(text)
        || Url::parse(text).is_ok_and(|url| LINK_SCHEMES.contains(&url.scheme()))
}

fn is_of_library(text: &str) -> bool {
    text.starts_with(LIBRARY) && !text.contains("..")
}

/// `example.org/news` is meant as an address of the web, and `a@example.org` as one to write to.
fn with_scheme(text: String) -> String {
    if text.contains("://") || text.contains(char::is_whitespace) || text.starts_with(['/', '{', '#']) {
        return text;
    }
    let host = text.split(['/', '?', '#']).next().unwrap_or_default();
    if host.contains(':') || !host.contains('.') || host.starts_with('.') || host.ends_with('.') {
        return text;
    }
    if host.contains('@') { format!("mailto:{text}") } else { format!("https://{text}") }
}

/// A file of the library with this server's address before it; anything else as it is.
pub fn absolute(public_url: &str, address: &str) -> String {
    if is_of_library(address) { format!("{}{address}", public_url.trim_end_matches('/')) } else { address.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_addresses_pass() {
        let good = [
            "https://e.org/a?b=1#c",
            "http://e.org",
            "mailto:a@e.org",
            "tel:+4940123",
            "{{unsubscribe_url}}",
            "https://e.org/?n={{first_name|dear reader}}",
            "/media/org/token/a.pdf",
        ];
        for address in good {
            assert!(is_harmless_link(address), "{address}");
        }
        let bad = [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "/admin",
            "//e.org",
            "#top",
            "/media/../admin",
            "x",
        ];
        for address in bad {
            assert!(!is_harmless_link(address), "{address}");
        }
    }

    #[test]
    fn what_is_left_out_is_added() {
        for (typed, meant) in [
            ("example.org/news", "https://example.org/news"),
            ("ada@example.org", "mailto:ada@example.org"),
            ("javascript:alert(1).x", "javascript:alert(1).x"),
            ("{{fields.site}}", "{{fields.site}}"),
            ("word", "word"),
        ] {
            assert_eq!(with_scheme(typed.to_owned()), meant);
        }
        assert_eq!(absolute("https://cp.example/", "/media/o/t/a.png"), "https://cp.example/media/o/t/a.png");
    }
}
