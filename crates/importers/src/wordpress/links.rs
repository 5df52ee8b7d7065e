//! Addresses inside bodies: where links point to, and which file a scaled picture was made from.

use lol_html::{RewriteStrSettings, element, rewrite_str};

/// Asks `new_address` about every `href` and `src` and writes what it answers; none leaves the address as it is.
///
/// The closure sees and gives plain addresses: entities are decoded and encoded here. HTML that cannot be tokenized
/// comes back unchanged.
pub fn rewrite_links(html: &str, mut new_address: impl FnMut(&str) -> Option<String>) -> String {
    let rewrite = element!("*[href], *[src]", |element| {
        for attribute in ["href", "src"] {
            let Some(written) = element.get_attribute(attribute) else { continue };
            let address = html_escape::decode_html_entities(written.trim());
            if let Some(new) = new_address(&address) {
                element.set_attribute(attribute, &html_escape::encode_double_quoted_attribute(&new))?;
            }
        }
        Ok(())
    });
    let settings = RewriteStrSettings::new().append_element_content_handler(rewrite).with_strict(false);
    rewrite_str(html, settings).unwrap_or_else(|_| html.to_owned())
}

/// The address of the original of a picture that WordPress scaled: `a-300x200.jpg` was made from `a.jpg`.
///
/// None where the address has no such suffix. A file may also be named so by its author; see whether the original exists.
pub fn without_size_suffix(address: &str) -> Option<String> {
    let (path, query) = address.split_at(address.find(['?', '#']).unwrap_or(address.len()));
    let (stem, extension) = path.rsplit_once('.')?;
    let (name, size) = stem.rsplit_once('-')?;
    let (width, height) = size.split_once('x')?;
    let is_number = |text: &str| (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_file = !name.is_empty() && !name.ends_with('/') && !extension.contains('/');
    (is_number(width) && is_number(height) && is_file).then(|| format!("{name}.{extension}{query}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_addresses_change_and_entities_are_kept_right() {
        let html = r#"<a href="https://old.example/?p=1&amp;x=2">one</a> <IMG SRC='https://old.example/a.png' alt="a > b"> <a href=#top>top</a>"#;
        let mut seen = Vec::new();
        let rewritten = rewrite_links(html, |address| {
            seen.push(address.to_owned());
            (address == "https://old.example/?p=1&x=2").then(|| "/one?a=\"&b".to_owned())
        });
        assert_eq!(seen, ["https://old.example/?p=1&x=2", "https://old.example/a.png", "#top"]);
        assert!(
            rewritten.starts_with(
                r#"<a href="/one?a=&quot;&amp;b">one</a> <IMG SRC='https://old.example/a.png' alt="a > b">"#
            ),
            "{rewritten}"
        );
    }

    #[test]
    fn addresses_in_text_and_comments_stay() {
        let html = r#"<!-- <a href="/x"> --><p>href="/x" &lt;a href="/x"&gt;</p><textarea><a href="/x"></textarea>"#;
        assert_eq!(rewrite_links(html, |_| Some("/y".into())), html);
    }

    #[test]
    fn size_suffixes_are_seen() {
        assert_eq!(
            without_size_suffix("https://e.org/a/b-300x200.jpg?w=1").as_deref(),
            Some("https://e.org/a/b.jpg?w=1")
        );
        for address in [
            "https://e.org/b.jpg",
            "https://e.org/b-3x.jpg",
            "https://e.org/-300x200.jpg",
            "b-300x200",
            "https://a-1x1.b/c",
        ] {
            assert_eq!(without_size_suffix(address), None, "{address}");
        }
    }
}
