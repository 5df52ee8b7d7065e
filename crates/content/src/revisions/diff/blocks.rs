//! Blocks compared: elements that stand for each other keep their tags, and what is in them is compared in turn.

use std::time::Instant;

use super::align::align;
use super::inline;
use super::markup::{Element, Node};

/// What stands beside each other in an element: a block, or a line of text and inline elements.
enum Part<'a> {
    Element(&'a Element),
    Line(Vec<&'a Node>),
}

impl<'a> Part<'a> {
    fn html(&self) -> String {
        let mut html = String::new();
        match self {
            // Written through the node would need a copy of it.
            Part::Element(element) => {
                html.push_str(&element.open);
                element.children.iter().for_each(|child| child.write(&mut html));
            }
            Part::Line(nodes) => nodes.iter().for_each(|node| node.write(&mut html)),
        }
        html
    }

    fn all(nodes: &'a [Node]) -> Vec<Self> {
        let mut parts: Vec<Self> = Vec::new();
        for node in nodes {
            match (node, parts.last_mut()) {
                (node, Some(Part::Line(line))) if node.is_inline() => line.push(node),
                (node, _) if node.is_blank() => {}
                (Node::Element(element), _) if !node.is_inline() => parts.push(Part::Element(element)),
                (node, _) => parts.push(Part::Line(vec![node])),
            }
        }
        parts
    }
}

/// The markup of what `old` became, with what was removed and added marked.
pub fn compare(old: &[Node], new: &[Node], deadline: Instant) -> String {
    let (old, new) = (Part::all(old), Part::all(new));
    let (old_html, new_html): (Vec<String>, Vec<String>) =
        (old.iter().map(Part::html).collect(), new.iter().map(Part::html).collect());
    let old_keys: Vec<&str> = old_html.iter().map(String::as_str).collect();
    let new_keys: Vec<&str> = new_html.iter().map(String::as_str).collect();
    let mut html = String::new();
    for (before, after) in align(&old_keys, &new_keys, Some(deadline)) {
        let (before, after) = (before.map(|index| &old[index]), after.map(|index| &new[index]));
        html.push_str(&pair(before, after, deadline));
    }
    html
}

fn pair(old: Option<&Part<'_>>, new: Option<&Part<'_>>, deadline: Instant) -> String {
    match (old, new) {
        (Some(Part::Line(old)), Some(Part::Line(new))) => inline::compare(old, new, deadline),
        (Some(Part::Element(old)), Some(Part::Element(new))) if old.name == new.name => {
            let is_same_rule = new.is_void() && old.open == new.open;
            match (is_same_rule, new.is_void()) {
                (true, _) => new.open.clone(),
                (false, true) => format!("<del>{}</del><ins>{}</ins>", old.open, new.open),
                (false, false) => within(new, &compare(&old.children, &new.children, deadline)),
            }
        }
        (Some(old), Some(new)) => alone(old, true, deadline) + &alone(new, false, deadline),
        (Some(old), None) => alone(old, true, deadline),
        (None, Some(new)) => alone(new, false, deadline),
        (None, None) => String::new(),
    }
}

/// A part that was removed or added whole.
fn alone(part: &Part<'_>, is_removed: bool, deadline: Instant) -> String {
    match part {
        Part::Line(nodes) if is_removed => inline::compare(nodes, &[], deadline),
        Part::Line(nodes) => inline::compare(&[], nodes, deadline),
        Part::Element(element) if element.is_void() => {
            let mark = if is_removed { "del" } else { "ins" };
            format!("<{mark}>{}</{mark}>", element.open)
        }
        Part::Element(element) if is_removed => within(element, &compare(&element.children, &[], deadline)),
        Part::Element(element) => within(element, &compare(&[], &element.children, deadline)),
    }
}

fn within(element: &Element, inner: &str) -> String {
    format!("{}{inner}</{}>", element.open, element.name)
}
