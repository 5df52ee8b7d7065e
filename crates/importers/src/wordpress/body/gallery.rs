//! Galleries name attachments that may come later in the file, so they are placeholders until all are known.

use crate::wordpress::body::media::attribute;

const BEGIN: &str = "<figure class=\"gallery\" data-wordpress-gallery=\"";
const END: &str = "\"></figure>";
/// How many pictures one gallery may name.
const MAX_PICTURES: usize = 1_000;

/// Which attachments a gallery shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gallery {
    /// These, in this order.
    Listed(Vec<u64>),
    /// All pictures uploaded to the post, in their menu order, but for these.
    AttachedExcept(Vec<u64>),
}

/// A picture of a gallery, found by the caller.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GalleryImage {
    pub url: String,
    pub alt: String,
    pub caption: String,
}

impl Gallery {
    /// Reads `ids="1,2"`, the older `include`, or `exclude`.
    pub(super) fn from_shortcode(attributes: &[(String, String)]) -> Self {
        let ids = |name: &str| attribute(attributes, name).map(numbers).filter(|ids| !ids.is_empty());
        match ids("ids").or_else(|| ids("include")) {
            Some(listed) => Self::Listed(listed),
            None => Self::AttachedExcept(ids("exclude").unwrap_or_default()),
        }
    }

    pub(super) fn placeholder(&self) -> String {
        let (kind, ids) = match self {
            Self::Listed(ids) => ("listed", ids),
            Self::AttachedExcept(ids) => ("attached", ids),
        };
        let ids: Vec<String> = ids.iter().map(u64::to_string).collect();
        format!("{BEGIN}{kind}:{}{END}", ids.join(","))
    }

    fn from_placeholder(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            ("listed", ids) => Some(Self::Listed(numbers(ids))),
            ("attached", ids) => Some(Self::AttachedExcept(numbers(ids))),
            _ => None,
        }
    }
}

fn numbers(text: &str) -> Vec<u64> {
    text.split(',').filter_map(|id| id.trim().parse().ok()).take(MAX_PICTURES).collect()
}

/// Replaces each gallery's placeholder by a figure of the pictures `find` gives; a gallery without any is removed.
///
/// Do this before sanitizing, which removes the placeholders' attribute.
pub fn resolve_galleries(html: &str, mut find: impl FnMut(&Gallery) -> Vec<GalleryImage>) -> String {
    let mut resolved = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once(BEGIN) {
        resolved.push_str(before);
        let gallery = after.split_once(END).and_then(|(text, next)| Some((Gallery::from_placeholder(text)?, next)));
        let Some((gallery, next)) = gallery else {
            resolved.push_str(BEGIN);
            rest = after;
            continue;
        };
        let pictures: String = find(&gallery).iter().map(figure).collect();
        if !pictures.is_empty() {
            resolved.push_str(&format!("<figure class=\"gallery\">{pictures}</figure>"));
        }
        rest = next;
    }
    resolved.push_str(rest);
    resolved
}

fn figure(image: &GalleryImage) -> String {
    let url = html_escape::encode_double_quoted_attribute(&image.url);
    let alt = html_escape::encode_double_quoted_attribute(&image.alt);
    let caption = match html_escape::encode_text(&image.caption) {
        caption if caption.is_empty() => String::new(),
        caption => format!("<figcaption>{caption}</figcaption>"),
    };
    format!("<figure><img src=\"{url}\" alt=\"{alt}\">{caption}</figure>")
}
