//! Paragraphs and line breaks of writing that has none: WordPress' wpautop, done on tokens.
//!
//! A blank line ends a paragraph, a single line end is a break, and elements that stand on lines of their own end the
//! paragraph before them. Text in `pre`, `script`, `style`, `svg` and `textarea` stays as it is.

use super::blocks::page_break;
use super::markup::{Piece, Pieces, Tag, pieces};
use super::stash::MARK;

/// How deep elements are followed; deeper ones are passed through.
const MAX_DEPTH: usize = 256;

/// What an element does with the text directly in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    /// All text is in paragraphs.
    Paragraphs,
    /// Text is in paragraphs once there is a blank line in it.
    Flow,
    /// Text has breaks and no paragraphs.
    Phrases,
    /// Line ends mean nothing.
    Structure,
}

struct Element {
    name: String,
    content: Content,
    divided: bool,
}

/// Makes paragraphs of blank lines and breaks of line ends.
pub(super) fn paragraphs(html: &str) -> String {
    let mut writer = Writer { written: String::with_capacity(html.len() + html.len() / 8), ..Writer::default() };
    let mut all = pieces(html);
    while let Some(piece) = all.next() {
        match piece {
            Piece::Text(text) => writer.text(text),
            Piece::Tag(tag) if tag.is_block() => writer.block(&tag, &mut all),
            Piece::Tag(tag) => writer.inline(&tag),
            Piece::Comment(comment) => writer.comment(comment),
        }
    }
    writer.end_run(false);
    writer.written
}

#[derive(Default)]
struct Writer {
    written: String,
    open: Vec<Element>,
    /// Text and inline elements since the last block or blank line.
    run: String,
    /// The run holds something to be seen, not only tags.
    visible: bool,
    line_ends: usize,
}

impl Writer {
    fn content(&self) -> Content {
        self.open.last().map_or(Content::Paragraphs, |element| element.content)
    }

    fn text(&mut self, text: &str) {
        for (number, part) in text.split(MARK).enumerate() {
            // Between two marks stands the number of a block in the stash.
            if number % 2 == 1 {
                self.close_paragraph();
                self.end_run(false);
                self.written.push_str(&format!("{MARK}{part}{MARK}\n"));
            } else {
                self.lines(part);
            }
        }
    }

    fn lines(&mut self, text: &str) {
        for (number, line) in text.split('\n').enumerate() {
            self.line_ends += usize::from(number > 0);
            if line.trim().is_empty() {
                // White space between two inline elements keeps their words apart.
                if number == 0 && !line.is_empty() && !self.run.is_empty() && self.line_ends == 0 {
                    self.run.push(' ');
                }
                continue;
            }
            self.settle_line_ends();
            self.visible = true;
            self.run.push_str(if self.run.is_empty() { line.trim_start() } else { line });
        }
    }

    /// Writes what the line ends since the last word mean, now that another word comes.
    fn settle_line_ends(&mut self) {
        let line_ends = std::mem::take(&mut self.line_ends);
        let content = self.content();
        if line_ends == 0 || self.run.is_empty() {
            return;
        }
        if line_ends > 1 && self.visible && content != Content::Structure {
            return self.divide();
        }
        let trimmed = self.run.trim_end().len();
        self.run.truncate(trimmed);
        let broken = self.run.ends_with("<br>") || self.run.ends_with("<br />") || self.run.ends_with("<br/>");
        let breaks = self.visible && !broken && content != Content::Structure;
        self.run.push_str(if breaks { "<br>\n" } else { "\n" });
    }

    /// A blank line: the run becomes a paragraph of its own.
    fn divide(&mut self) {
        match self.open.last() {
            Some(element) if element.name == "p" => {
                self.end_run(false);
                self.written.push_str("</p>\n<p>");
            }
            Some(element) if element.content == Content::Phrases => self.run.push_str("<br>\n"),
            _ => self.end_run(true),
        }
    }

