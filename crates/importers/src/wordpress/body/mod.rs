//! Makes HTML of what WordPress keeps as a body.
//!
//! WordPress runs a body through filters each time it is shown: blocks lose their comments, shortcodes become markup,
//! addresses on a line of their own become embeds, blank lines become paragraphs. Here this happens once. What comes out
//! is HTML for the sanitizer, which is the one place that removes scripts, styles and handlers.

mod blocks;
mod embeds;
pub(super) mod gallery;
pub(super) mod markup;
mod media;
mod paragraphs;
mod shortcodes;
mod stash;

use gallery::Gallery;
use stash::Stash;

/// A cleaned body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// HTML that is not sanitized yet; galleries are placeholders for [`super::resolve_galleries`].
    pub html: String,
    /// The galleries in the order of their placeholders.
    pub galleries: Vec<Gallery>,
    /// Shortcodes and blocks that could not be carried, each once, such as `shortcode contact-form-7` or `block latest-posts`.
    pub not_carried: Vec<String>,
}

impl Body {
    fn note(&mut self, what: String) {
        /// A body with more kinds than this is not worth a longer report.
        const MAX_NOTES: usize = 100;
        if self.not_carried.len() < MAX_NOTES && !self.not_carried.contains(&what) {
            self.not_carried.push(what);
        }
    }
}

/// Makes HTML of a body as WordPress keeps it, of the block editor or from before it.
pub fn clean(content: &str) -> Body {
    let mut body = Body::default();
    let content = stash::without_marks(&content.replace("\r\n", "\n").replace('\r', "\n"));
    let html =
        if blocks::has_blocks(&content) { blocks::render(&content, &mut body) } else { classic(&content, &mut body) };
    html.trim().clone_into(&mut body.html);
    body
}

/// Writing of the editor before blocks: paragraphs are blank lines.
fn classic(content: &str, body: &mut Body) -> String {
    let mut stash = Stash::default();
    let expanded = shortcodes::expand(content, body, &mut stash);
    let linked = embeds::link_lone_addresses(&expanded);
    stash.restore(&paragraphs::paragraphs(&linked))
}

/// Writing of the block editor: paragraphs are marked up already.
fn marked_up(content: &str, body: &mut Body) -> String {
    let mut stash = Stash::default();
    let expanded = shortcodes::expand(content, body, &mut stash);
    stash.restore(&embeds::link_lone_addresses(&expanded))
}

#[cfg(test)]
mod tests;
