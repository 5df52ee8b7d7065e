//! What differs between two bodies, block by block and within a block word by word, as valid markup.
//!
//! Whatever stands in the result was sanitized: bodies pass the sanitizer once more before they are taken apart.

mod align;
mod blocks;
mod inline;
mod markup;

use std::time::{Duration, Instant};

use crate::html::CleanHtml;
use align::align;

/// How long words are compared; what is left then is shown as removed and added whole.
const LONGEST: Duration = Duration::from_millis(400);

/// How a block of the comparison came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Same,
    Changed,
    Added,
    Removed,
}

/// A block at the top level of the bodies, with what was removed and added marked by `del` and `ins`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub kind: Kind,
    pub html: String,
}

/// Compares two bodies. The blocks that are not [`Kind::Same`], counted from 0, are the changes.
pub fn compare(old: &str, new: &str) -> Vec<Block> {
    let deadline = Instant::now() + LONGEST;
    let (old, new) = (CleanHtml::from_untrusted(old), CleanHtml::from_untrusted(new));
    let (old, new) = (markup::split(old.as_str()), markup::split(new.as_str()));
    let block = |pair: (Option<usize>, Option<usize>)| {
        let (old, new) = (pair.0.map_or("", |index| old[index]), pair.1.map_or("", |index| new[index]));
        let kind = kind_of(pair, old, new);
        let html = match kind {
            Kind::Same => new.to_owned(),
            _ => blocks::compare(&markup::parse(old), &markup::parse(new), deadline),
        };
        Block { kind, html }
    };
    align(&old, &new, None).into_iter().map(block).collect()
}

/// The new body with one change of the comparison taken back; `None` when there is no such change.
pub fn with_change_undone(old: &str, new: &str, number: usize) -> Option<String> {
    let (old, new) = (CleanHtml::from_untrusted(old), CleanHtml::from_untrusted(new));
    let (old, new) = (markup::split(old.as_str()), markup::split(new.as_str()));
    let mut changes = 0;
    let mut body = String::new();
    for pair in align(&old, &new, None) {
        let (before, after) = (pair.0.map_or("", |index| old[index]), pair.1.map_or("", |index| new[index]));
        let is_change = kind_of(pair, before, after) != Kind::Same;
        body.push_str(if is_change && changes == number { before } else { after });
        changes += usize::from(is_change);
    }
    (number < changes).then_some(body)
}

/// Compares two lines of plain text.
pub fn compare_text(old: &str, new: &str) -> Block {
    let (old_node, new_node) = (markup::text_node(old), markup::text_node(new));
    let html = inline::compare(&[&old_node], &[&new_node], Instant::now() + LONGEST);
    Block { kind: if old == new { Kind::Same } else { Kind::Changed }, html }
}

fn kind_of(pair: (Option<usize>, Option<usize>), old: &str, new: &str) -> Kind {
    match pair {
        (Some(_), Some(_)) if old.trim() == new.trim() => Kind::Same,
        (Some(_), Some(_)) => Kind::Changed,
        (None, _) => Kind::Added,
        (_, None) => Kind::Removed,
    }
}

#[cfg(test)]
mod tests;
