//! The block editor keeps each block between two comments: `<!-- wp:name {…} -->` and `<!-- /wp:name -->`.

use super::markup::{Piece, pieces};
use super::{Body, classic, marked_up};

/// Blocks that are nothing but a place for something else, so nothing is lost without them.
const EMPTY: &[&str] = &["more", "nextpage", "spacer", "separator"];

enum Delimiter<'a> {
    Open(&'a str),
    Close,
    /// A block without content of its own: the server makes it when the page is shown.
    Dynamic(&'a str),
}

/// Whether a body was written in the block editor.
pub(super) fn has_blocks(content: &str) -> bool {
    content.contains("<!-- wp:")
}

/// Makes HTML of a body with blocks; what stands outside of them is writing of the editor before.
pub(super) fn render(content: &str, body: &mut Body) -> String {
    let mut html = String::with_capacity(content.len());
    let mut part = String::new();
    let mut name = "";
    let mut depth = 0_usize;
    for piece in pieces(content) {
        match piece {
            Piece::Text(text) => part.push_str(text),
            Piece::Tag(tag) => part.push_str(tag.raw),
            Piece::Comment(comment) => match delimiter(comment) {
                Some(Delimiter::Open(opened)) => {
                    if depth == 0 {
                        finish("freeform", &mut part, &mut html, body);
                        name = opened;
                    }
                    depth += 1;
                }
                Some(Delimiter::Close) if depth == 1 => {
                    depth = 0;
                    finish(name, &mut part, &mut html, body);
                }
                Some(Delimiter::Close) => depth = depth.saturating_sub(1),
                Some(Delimiter::Dynamic(name)) if EMPTY.contains(&name) => {}
                Some(Delimiter::Dynamic(name)) => body.note(format!("block {name}")),
                None => part.push_str(page_break(comment)),
            },
        }
    }
    finish(if depth == 0 { "freeform" } else { name }, &mut part, &mut html, body);
    html
}

fn finish(name: &str, part: &mut String, html: &mut String, body: &mut Body) {
    let text = std::mem::take(part);
    if text.trim().is_empty() {
        return;
    }
    let rendered = if matches!(name, "freeform" | "shortcode") { classic(&text, body) } else { marked_up(&text, body) };
    html.push_str(rendered.trim());
    html.push('\n');
}

fn delimiter(comment: &str) -> Option<Delimiter<'_>> {
    let inner = comment.strip_prefix("<!--")?.strip_suffix("-->")?.trim();
    if inner.starts_with("/wp:") {
        return Some(Delimiter::Close);
    }
    let inner = inner.strip_prefix("wp:")?;
    let name = inner.split([' ', '\n', '\t', '/']).next()?;
    // A plugin's block has its maker before the name: "maker/name".
    let end = inner.find(char::is_whitespace).unwrap_or(inner.len());
    let name = inner.get(..end).filter(|whole| !whole.ends_with('/')).unwrap_or(name);
    Some(if inner.ends_with('/') { Delimiter::Dynamic(name) } else { Delimiter::Open(name) })
}

/// What is left of a comment: a page break becomes a line, any other nothing.
pub(super) fn page_break(comment: &str) -> &'static str {
    if comment.trim_start_matches("<!--").trim_start().starts_with("nextpage") { "<hr>" } else { "" }
}
