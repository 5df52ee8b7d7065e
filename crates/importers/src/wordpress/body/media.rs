//! What the known shortcodes become.

use super::gallery::Gallery;
use super::markup::{Piece, pieces};
use super::{Body, embeds};

/// Shortcodes whose meaning can be carried.
const CARRIED: &[&str] = &[
    "audio",
    "caption",
    "code",
    "dailymotion",
    "embed",
    "facebook",
    "gallery",
    "gist",
    "instagram",
    "soundcloud",
    "sourcecode",
    "spotify",
    "tiktok",
    "tweet",
    "twitter",
    "video",
    "vimeo",
    "wp_caption",
    "youtube",
];

/// Shortcodes that WordPress or a common plugin executes and that mean nothing elsewhere; what they enclose stays.
const REMOVED: &[&str] = &[
    "archives",
    "blog_subscription_form",
    "contact",
    "contact-field",
    "contact-form",
    "contact-form-7",
    "display-posts",
    "elementor-template",
    "fl_builder_insert_layout",
    "formidable",
    "googlemaps",
    "gravityform",
    "gravityforms",
    "jetpack_subscription_form",
    "latest_posts",
    "layerslider",
    "mc4wp_form",
    "metaslider",
    "ngg_images",
    "nggallery",
    "ninja_form",
    "ninja_forms",
    "ninja_forms_display_form",
    "playlist",
    "polldaddy",
    "portfolio",
    "product",
    "product_category",
    "product_page",
    "products",
    "recent_products",
    "rev_slider",
    "scribd",
    "simple-payment",
    "sitemap",
    "slideshare",
    "slideshow",
    "smartslider3",
    "table",
    "tablepress",
    "toc",
    "upcomingevents",
    "woocommerce_cart",
    "woocommerce_checkout",
    "woocommerce_my_account",
    "wpdatatable",
    "wpforms",
    "wpvideo",
    "yikes-mailchimp",
];

/// What page builders and shortcode collections begin their names with.
const REMOVED_PREFIXES: &[&str] = &["av_", "cs_", "et_pb_", "fusion_", "mk_", "su_", "tatsu_", "vc_"];

const AUDIO_SOURCES: &[&str] = &["src", "mp3", "m4a", "ogg", "wav", "flac", "wma", "0"];
const VIDEO_SOURCES: &[&str] = &["src", "mp4", "m4v", "webm", "ogv", "flv", "wmv", "0"];
const LINK_SOURCES: &[&str] = &["url", "src", "href", "id", "0"];

/// A shortcode with its attributes; those without a name are numbered.
pub(super) struct Shortcode {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) closing: bool,
}

/// What stands in a shortcode's place.
pub(super) enum Rendered {
    Block(String),
    Inline(String),
    Address(String),
    NotCarried,
}

