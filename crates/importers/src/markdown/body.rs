//! From Markdown to HTML, with what it refers to.

use comrak::nodes::{NodeLink, NodeValue};
use comrak::{Arena, Options, format_html, parse_document};

use crate::pictures::is_picture;

/// A picture that a text shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Picture {
    /// As it is written.
    pub address: String,
    pub alt: String,
}

/// The HTML of a text, not yet sanitized.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub html: String,
    /// The heading that a text began with, where it may be its title; it is no longer in the HTML.
    pub heading: Option<String>,
    pub pictures: Vec<Picture>,
    /// Whether something stays that only the old program could carry out.
    pub has_shortcodes: bool,
}

/// Renders GitHub's Markdown with Obsidian's links. A first heading that is the title, or serves as one, is taken out.
pub(super) fn render(markdown: &str, title: Option<&str>) -> Body {
    let markdown = with_plain_references(markdown);
    let (arena, options) = (Arena::new(), options());
    let root = parse_document(&arena, &markdown, &options);
    let mut body = Body::default();
    if let Some(first) = root.first_child() {
        let is_heading = matches!(first.data().value, NodeValue::Heading(heading) if heading.level == 1);
        let text = first.collect_text();
        if is_heading && title.is_none_or(|title| title.trim() == text.trim()) {
            first.detach();
            body.heading = Some(text);
        }
    }
    for node in root.descendants() {
        let alt = match node.data().value {
            NodeValue::Image(_) | NodeValue::WikiLink(_) => node.collect_text(),
            _ => String::new(),
        };
        let mut data = node.data_mut();
        match &data.value {
            NodeValue::Image(link) => body.pictures.push(Picture { address: link.url.clone(), alt }),
            NodeValue::WikiLink(link) if link.embed && is_picture(&link.url) => {
                let url = link.url.clone();
                // Without words of its own an embedded picture is labelled with its file's name.
                let alt = if alt == url { String::new() } else { alt };
                body.pictures.push(Picture { address: url.clone(), alt });
                data.value = NodeValue::Image(Box::new(NodeLink { url, title: String::new() }));
            }
            NodeValue::Text(text) if text.contains("{{<") || text.contains("{{%") || text.contains("{%") => {
                body.has_shortcodes = true;
            }
            _ => {}
        }
    }
    // Writing into a string cannot fail.
    let _ = format_html(root, &options, &mut body.html);
    body.html = with_our_blocks(&body.html);
    body
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.autolink = true;
    options.extension.footnotes = true;
    options.extension.alerts = true;
    options.render.tasklist_classes = true;
    options.extension.wikilinks_title_after_pipe = true;
    // The sanitizer, which every body passes, decides what of the author's own HTML stays.
    options.render.r#unsafe = true;
    options
}

/// Puts paths in place of `{{< ref "a.md" >}}`, `{{% relref "a.md" %}}` and `{% link a.md %}`, which stand inside links.
fn with_plain_references(markdown: &str) -> String {
    let mut text = markdown.to_owned();
    for (open, names, close) in [
        ("{{<", ["ref", "relref"].as_slice(), ">}}"),
        ("{{%", &["ref", "relref"], "%}}"),
        ("{%", &["link", "post_url"], "%}"),
    ] {
        if !text.contains(open) {
            continue;
        }
        let mut rewritten = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(at) = rest.find(open) {
            rewritten.push_str(&rest[..at]);
            let inside = &rest[at + open.len()..];
            let end = inside.find(close);
            let words = end.and_then(|end| inside[..end].trim().split_once(char::is_whitespace));
            match (end, words) {
                (Some(end), Some((name, path))) if names.contains(&name) => {
                    // A path from the top, whatever folder the text is in.
                    rewritten.push_str(&format!("/{}", path.trim().trim_matches(['"', '/'])));
                    rest = &inside[end + close.len()..];
                }
                _ => {
                    rewritten.push_str(open);
                    rest = inside;
                }
            }
        }
        rewritten.push_str(rest);
        text = rewritten;
    }
    text
}

/// Blocks as the editor writes them: tasks without boxes, which no sanitized text has, and alerts as callouts.
fn with_our_blocks(html: &str) -> String {
    const BOX: &str = "<li class=\"task-list-item\"><input type=\"checkbox\" class=\"task-list-item-checkbox\"";
    let mut html = html
        .replace("<ul class=\"contains-task-list\">", "<ul class=\"task-list\">")
        .replace(&format!("{BOX} checked=\"\" disabled=\"\" /> "), "<li class=\"task task-done\">")
        .replace(&format!("{BOX} disabled=\"\" /> "), "<li class=\"task\">");
    for (kind, title, class) in [
        ("note", "Note", "callout"),
        ("important", "Important", "callout"),
        ("tip", "Tip", "callout callout-tip"),
        ("warning", "Warning", "callout callout-warning"),
        ("caution", "Caution", "callout callout-danger"),
    ] {
        let begins = format!("<div class=\"markdown-alert markdown-alert-{kind}\">\n");
        if html.contains(&begins) {
            // Its colour says what the usual title does.
            html = html
                .replace(&format!("{begins}<p class=\"markdown-alert-title\">{title}</p>\n"), &begins)
                .replace(&begins, &format!("<div class=\"{class}\">\n"));
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_of_all_three_becomes_html() {
        for (markdown, html) in [
            ("| a |\n| - |\n| b |", "<td>b</td>"),
            ("~~gone~~ and https://e.org", "<del>gone</del> and <a href=\"https://e.org\">"),
            (
                "- [x] done\n- [ ] open",
                "<ul class=\"task-list\">\n<li class=\"task task-done\">done</li>\n<li class=\"task\">open</li>",
            ),
            ("> [!WARNING]\n> Hot.", "<div class=\"callout callout-warning\">\n<p>Hot.</p>\n</div>"),
            ("> [!TIP] Yes\n> Do.", "<div class=\"callout callout-tip\">\n<p class=\"markdown-alert-title\">Yes</p>"),
            ("[a](b.md#c)", "<a href=\"b.md#c\">a</a>"),
            ("[[Other note|see]]", "href=\"Other%20note\""),
            ("![[a b.png]]", "<img src=\"a%20b.png\""),
            ("[a]({{< ref \"posts/b.md\" >}})", "<a href=\"/posts/b.md\">a</a>"),
            ("[a]({% link _posts/b.md %})", "<a href=\"/_posts/b.md\">a</a>"),
            ("<div>own</div>", "<div>own</div>"),
            ("```rust\nlet a;\n```", "<code class=\"language-rust\">"),
        ] {
            let body = render(markdown, Some("T"));
            assert!(body.html.contains(html), "{markdown}: {}", body.html);
        }
    }

    #[test]
    fn the_first_heading_is_a_title() {
        let body = render("# Big *idea*\n\ntext", None);
        assert_eq!((body.heading.as_deref(), body.html.as_str()), (Some("Big idea"), "<p>text</p>\n"));
        assert!(render("# Big idea\n\ntext", Some("Other")).heading.is_none());
        assert!(render("text\n\n# Later", None).heading.is_none());
    }

    #[test]
    fn what_is_referred_to_is_seen() {
        let body = render("![a *b*](x.png) ![[y.JPG]] ![[z.png|A z]] {{< youtube 1 >}}", None);
        let pictures: Vec<_> = body.pictures.iter().map(|one| (one.address.as_str(), one.alt.as_str())).collect();
        assert_eq!(pictures, [("x.png", "a b"), ("y.JPG", ""), ("z.png", "A z")]);
        assert!(body.has_shortcodes);
    }
}
