//! Sanitized HTML taken apart. The sanitizer writes it in one form: every tag closed, every value in double quotes,
//! no comments, and `<` only where a tag begins; so this needs no parser that forgives.

/// Elements nested deeper than this are read as if their tags were not there.
const DEEPEST: usize = 60;

const VOID: [&str; 13] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// Elements that stand in a line of text.
const INLINE: [&str; 36] = [
    "a", "abbr", "audio", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em", "i", "img",
    "ins", "kbd", "mark", "picture", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub",
    "sup", "time", "u", "var", "video",
];

/// Elements that are taken whole, with what is in them.
const WHOLE: [&str; 7] = ["audio", "br", "img", "picture", "ruby", "video", "wbr"];

/// A piece of a body: an element with all that is in it, or text between elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    Element(Element),
    /// Text as it stands in HTML, escaped.
    Text(String),
}

/// An element of HTML, and what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    pub name: String,
    /// The opening tag with its attributes.
    pub open: String,
    pub children: Vec<Node>,
}

impl Element {
    /// Whether it has no end tag and holds nothing (HTML, 13.1.2).
    pub fn is_void(&self) -> bool {
        VOID.contains(&self.name.as_str())
    }

    /// Whether it is compared as one thing.
    pub fn is_whole(&self) -> bool {
        WHOLE.contains(&self.name.as_str())
    }
}

impl Node {
    /// Whether it and all that is in it stand in a line of text.
    pub fn is_inline(&self) -> bool {
        match self {
            Self::Text(_) => true,
            Self::Element(element) => {
                element.is_whole()
                    || (INLINE.contains(&element.name.as_str()) && element.children.iter().all(Self::is_inline))
            }
        }
    }

    /// Whether it is white space between blocks.
    pub fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }

    /// Adds its HTML to the end of `html`.
    pub fn write(&self, html: &mut String) {
        match self {
            Self::Text(text) => html.push_str(text),
            Self::Element(element) => {
                html.push_str(&element.open);
                if !element.is_void() {
                    element.children.iter().for_each(|child| child.write(html));
                    html.push_str(&format!("</{}>", element.name));
                }
            }
        }
    }
}

/// A node of plain text.
pub fn text_node(text: &str) -> Node {
    Node::Text(text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

enum Token<'a> {
    Open(&'a str),
    Close,
    Text,
}

/// The next tag or run of text at the start of `html`, and its length.
fn next_token(html: &str) -> (Token<'_>, usize) {
    if !html.starts_with('<') {
        return (Token::Text, html.find('<').unwrap_or(html.len()));
    }
    let mut is_quoted = false;
    let end = html.find(|character| {
        is_quoted ^= character == '"';
        character == '>' && !is_quoted
    });
    let end = end.map_or(html.len(), |end| end + 1);
    if html.starts_with("</") {
        return (Token::Close, end);
    }
    let name = &html[1..end];
    let name_end = name.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(name.len());
    (Token::Open(&name[..name_end]), end)
}

/// The blocks at the top level of a body, as they stand in it with the white space behind them. Text between blocks that
/// is in none is a block of its own.
pub fn split(html: &str) -> Vec<&str> {
    let mut starts: Vec<usize> = Vec::new();
    let (mut at, mut depth, mut in_line) = (0, 0_usize, false);
    while at < html.len() {
        let (token, length) = next_token(&html[at..]);
        if depth == 0 {
            let is_blank = matches!(token, Token::Text) && html[at..at + length].trim().is_empty();
            let is_line = match token {
                Token::Open(name) => INLINE.contains(&name) || WHOLE.contains(&name),
                Token::Text | Token::Close => true,
            };
            let goes_on = is_blank || (is_line && in_line);
            if !goes_on {
                starts.push(at);
                in_line = is_line;
            }
        }
        match token {
            Token::Open(name) if !VOID.contains(&name) => depth += 1,
            Token::Close => depth = depth.saturating_sub(1),
            Token::Open(_) | Token::Text => {}
        }
        at += length;
    }
    let ends = starts.iter().skip(1).copied().chain([html.len()]);
    starts.iter().zip(ends).map(|(start, end)| &html[*start..end]).collect()
}

/// Reads HTML into nodes.
pub fn parse(html: &str) -> Vec<Node> {
    let mut open: Vec<Element> = Vec::new();
    let mut top: Vec<Node> = Vec::new();
    // For each open tag, whether it became an element.
    let mut kept: Vec<bool> = Vec::new();
    let mut at = 0;
    while at < html.len() {
        let (token, length) = next_token(&html[at..]);
        let source = &html[at..at + length];
        at += length;
        match token {
            Token::Text => place(&mut open, &mut top, Node::Text(source.to_owned())),
            Token::Open(name) => {
                let element = Element { name: name.to_owned(), open: source.to_owned(), children: Vec::new() };
                if element.is_void() {
                    place(&mut open, &mut top, Node::Element(element));
                } else {
                    kept.push(open.len() < DEEPEST);
                    if open.len() < DEEPEST {
                        open.push(element);
                    }
                }
            }
            Token::Close => close(&mut open, &mut top, &mut kept),
        }
    }
    while !kept.is_empty() {
        close(&mut open, &mut top, &mut kept);
    }
    top
}

fn close(open: &mut Vec<Element>, top: &mut Vec<Node>, kept: &mut Vec<bool>) {
    if kept.pop() == Some(true)
        && let Some(element) = open.pop()
    {
        place(open, top, Node::Element(element));
    }
}

fn place(open: &mut [Element], top: &mut Vec<Node>, node: Node) {
    match open.last_mut() {
        Some(parent) => parent.children.push(node),
        None => top.push(node),
    }
}