/// Whether WordPress would have executed it.
pub(super) fn is_known(name: &str) -> bool {
    CARRIED.contains(&name) || REMOVED.contains(&name) || REMOVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Whether what comes before the closing shortcode belongs to it.
pub(super) fn encloses(shortcode: &Shortcode) -> bool {
    matches!(shortcode.name.as_str(), "caption" | "wp_caption" | "code" | "sourcecode" | "embed")
}

/// Makes markup of a shortcode.
pub(super) fn render(shortcode: &Shortcode, inner: &str, body: &mut Body) -> Rendered {
    let attributes = &shortcode.attributes;
    match shortcode.name.as_str() {
        "caption" | "wp_caption" => caption(attributes, inner),
        "gallery" => {
            let gallery = Gallery::from_shortcode(attributes);
            let placeholder = gallery.placeholder();
            body.galleries.push(gallery);
            Rendered::Block(placeholder)
        }
        "code" | "sourcecode" => code(attributes, inner),
        "audio" => player("audio", attributes, AUDIO_SOURCES),
        "video" => player("video", attributes, VIDEO_SOURCES),
        "embed" => {
            let address = embeds::address(inner.trim()).or_else(|| source(attributes, LINK_SOURCES));
            address.map_or_else(|| Rendered::Inline(inner.to_owned()), Rendered::Address)
        }
        name if CARRIED.contains(&name) => match linked(name, attributes) {
            Some(address) => Rendered::Address(address),
            None => Rendered::NotCarried,
        },
        _ => Rendered::NotCarried,
    }
}

/// The picture and its caption, which old versions kept in an attribute and new ones behind the picture.
fn caption(attributes: &[(String, String)], inner: &str) -> Rendered {
    let (picture, behind) = inner.trim().split_at(picture_length(inner.trim()));
    let written = attribute(attributes, "caption").filter(|caption| !caption.trim().is_empty());
    let caption = written.unwrap_or(behind).trim();
    let picture = if written.is_some() { inner.trim() } else { picture };
    if picture.is_empty() || caption.is_empty() {
        return Rendered::Inline(inner.to_owned());
    }
    let align =
        attribute(attributes, "align").filter(|align| matches!(*align, "alignleft" | "alignright" | "aligncenter"));
    let class = align.map(|align| format!(" class=\"{align}\"")).unwrap_or_default();
    Rendered::Block(format!("<figure{class}>{picture}<figcaption>{caption}</figcaption></figure>"))
}

/// How far the first picture reaches, with the link around it.
fn picture_length(html: &str) -> usize {
    let mut all = pieces(html);
    let mut seen = false;
    let mut linked = false;
    while let Some(piece) = all.next() {
        match piece {
            Piece::Tag(tag) if tag.name == "a" && !seen => linked = !tag.closing,
            Piece::Tag(tag) if tag.name == "a" && tag.closing => return all.offset(),
            Piece::Tag(tag) if tag.name == "img" && !linked => return all.offset(),
            Piece::Tag(tag) if tag.name == "img" => seen = true,
            _ => {}
        }
    }
    if seen { html.len() } else { 0 }
}

fn code(attributes: &[(String, String)], inner: &str) -> Rendered {
    let language = attribute(attributes, "language").or_else(|| attribute(attributes, "lang")).unwrap_or_default();
    let language: String = language.chars().filter(char::is_ascii_alphanumeric).collect();
    let class = if language.is_empty() { String::new() } else { format!(" class=\"language-{language}\"") };
    // The text may be written with entities or without; decoding first makes both the same.
    let text = html_escape::decode_html_entities(inner.trim_matches('\n')).into_owned();
    Rendered::Block(format!("<pre><code{class}>{}</code></pre>", html_escape::encode_text(&text)))
}

fn player(element: &str, attributes: &[(String, String)], sources: &[&str]) -> Rendered {
    let Some(address) = source(attributes, sources) else { return Rendered::NotCarried };
    let quoted = html_escape::encode_double_quoted_attribute(&address);
    // The link inside is shown where the player cannot be.
    let link = embeds::link(&address);
    Rendered::Block(format!("<figure><{element} controls src=\"{quoted}\">{link}</{element}></figure>"))
}

/// Where a service's shortcode points to, from an address or from the service's own number.
fn linked(service: &str, attributes: &[(String, String)]) -> Option<String> {
    if let Some(address) = source(attributes, LINK_SOURCES) {
        return Some(address);
    }
    let id = attribute(attributes, "id").or_else(|| attribute(attributes, "0"))?;
    let is_id = !id.is_empty()
        && id.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '_' | '-'));
    let page = match service {
        "youtube" => "https://www.youtube.com/watch?v=",
        "vimeo" => "https://vimeo.com/",
        "dailymotion" => "https://www.dailymotion.com/video/",
        "gist" => "https://gist.github.com/",
        "tweet" | "twitter" => "https://twitter.com/i/status/",
        "instagram" => "https://www.instagram.com/p/",
        _ => return None,
    };
    is_id.then(|| format!("{page}{id}"))
}

fn source(attributes: &[(String, String)], names: &[&str]) -> Option<String> {
    names.iter().filter_map(|name| attribute(attributes, name)).find_map(embeds::address)
}

/// An attribute's value.
pub(super) fn attribute<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Reads `key="value"`, `key='value'`, `key=value` and values alone, which are numbered from zero.
pub(super) fn attributes(text: &str) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    let mut unnamed = 0;
    // "[youtube=address]" is an old way to write "[youtube address]".
    let mut rest = text.strip_prefix('=').unwrap_or(text).trim();
    rest = rest.strip_suffix(" /").unwrap_or(rest);
    while !rest.is_empty() {
        let key_ends =
            rest.find(|character: char| !(character.is_ascii_alphanumeric() || matches!(character, '_' | '-')));
        let key = &rest[..key_ends.unwrap_or(rest.len())];
        let value = rest[key.len()..].trim_start().strip_prefix('=').filter(|_| !key.is_empty());
        let (value, next) = word(value.unwrap_or(rest).trim_start());
        let is_named = !key.is_empty() && rest[key.len()..].trim_start().starts_with('=');
        let name = if is_named { key.to_ascii_lowercase() } else { unnamed.to_string() };
        unnamed += usize::from(!is_named);
        attributes.push((name, html_escape::decode_html_entities(value).into_owned()));
        rest = next.trim_start();
    }
    attributes
}

/// A word or a quoted text, and what follows.
fn word(text: &str) -> (&str, &str) {
    if let Some(quote) = text.chars().next().filter(|quote| matches!(quote, '"' | '\''))
        && let Some(quoted) = text[1..].split_once(quote)
    {
        return quoted;
    }
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}
