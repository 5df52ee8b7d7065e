//! Ghost's cards, which its two editors store alike: pictures, galleries, bookmarks, code and the like, as HTML.

use std::fmt::Write;

use html_escape::{encode_double_quoted_attribute as attribute, encode_text};
use serde_json::Value;

/// The HTML of a card; none of one that is not known.
pub(super) fn html(name: &str, card: &Value) -> Option<String> {
    let text = |field: &str| card.get(field).and_then(Value::as_str).unwrap_or_default();
    Some(match name {
        "image" => figure(&picture(card), text("caption")),
        "gallery" => gallery(card),
        "html" => text("html").to_owned(),
        "markdown" | "card-markdown" => crate::markdown::to_html(text("markdown")),
        "hr" | "horizontalrule" => "<hr>".to_owned(),
        "code" | "codeblock" => code(text("code"), text("language"), text("caption")),
        "bookmark" => bookmark(card),
        "embed" => figure(&link(text("url"), text("url")), text("caption")),
        "callout" => {
            format!("<div class=\"callout\"><p>{} {}</p></div>", encode_text(text("calloutEmoji")), text("calloutText"))
        }
        "toggle" => format!("<details><summary>{}</summary>{}</details>", text("heading"), text("content")),
        "button" => format!("<p>{}</p>", link(text("buttonUrl"), text("buttonText"))),
        "video" => figure(&media("video", text("src")), text("caption")),
        "audio" => figure(&media("audio", text("src")), text("title")),
        "file" => format!("<p>{}</p>", link(text("src"), either(text("fileTitle"), text("fileName")))),
        "header" => format!("<h2>{}</h2><p>{}</p>", either(text("heading"), text("header")), text("subheader")),
        "product" => product(card),
        // These speak to readers of mails, or ask for money; they have no place in the text itself.
        "paywall" | "email" | "email-cta" | "signup" => String::new(),
        _ => return None,
    })
}

fn either<'a>(first: &'a str, second: &'a str) -> &'a str {
    if first.is_empty() { second } else { first }
}

fn link(address: &str, text: &str) -> String {
    format!("<a href=\"{}\">{}</a>", attribute(address), encode_text(either(text, address)))
}

fn media(tag: &str, address: &str) -> String {
    format!("<{tag} src=\"{}\" controls></{tag}>", attribute(address))
}

/// Captions are HTML of their own.
fn figure(inside: &str, caption: &str) -> String {
    let caption = if caption.is_empty() { String::new() } else { format!("<figcaption>{caption}</figcaption>") };
    format!("<figure>{inside}{caption}</figure>")
}

fn picture(card: &Value) -> String {
    let text = |field: &str| card.get(field).and_then(Value::as_str).unwrap_or_default();
    let mut image = format!("<img src=\"{}\" alt=\"{}\"", attribute(text("src")), attribute(text("alt")));
    for side in ["width", "height"] {
        if let Some(pixels) = card.get(side).and_then(Value::as_u64) {
            // Writing into a string cannot fail.
            let _ = write!(image, " {side}=\"{pixels}\"");
        }
    }
    image.push('>');
    let address = text("href");
    if address.is_empty() { image } else { format!("<a href=\"{}\">{image}</a>", attribute(address)) }
}

fn gallery(card: &Value) -> String {
    let images = card.get("images").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let images: String = images.iter().map(|image| figure(&picture(image), "")).collect();
    let caption = card.get("caption").and_then(Value::as_str).unwrap_or_default();
    format!("<div class=\"gallery\">{}</div>", figure(&images, caption).replace("<figure></figure>", ""))
}

fn code(code: &str, language: &str, caption: &str) -> String {
    let class =
        if language.is_empty() { String::new() } else { format!(" class=\"language-{}\"", attribute(language)) };
    let block = format!("<pre><code{class}>{}</code></pre>", encode_text(code));
    if caption.is_empty() { block } else { figure(&block, caption) }
}

fn bookmark(card: &Value) -> String {
    let text = |field: &str| card.get(field).and_then(Value::as_str).unwrap_or_default();
    let about = card.get("metadata").unwrap_or(&Value::Null);
    let said = |field: &str| about.get(field).and_then(Value::as_str).unwrap_or_default();
    let description = encode_text(said("description"));
    let description = if description.is_empty() { String::new() } else { format!("<p>{description}</p>") };
    figure(&format!("<p>{}</p>{description}", link(text("url"), said("title"))), text("caption"))
}

fn product(card: &Value) -> String {
    let text = |field: &str| card.get(field).and_then(Value::as_str).unwrap_or_default();
    let mut html = String::new();
    if !text("productImageSrc").is_empty() {
        let _ = write!(html, "<figure><img src=\"{}\" alt=\"\"></figure>", attribute(text("productImageSrc")));
    }
    let _ = write!(html, "<h4>{}</h4>{}", text("productTitle"), text("productDescription"));
    if !text("productUrl").is_empty() {
        let _ = write!(html, "<p>{}</p>", link(text("productUrl"), text("productButton")));
    }
    html
}
