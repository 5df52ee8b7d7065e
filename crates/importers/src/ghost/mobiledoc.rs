//! Mobiledoc, the document format of Ghost's editors before version 5.50, as HTML.

use html_escape::{encode_double_quoted_attribute as attribute, encode_text};
use serde_json::Value;

use super::cards;

/// The kinds of sections, by the number they begin with (mobiledoc 0.3).
const MARKUP: u64 = 1;
const IMAGE: u64 = 2;
const LIST: u64 = 3;
const CARD: u64 = 10;
/// Elements that sections and markups may be; others become paragraphs, or nothing around the text.
const BLOCKS: [&str; 9] = ["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "aside"];
const INLINES: [&str; 9] = ["a", "b", "strong", "i", "em", "s", "u", "code", "sub"];

/// The HTML of a document and whether all of it is known; none where the text is no such document.
pub(super) fn html(document: &str) -> Option<(String, bool)> {
    let document: Value = serde_json::from_str(document).ok()?;
    let sections = document.get("sections")?.as_array()?;
    let mut writer = Writer { document: &document, html: String::new(), is_whole: true };
    for section in sections {
        writer.section(section);
    }
    Some((writer.html, writer.is_whole))
}

struct Writer<'a> {
    document: &'a Value,
    html: String,
    is_whole: bool,
}

impl<'a> Writer<'a> {
    fn section(&mut self, section: &Value) {
        match section.get(0).and_then(Value::as_u64) {
            Some(MARKUP) => {
                let tag = self.tag(section.get(1), &BLOCKS, "p");
                self.html.push_str(&format!("<{tag}>"));
                self.markers(section.get(2));
                self.html.push_str(&format!("</{tag}>"));
            }
            Some(IMAGE) => {
                let address = section.get(1).and_then(Value::as_str).unwrap_or_default();
                self.html.push_str(&format!("<figure><img src=\"{}\" alt=\"\"></figure>", attribute(address)));
            }
            Some(LIST) => {
                let tag = self.tag(section.get(1), &["ul", "ol"], "ul");
                self.html.push_str(&format!("<{tag}>"));
                for item in array(section.get(2)) {
                    self.html.push_str("<li>");
                    self.markers(Some(item));
                    self.html.push_str("</li>");
                }
                self.html.push_str(&format!("</{tag}>"));
            }
            Some(CARD) => self.card(section.get(1)),
            _ => self.is_whole = false,
        }
    }

    fn tag<'t>(&self, tag: Option<&Value>, known: &[&'t str], otherwise: &'t str) -> &'t str {
        let name = tag.and_then(Value::as_str).unwrap_or_default();
        let found = known.iter().find(|tag| tag.eq_ignore_ascii_case(name)).copied().unwrap_or(otherwise);
        if found == "aside" { "blockquote" } else { found }
    }

    fn entry(&self, table: &str, index: Option<&Value>) -> Option<&'a Value> {
        self.document.get(table)?.get(usize::try_from(index?.as_u64()?).ok()?)
    }

    /// Texts with the markups that open before each and the number that close behind it.
    fn markers(&mut self, markers: Option<&Value>) {
        let mut open: Vec<&'static str> = Vec::new();
        for marker in array(markers) {
            for index in array(marker.get(1)) {
                open.push(self.open(self.entry("markups", Some(index))));
            }
            if marker.get(0).and_then(Value::as_u64) == Some(1) {
                self.atom(marker.get(3));
            } else {
                self.html.push_str(&encode_text(marker.get(3).and_then(Value::as_str).unwrap_or_default()));
            }
            for _ in 0..marker.get(2).and_then(Value::as_u64).unwrap_or(0) {
                let Some(tag) = open.pop() else { break };
                self.close(tag);
            }
        }
        while let Some(tag) = open.pop() {
            self.close(tag);
        }
    }

    fn open(&mut self, markup: Option<&Value>) -> &'static str {
        let name = markup.and_then(|markup| markup.get(0));
        let tag = self.tag(name, &INLINES, "");
        let attributes = array(markup.and_then(|markup| markup.get(1)));
        let address = attributes.chunks(2).find(|pair| pair.first().and_then(Value::as_str) == Some("href"));
        match (tag, address.and_then(|pair| pair.get(1)).and_then(Value::as_str)) {
            ("", _) => {}
            ("a", Some(address)) => self.html.push_str(&format!("<a href=\"{}\">", attribute(address))),
            (tag, _) => self.html.push_str(&format!("<{tag}>")),
        }
        tag
    }

    fn close(&mut self, tag: &str) {
        if !tag.is_empty() {
            self.html.push_str(&format!("</{tag}>"));
        }
    }

    fn atom(&mut self, index: Option<&Value>) {
        let atom = self.entry("atoms", index);
        let text = |at: usize| atom.and_then(|atom| atom.get(at)).and_then(Value::as_str).unwrap_or_default();
        if text(0) == "soft-return" {
            self.html.push_str("<br>");
        } else {
            self.html.push_str(&encode_text(text(1)));
        }
    }

    fn card(&mut self, index: Option<&Value>) {
        let card = self.entry("cards", index);
        let name = card.and_then(|card| card.get(0)).and_then(Value::as_str).unwrap_or_default();
        let payload = card.and_then(|card| card.get(1)).unwrap_or(&Value::Null);
        match cards::html(name, payload) {
            Some(html) => self.html.push_str(&html),
            None => self.is_whole = false,
        }
    }
}

fn array(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_become_elements() {
        let document = r#"{"version":"0.3.1","atoms":[["soft-return","",{}]],
            "cards":[["markdown",{"markdown":"*m*"}],["image",{"src":"https://e.org/a.png","alt":"A"}],["novelty",{}]],
            "markups":[["strong"],["a",["href","/x\"y"]]],
            "sections":[[1,"h2",[[0,[],0,"T & t"]]],[1,"p",[[0,[0],0,"b"],[0,[1],2,"l"],[1,[],0,0],[0,[],0,"e"]]],
              [3,"ol",[[[0,[],0,"1"]],[[0,[0],1,"2"]]]],[10,0],[10,1]]}"#;
        let expected = "<h2>T &amp; t</h2><p><strong>b<a href=\"/x&quot;y\">l</a></strong><br>e</p>\
            <ol><li>1</li><li><strong>2</strong></li></ol><p><em>m</em></p>\n<figure><img src=\"https://e.org/a.png\" alt=\"A\"></figure>";
        assert_eq!(html(document), Some((expected.to_owned(), true)));
        let unknown = document.replace("[10,1]]", "[10,2]]");
        assert_eq!(html(&unknown).map(|(_, is_whole)| is_whole), Some(false));
        assert_eq!(html("{}"), None);
    }
}
