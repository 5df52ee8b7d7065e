//! A line of text compared word by word. A word counts with the formatting it has, so that a word made bold is a change.

use std::rc::Rc;
use std::time::Instant;

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use super::markup::Node;

/// Lines with more pieces are shown as removed and added whole.
const LONGEST: usize = 8000;

/// The elements around a piece, outermost first: opening tag and name.
type Around = Rc<Vec<(String, String)>>;

/// A word, a space, a mark or a picture.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Piece {
    html: String,
    around: Around,
}

/// The markup of the line that `old` became, with what was removed in `del` and what was added in `ins`.
pub fn compare(old: &[&Node], new: &[&Node], deadline: Instant) -> String {
    let (old, new) = (pieces(old), pieces(new));
    let mut line = Line::default();
    if old.len() > LONGEST || new.len() > LONGEST {
        line.push_all("del", &old);
        line.push_all("ins", &new);
        return line.finish();
    }
    for op in capture_diff_slices_deadline(Algorithm::Myers, &old, &new, Some(deadline)) {
        match op {
            DiffOp::Equal { new_index, len, .. } => line.push_all("", &new[new_index..new_index + len]),
            DiffOp::Delete { old_index, old_len, .. } => line.push_all("del", &old[old_index..old_index + old_len]),
            DiffOp::Insert { new_index, new_len, .. } => line.push_all("ins", &new[new_index..new_index + new_len]),
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                line.push_all("del", &old[old_index..old_index + old_len]);
                line.push_all("ins", &new[new_index..new_index + new_len]);
            }
        }
    }
    line.finish()
}

fn pieces(nodes: &[&Node]) -> Vec<Piece> {
    let mut found = Vec::new();
    for node in nodes {
        take_apart(node, &Around::default(), &mut found);
    }
    found
}

fn take_apart(node: &Node, around: &Around, found: &mut Vec<Piece>) {
    match node {
        Node::Text(text) => {
            found.extend(words(text).map(|word| Piece { html: word.to_owned(), around: Rc::clone(around) }));
        }
        Node::Element(element) if element.is_whole() || element.is_void() => {
            let mut html = String::new();
            node.write(&mut html);
            found.push(Piece { html, around: Rc::clone(around) });
        }
        Node::Element(element) => {
            let mut deeper = around.as_ref().clone();
            deeper.push((element.open.clone(), element.name.clone()));
            let deeper = Rc::new(deeper);
            element.children.iter().for_each(|child| take_apart(child, &deeper, found));
        }
    }
}

/// Words, runs of white space, and every other character alone; an entity is one character.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let length = if first == '&' {
            rest.find(';').filter(|end| *end < 12).map_or(1, |end| end + 1)
        } else {
            let class = class_of(first);
            match class {
                Class::Alone => first.len_utf8(),
                _ => rest.find(|character| class_of(character) != class).unwrap_or(rest.len()),
            }
        };
        let (word, after) = rest.split_at(length);
        rest = after;
        Some(word)
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    Space,
    Alone,
}

fn class_of(character: char) -> Class {
    if character.is_whitespace() {
        Class::Space
    } else if character.is_alphanumeric() && !is_written_without_spaces(character) {
        Class::Word
    } else {
        Class::Alone
    }
}

/// Thai, Chinese and Japanese have no spaces between words.
fn is_written_without_spaces(character: char) -> bool {
    matches!(character, '\u{0e00}'..='\u{0eff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

/// Writes pieces, those of one mark and formatting together.
#[derive(Default)]
struct Line {
    html: String,
    /// The mark and formatting of what is being written.
    current: Option<(&'static str, Around)>,
}

impl Line {
    fn push_all(&mut self, mark: &'static str, pieces: &[Piece]) {
        for piece in pieces {
            let is_same =
                self.current.as_ref().is_some_and(|(current, around)| *current == mark && *around == piece.around);
            if !is_same {
                self.close();
                self.open(mark, &piece.around);
            }
            self.html.push_str(&piece.html);
        }
    }

    fn open(&mut self, mark: &'static str, around: &Around) {
        if !mark.is_empty() {
            self.html.push_str(&format!("<{mark}>"));
        }
        around.iter().for_each(|(open, _)| self.html.push_str(open));
        self.current = Some((mark, Rc::clone(around)));
    }

    fn close(&mut self) {
        let Some((mark, around)) = self.current.take() else { return };
        around.iter().rev().for_each(|(_, name)| self.html.push_str(&format!("</{name}>")));
        if !mark.is_empty() {
            self.html.push_str(&format!("</{mark}>"));
        }
    }

    fn finish(mut self) -> String {
        self.close();
        self.html
    }
}
