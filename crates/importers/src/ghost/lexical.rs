//! Lexical, the document format of Ghost's present editor, as HTML.

use html_escape::{encode_double_quoted_attribute as attribute, encode_text};
use serde_json::Value;

use super::cards;

/// Bits of a text's format and the elements they stand for, from the inside out.
const FORMATS: [(u64, &str); 8] =
    [(16, "code"), (1, "strong"), (2, "em"), (4, "s"), (8, "u"), (32, "sub"), (64, "sup"), (128, "mark")];
/// How deep nodes may lie in each other; deeper ones are no text that somebody wrote.
const DEPTH_MOST: usize = 60;

/// The HTML of a document and whether all of it is known; none where the text is no such document.
pub(super) fn html(document: &str) -> Option<(String, bool)> {
    let document: Value = serde_json::from_str(document).ok()?;
    let root = document.get("root")?;
    let mut writer = Writer { html: String::new(), is_whole: true };
    writer.children(root, 0);
    Some((writer.html, writer.is_whole))
}

struct Writer {
    html: String,
    is_whole: bool,
}

impl Writer {
    fn children(&mut self, node: &Value, depth: usize) {
        if depth > DEPTH_MOST {
            self.is_whole = false;
            return;
        }
        for child in node.get("children").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default() {
            self.node(child, depth + 1);
        }
    }

    fn within(&mut self, tag: &str, attributes: &str, node: &Value, depth: usize) {
        self.html.push_str(&format!("<{tag}{attributes}>"));
        self.children(node, depth);
        self.html.push_str(&format!("</{tag}>"));
    }

    fn node(&mut self, node: &Value, depth: usize) {
        let field = |name: &str| node.get(name).and_then(Value::as_str).unwrap_or_default();
        match field("type") {
            "paragraph" => self.within("p", "", node, depth),
            "heading" | "extended-heading" => {
                let tag = ["h1", "h2", "h3", "h4", "h5", "h6"].into_iter().find(|tag| *tag == field("tag"));
                self.within(tag.unwrap_or("h2"), "", node, depth);
            }
            "quote" | "extended-quote" | "aside" => self.within("blockquote", "", node, depth),
            "list" => self.within(if field("listType") == "number" { "ol" } else { "ul" }, "", node, depth),
            "listitem" => self.within("li", "", node, depth),
            "link" | "autolink" => {
                let address = format!(" href=\"{}\"", attribute(field("url")));
                self.within("a", &address, node, depth);
            }
            "text" | "extended-text" => self.text(field("text"), node.get("format").and_then(Value::as_u64)),
            "linebreak" => self.html.push_str("<br>"),
            "tab" => self.html.push(' '),
            name => self.card(name, node, depth),
        }
    }

    fn card(&mut self, name: &str, node: &Value, depth: usize) {
        match cards::html(name, node) {
            Some(html) => self.html.push_str(&html),
            None => {
                self.is_whole = false;
                self.children(node, depth);
            }
        }
    }

    fn text(&mut self, text: &str, format: Option<u64>) {
        let mut html = encode_text(text).into_owned();
        for (_, tag) in FORMATS.iter().filter(|(bit, _)| format.unwrap_or(0) & bit != 0) {
            html = format!("<{tag}>{html}</{tag}>");
        }
        self.html.push_str(&html);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(children: &str) -> String {
        format!("{{\"root\":{{\"type\":\"root\",\"children\":[{children}]}}}}")
    }

    #[test]
    fn nodes_become_elements() {
        for (node, expected) in [
            (
                r#"{"type":"paragraph","children":[{"type":"extended-text","text":"a < b","format":3}]}"#,
                "<p><em><strong>a &lt; b</strong></em></p>",
            ),
            (r#"{"type":"extended-heading","tag":"h3","children":[{"type":"text","text":"T"}]}"#, "<h3>T</h3>"),
            (
                r#"{"type":"list","listType":"number","children":[{"type":"listitem","children":[{"type":"text","text":"1"}]}]}"#,
                "<ol><li>1</li></ol>",
            ),
            (
                r#"{"type":"paragraph","children":[{"type":"link","url":"/a?b=\"c","children":[{"type":"text","text":"l"}]},{"type":"linebreak"}]}"#,
                "<p><a href=\"/a?b=&quot;c\">l</a><br></p>",
            ),
            (
                r#"{"type":"image","src":"https://e.org/a.png","alt":"A","caption":"<b>C</b>","width":3,"height":2}"#,
                "<figure><img src=\"https://e.org/a.png\" alt=\"A\" width=\"3\" height=\"2\"><figcaption><b>C</b></figcaption></figure>",
            ),
            (
                r#"{"type":"codeblock","code":"a<b","language":"rust"}"#,
                "<pre><code class=\"language-rust\">a&lt;b</code></pre>",
            ),
            (r#"{"type":"horizontalrule"}"#, "<hr>"),
            (r#"{"type":"markdown","markdown":"*a*"}"#, "<p><em>a</em></p>\n"),
            (
                r#"{"type":"toggle","heading":"H","content":"<p>c</p>"}"#,
                "<details><summary>H</summary><p>c</p></details>",
            ),
        ] {
            assert_eq!(html(&document(node)), Some((expected.to_owned(), true)), "{node}");
        }
    }

    #[test]
    fn what_is_unknown_is_noticed_and_its_text_kept() {
        let node = r#"{"type":"novelty","children":[{"type":"text","text":"kept"}]}"#;
        assert_eq!(html(&document(node)), Some(("kept".to_owned(), false)));
        assert_eq!(html("not JSON"), None);
    }
}