    fn inline(&mut self, tag: &Tag) {
        if !tag.closing {
            self.settle_line_ends();
        }
        let shows =
            matches!(tag.name.as_str(), "img" | "input" | "iframe" | "audio" | "video" | "object" | "embed" | "button");
        self.visible |= shows;
        self.run.push_str(tag.raw);
    }

    fn comment(&mut self, comment: &str) {
        let inner = comment.trim_start_matches("<!--").trim_start();
        if inner.starts_with("more") || inner.starts_with("nextpage") {
            self.close_paragraph();
            self.end_run(true);
            self.written.push_str(page_break(comment));
        }
    }

    fn block(&mut self, tag: &Tag, all: &mut Pieces) {
        let divided = self.line_ends > 1;
        if !tag.closing {
            // A paragraph ends where a block begins, as in a browser.
            self.close_paragraph();
        }
        self.end_run(divided);
        if tag.closing {
            self.close(&tag.name);
        } else if tag.name == "hr" || tag.name == "col" || tag.raw.ends_with("/>") {
            self.written.push_str(tag.raw);
            self.written.push('\n');
        } else if matches!(tag.name.as_str(), "pre" | "script" | "style" | "svg" | "textarea" | "math") {
            self.copy(tag, all);
        } else {
            self.open(tag);
        }
    }

    fn open(&mut self, tag: &Tag) {
        let repeats = matches!(tag.name.as_str(), "li" | "td" | "th" | "tr" | "dd" | "dt");
        if repeats && self.open.last().is_some_and(|element| element.name == tag.name) {
            self.close(&tag.name);
        }
        self.written.push_str(tag.raw);
        if self.open.len() < MAX_DEPTH {
            self.open.push(Element { name: tag.name.clone(), content: content_of(&tag.name), divided: false });
        }
    }

    /// Closes the innermost element of that name and all inside of it; a closing tag of nothing is dropped.
    fn close(&mut self, name: &str) {
        let Some(position) = self.open.iter().rposition(|element| element.name == name) else { return };
        for element in self.open.drain(position..).rev() {
            self.written.push_str(&format!("</{}>\n", element.name));
        }
    }

    fn close_paragraph(&mut self) {
        if self.open.last().is_some_and(|element| element.name == "p") {
            self.end_run(false);
            self.close("p");
        }
    }

    /// Copies an element whose line ends are its own, up to its end.
    fn copy(&mut self, tag: &Tag, all: &mut Pieces) {
        self.written.push_str(tag.raw);
        for piece in all {
            match piece {
                Piece::Text(text) => self.written.push_str(text),
                Piece::Comment(comment) => self.written.push_str(comment),
                Piece::Tag(inner) => {
                    self.written.push_str(inner.raw);
                    if inner.closing && inner.name == tag.name {
                        break;
                    }
                }
            }
        }
        self.written.push('\n');
    }

    /// Writes the run, in a paragraph where its place asks for one.
    fn end_run(&mut self, divided: bool) {
        let run = std::mem::take(&mut self.run);
        let visible = std::mem::take(&mut self.visible);
        self.line_ends = 0;
        let run = run.trim();
        if run.is_empty() {
            return;
        }
        let wrap = visible
            && match self.open.last_mut() {
                None => true,
                Some(element) => {
                    element.divided |= divided;
                    element.content == Content::Paragraphs || (element.content == Content::Flow && element.divided)
                }
            };
        if wrap {
            self.written.push_str(&format!("<p>{run}</p>\n"));
        } else {
            self.written.push_str(run);
        }
    }
}

fn content_of(name: &str) -> Content {
    match name {
        "blockquote" | "body" | "html" => Content::Paragraphs,
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dt" | "summary" | "caption" | "legend" | "figcaption" => {
            Content::Phrases
        }
        "table" | "thead" | "tbody" | "tfoot" | "tr" | "colgroup" | "ul" | "ol" | "dl" | "menu" | "hgroup"
        | "select" | "map" | "figure" => Content::Structure,
        _ => Content::Flow,
    }
}
