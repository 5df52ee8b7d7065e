//! The parts of a text that checks look at, read from sanitized HTML.

use super::markup::{Piece, pieces};

/// A heading of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    pub text: String,
}

/// A link of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub address: String,
    pub text: String,
    /// Whether it shows a picture, whose description then says where it leads.
    pub has_image: bool,
}

/// A text taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    pub headings: Vec<Heading>,
    /// Running text: paragraphs, list items, quotes, cells; in order, code left out.
    pub paragraphs: Vec<String>,
    pub links: Vec<Link>,
    /// What each image's description says; `None` where it has none at all.
    pub images: Vec<Option<String>>,
    /// Words before the first heading, and after each.
    pub sections: Vec<usize>,
}

const BLOCKS: [&str; 22] = [
    "p",
    "div",
    "section",
    "article",
    "header",
    "footer",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "td",
    "th",
    "tr",
    "table",
    "figure",
    "figcaption",
    "details",
    "summary",
    "hr",
];

impl Document {
    /// Takes sanitized HTML apart. Anything may come; what is no HTML is text.
    pub fn read(html: &str) -> Self {
        let mut reader = Reader { document: Self { sections: vec![0], ..Self::default() }, ..Reader::default() };
        for piece in pieces(html) {
            match piece {
                Piece::Open { name, attributes } => reader.open(&name, &attributes),
                Piece::Close { name } => reader.close(&name),
                Piece::Text(text) => reader.text(&text),
            }
        }
        reader.end_block();
        reader.document
    }

    /// How many words the text has.
    pub fn words(&self) -> usize {
        self.sections.iter().sum()
    }
}

#[derive(Default)]
struct Reader {
    document: Document,
    /// The running block, and the heading's level when it is one.
    block: String,
    heading: Option<u8>,
    link: Option<Link>,
    /// How many `pre` elements are open.
    code: usize,
}

impl Reader {
    fn open(&mut self, name: &str, attributes: &[(String, String)]) {
        let attribute =
            |wanted: &str| attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.trim().to_owned());
        match name {
            "a" => {
                self.end_link();
                self.link = attribute("href").map(|address| Link { address, text: String::new(), has_image: false });
            }
            "img" => {
                if let Some(link) = &mut self.link {
                    link.has_image = true;
                }
                self.document.images.push(attribute("alt"));
            }
            "br" => self.block.push(' '),
            "pre" => {
                self.end_block();
                self.code += 1;
            }
            name => {
                if let Some(level) = heading_level(name) {
                    self.end_block();
                    self.heading = Some(level);
                } else if BLOCKS.contains(&name) {
                    self.end_block();
                }
            }
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "a" => self.end_link(),
            "pre" => self.code = self.code.saturating_sub(1),
            name if heading_level(name).is_some() || BLOCKS.contains(&name) => self.end_block(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(link) = &mut self.link {
            link.text.push_str(text);
        }
        if self.code == 0 {
            self.block.push_str(text);
        }
    }

    fn end_link(&mut self) {
        if let Some(mut link) = self.link.take() {
            link.text = folded(&link.text);
            self.document.links.push(link);
        }
    }

    fn end_block(&mut self) {
        let text = folded(&std::mem::take(&mut self.block));
        if let Some(level) = self.heading.take() {
            self.document.headings.push(Heading { level, text });
            self.document.sections.push(0);
        } else if !text.is_empty() {
            if let Some(section) = self.document.sections.last_mut() {
                *section += super::words::count(&text);
            }
            self.document.paragraphs.push(text);
        }
    }
}

fn heading_level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ => None,
    }
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_is_taken_apart() {
        let document = Document::read(
            "<p>One <b>two</b><br>three &amp; 4</p><h2>Head &lt;b&gt;</h2><ul><li>Five</li><li>Six <a href=\"/x\">link</a></li></ul>\
             <pre><code>let code = 1;</code></pre><a href=\"/y\"><img src=\"/i\" alt=\"An alt\"></a><img src=\"/j\"><h3></h3>",
        );
        assert_eq!(document.paragraphs, ["One two three & 4", "Five", "Six link"]);
        assert_eq!(document.headings[0], Heading { level: 2, text: "Head <b>".to_owned() });
        assert_eq!(document.headings[1].text, "");
        assert_eq!(document.sections, [4, 3, 0]);
        assert_eq!(document.links[0], Link { address: "/x".to_owned(), text: "link".to_owned(), has_image: false });
        assert!(document.links[1].has_image);
        assert_eq!(document.images, [Some("An alt".to_owned()), None]);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), tags in "(<|>|/|h2|p|a|\"|=| |&|;|img|alt|x){0,60}") {
            Document::read(&text);
            Document::read(&tags);
        }
    }
}
