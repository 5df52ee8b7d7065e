//! Shortcodes: words in square brackets that WordPress replaces when it shows a text.
//!
//! WordPress only knows those that are registered and shows any other brackets as they are written. So does this: a
//! list of what core and common plugins register is executed or removed, and `[sic]` stays.

use super::media::{self, Shortcode};
use super::stash::Stash;
use super::{Body, embeds, markup};
use markup::{Piece, pieces};

/// The longest opening shortcode that is understood.
const MAX_SHORTCODE_BYTES: usize = 8 * 1024;
/// How deep shortcodes are looked for inside of captions.
const MAX_DEPTH: usize = 3;

/// Replaces all known shortcodes; blocks they become are kept in the stash.
pub(super) fn expand(content: &str, body: &mut Body, stash: &mut Stash) -> String {
    Expansion { content, body, stash, unclosed: Vec::new(), depth: 0 }.run()
}

struct Expansion<'a> {
    content: &'a str,
    body: &'a mut Body,
    stash: &'a mut Stash,
    /// Names whose closing shortcode does not come any more, so that it is looked for once only.
    unclosed: Vec<String>,
    depth: usize,
}

impl Expansion<'_> {
    fn run(mut self) -> String {
        let content = self.content;
        let mut expanded = String::with_capacity(content.len());
        let mut all = pieces(content);
        let mut from = 0;
        while let Some(piece) = all.next() {
            let Piece::Text(text) = piece else { continue };
            let piece_begins = all.offset() - text.len();
            let mut looked = 0;
            while let Some(at) = text[looked..].find('[').map(|at| at + looked) {
                let start = piece_begins + at;
                if let Some((replacement, end)) = self.replace(start) {
                    expanded.push_str(&content[from..start]);
                    expanded.push_str(&replacement);
                    from = end;
                    all.jump(end);
                    break;
                }
                looked = at + 1;
            }
        }
        expanded.push_str(content.get(from..).unwrap_or_default());
        expanded
    }

    /// What stands for the shortcode at `start`, and where the text goes on; none if it is not one.
    fn replace(&mut self, start: usize) -> Option<(String, usize)> {
        let content = self.content;
        let text = &content[start..];
        let escaped = text.starts_with("[[");
        let open = if escaped { &text[1..] } else { text };
        let (shortcode, length) = opening(open)?;
        let inner_begins = start + usize::from(escaped) + length;
        if escaped {
            return self.unescape(&shortcode.name, start, inner_begins);
        }
        if shortcode.closing {
            return Some((String::new(), inner_begins));
        }
        let inner_ends = if media::encloses(&shortcode) { self.closing(&shortcode.name, inner_begins) } else { None };
        let inner = inner_ends.map(|end| &content[inner_begins..end]);
        let goes_on = inner_ends.map_or(inner_begins, |end| end + shortcode.name.len() + 3);
        Some((self.render(&shortcode, inner), goes_on))
    }

    /// `[[name]]` is how a shortcode is written about: it is shown with one pair of brackets.
    fn unescape(&mut self, name: &str, start: usize, after: usize) -> Option<(String, usize)> {
        let content = self.content;
        let end = if content[after..].starts_with(']') {
            after
        } else {
            let closing = self.closing(name, after)? + name.len() + 3;
            content[closing..].starts_with(']').then_some(closing)?
        };
        Some((content[start + 1..end].to_owned(), end + 1))
    }

    /// Where the shortcode that closes `name` begins.
    fn closing(&mut self, name: &str, from: usize) -> Option<usize> {
        if self.unclosed.iter().any(|known| known == name) {
            return None;
        }
        let found = self.content[from..].find(&format!("[/{name}]"));
        if found.is_none() {
            self.unclosed.push(name.to_owned());
        }
        found.map(|at| at + from)
    }

    fn render(&mut self, shortcode: &Shortcode, inner: Option<&str>) -> String {
        let inner = inner
            .map(|inner| if shortcode.name.ends_with("caption") { self.expand_inner(inner) } else { inner.to_owned() });
        let inner = inner.unwrap_or_default();
        match media::render(shortcode, &inner, self.body) {
            media::Rendered::Block(markup) => self.stash.keep(markup),
            media::Rendered::Inline(text) => text,
            media::Rendered::Address(address) => match embeds::embed(&address).filter(|_| self.depth == 0) {
                Some(figure) => self.stash.keep(figure),
                None => embeds::link(&address),
            },
            media::Rendered::NotCarried => {
                self.body.note(format!("shortcode {}", shortcode.name));
                inner
            }
        }
    }

    fn expand_inner(&mut self, inner: &str) -> String {
        if self.depth >= MAX_DEPTH {
            return inner.to_owned();
        }
        let inner = Expansion {
            content: inner,
            body: self.body,
            stash: self.stash,
            unclosed: Vec::new(),
            depth: self.depth + 1,
        };
        inner.run()
    }
}

/// A known shortcode at the beginning of a text, and its length.
fn opening(text: &str) -> Option<(Shortcode, usize)> {
    let after = text.strip_prefix('[')?;
    let closing = after.starts_with('/');
    let after = after.strip_prefix('/').unwrap_or(after);
    let is_name = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
    let name = &after[..after.find(|character| !is_name(character)).unwrap_or(after.len())];
    let next = after[name.len()..].chars().next()?;
    if !media::is_known(name) || !(next.is_whitespace() || matches!(next, ']' | '/' | '=')) {
        return None;
    }
    let end = after.bytes().take(MAX_SHORTCODE_BYTES).position(|byte| byte == b']')?;
    let attributes = media::attributes(&after[name.len()..end]);
    let length = text.len() - after.len() + end + 1;
    Some((Shortcode { name: name.to_owned(), attributes, closing }, length))
}
