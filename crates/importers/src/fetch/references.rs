//! Addresses of the old site in an item, pointed at the library.

use std::collections::HashMap;

use content::items::model::Item;
use lol_html::{RewriteStrSettings, element, rewrite_str};

use crate::markdown::place_of;
use crate::wordpress::without_size_suffix;

const HELD_IN: [&str; 3] = ["src", "href", "poster"];

/// What an item shows, with other addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub body: String,
    pub featured_image: Option<String>,
    pub gallery: Vec<String>,
}

impl Shown {
    pub fn of(item: &Item) -> Self {
        Self {
            body: item.body().to_owned(),
            featured_image: item.featured_image.clone(),
            gallery: item.gallery.clone(),
        }
    }

    /// Every address in it by which a file may have been noted; `from` is the path of the file that it was, in a folder.
    pub fn addresses(&self, from: Option<&str>) -> Vec<String> {
        let mut found = Vec::new();
        rewritten(&self.body, |address| {
            found.extend(names(from, address));
            None
        });
        let others = self.featured_image.iter().chain(&self.gallery);
        found.extend(others.flat_map(|address| names(from, address)));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The same with addresses of the library, by those that files were noted with.
    pub fn moved(&self, from: Option<&str>, library: &HashMap<String, String>) -> Self {
        let new = |address: &str| names(from, address).into_iter().find_map(|name| library.get(&name).cloned());
        let moved = |address: &String| new(address).unwrap_or_else(|| address.clone());
        Self {
            body: rewritten(&self.body, new),
            featured_image: self.featured_image.as_ref().map(moved),
            gallery: self.gallery.iter().map(moved).collect(),
        }
    }
}

/// The addresses under which the file of an address may be known: as it stands, secured or not, and unscaled; its place
/// in the folder where it is none of the web.
fn names(from: Option<&str>, address: &str) -> Vec<String> {
    if let Some(from) = from.filter(|_| !address.starts_with("http")) {
        return place_of(from, address).into_iter().collect();
    }
    let mut names = vec![address.to_owned()];
    names.extend(without_size_suffix(address));
    let other = |name: &String| match name.split_once("://")? {
        ("http", rest) => Some(format!("https://{rest}")),
        ("https", rest) => Some(format!("http://{rest}")),
        _ => None,
    };
    names.extend(names.iter().filter_map(other).collect::<Vec<_>>());
    names.retain(|name| name.starts_with("http"));
    names
}

/// A body in which addresses were changed. A picture of the library has its widths from there, so those of the old site go.
fn rewritten(html: &str, mut new_address: impl FnMut(&str) -> Option<String>) -> String {
    let rule = element!("*[href], *[src], *[poster]", |element| {
        for name in HELD_IN {
            let Some(written) = element.get_attribute(name) else { continue };
            let address = html_escape::decode_html_entities(written.trim()).into_owned();
            if let Some(new) = new_address(&address) {
                element.set_attribute(name, &html_escape::encode_double_quoted_attribute(&new))?;
                if name == "src" {
                    element.remove_attribute("srcset");
                    element.remove_attribute("sizes");
                }
            }
        }
        Ok(())
    });
    let settings = RewriteStrSettings::new().append_element_content_handler(rule).with_strict(false);
    rewrite_str(html, settings).unwrap_or_else(|_| html.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaled_and_secured_addresses_lead_to_the_same_file() {
        let shown = Shown {
            body: r#"<a href="https://old.example/boat.jpg"><img src="http://old.example/boat-300x200.jpg" srcset="http://old.example/boat-600x400.jpg 600w" sizes="100vw" alt="x"></a><a href="/about">a</a>"#.into(),
            featured_image: Some("http://old.example/head.png".into()),
            gallery: vec!["http://old.example/boat.jpg".into(), "/media/org/token/x.jpg".into()],
        };
        assert!(shown.addresses(None).contains(&"http://old.example/boat.jpg".to_owned()));
        let library = HashMap::from([
            ("http://old.example/boat.jpg".to_owned(), "/media/org/token/boat.jpg?v=1".to_owned()),
            ("http://old.example/head.png".to_owned(), "/media/org/other/head.png?v=1".to_owned()),
        ]);
        let moved = shown.moved(None, &library);
        assert_eq!(
            moved.body,
            r#"<a href="/media/org/token/boat.jpg?v=1"><img src="/media/org/token/boat.jpg?v=1" alt="x"></a><a href="/about">a</a>"#
        );
        assert_eq!(moved.featured_image.as_deref(), Some("/media/org/other/head.png?v=1"));
        assert_eq!(moved.gallery, ["/media/org/token/boat.jpg?v=1", "/media/org/token/x.jpg"]);
        assert_eq!(moved.moved(None, &library), moved);
    }

    #[test]
    fn places_in_a_folder_are_named_from_where_the_file_is() {
        let body = r#"<img src="../img/a%20b.png" alt="x"><a href="other.md">o</a>"#;
        let shown = Shown { body: body.into(), featured_image: None, gallery: Vec::new() };
        assert!(shown.addresses(Some("posts/first.md")).contains(&"img/a b.png".to_owned()));
        let library = HashMap::from([("img/a b.png".to_owned(), "/media/org/token/a-b.png?v=1".to_owned())]);
        let moved = shown.moved(Some("posts/first.md"), &library);
        assert_eq!(moved.body, r#"<img src="/media/org/token/a-b.png?v=1" alt="x"><a href="other.md">o</a>"#);
        assert_eq!(shown.moved(None, &library), shown, "of another source it is no place");
    }
}
