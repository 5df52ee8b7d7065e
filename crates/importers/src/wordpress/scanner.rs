//! Finds tags and field texts in a WXR file, also where the file is not XML.
//!
//! An XML parser buffers each text whole and stops at the first fault. Exports in the wild have texts of any size, control
//! characters, CDATA sections that end too early or never, and unescaped markup. This scanner keeps at most an allowance
//! of each text, and reads a field up to its own closing tag whatever stands in between. Entities are never expanded
//! beyond XML's own five and numbers, so a document type declaration cannot make a text grow.

use std::io::{self, Read};

use memchr::memmem;

use super::source::{Source, Taken};
use super::text;

/// The longest tag that is understood; nothing in WXR needs more than a category's two attributes.
const MAX_TAG_BYTES: usize = 16 * 1024;
/// How often the end of an unclosed CDATA section is looked for; each search may read a whole field twice.
const MAX_RECOVERIES: usize = 100;

/// What a tag does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TagKind {
    Open,
    Close,
    Empty,
}

/// A tag of the WXR vocabulary or any other.
#[derive(Debug)]
pub(super) struct Tag {
    pub(super) kind: TagKind,
    pub(super) name: String,
    attributes: String,
}

impl Tag {
    /// The value of an attribute with its entities decoded.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let mut rest = self.attributes.as_str();
        while let Some((key, after)) = rest.split_once('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
            let (value, next) = after[1..].split_once(quote)?;
            if key.trim() == name {
                return Some(text::decode_xml(value));
            }
            rest = next;
        }
        None
    }
}

/// What had to be mended while reading.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Mended {
    pub(super) truncated: u64,
    pub(super) replaced: u64,
    pub(super) repaired: u64,
}

/// Reads tags and the texts of fields.
pub(super) struct Scanner<R> {
    source: Source<R>,
    unread: Option<Tag>,
    recoveries: usize,
    pub(super) mended: Mended,
}

enum Segment {
    Plain(Vec<u8>),
    Cdata(Vec<u8>),
}

impl<R: Read> Scanner<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { source: Source::new(reader), unread: None, recoveries: 0, mended: Mended::default() }
    }

    /// Gives a tag back, to be the next one.
    pub(super) fn unread(&mut self, tag: Tag) {
        self.unread = Some(tag);
    }

    /// The next tag; texts, comments, declarations and CDATA sections before it are passed over.
    pub(super) fn next_tag(&mut self) -> io::Result<Option<Tag>> {
        if let Some(tag) = self.unread.take() {
            return Ok(Some(tag));
        }
        while self.source.skip_until(b"<")? {
            let ahead = self.source.peek(8)?;
            if ahead.starts_with(b"![CDATA[") {
                self.source.skip_until(b"]]>")?;
            } else if ahead.starts_with(b"!--") {
                self.source.skip_until(b"-->")?;
            } else if ahead.starts_with(b"?") {
                self.source.skip_until(b"?>")?;
            } else if ahead.starts_with(b"!") {
                self.skip_declaration()?;
            } else if matches!(ahead, [b'/', next, ..] | [next, ..] if next.is_ascii_alphabetic())
                && let Some(tag) = self.tag()?
            {
                return Ok(Some(tag));
            }
        }
        Ok(None)
    }

    /// Passes over a document type declaration with all the entities it may define.
    fn skip_declaration(&mut self) -> io::Result<()> {
        let mut declaration = Vec::new();
        let taken = self.source.take_until(b">", &mut declaration, MAX_TAG_BYTES)?;
        if taken == Taken::Found && declaration.contains(&b'[') && !declaration.ends_with(b"]") {
            self.source.skip_until(b"]>")?;
        }
        Ok(())
    }

    fn tag(&mut self) -> io::Result<Option<Tag>> {
        let mut bytes = Vec::new();
        if self.source.take_until(b">", &mut bytes, MAX_TAG_BYTES)? != Taken::Found {
            return Ok(None);
        }
        let raw = String::from_utf8_lossy(&bytes);
        let (kind, inner) = if let Some(inner) = raw.strip_prefix('/') {
            (TagKind::Close, inner)
        } else if let Some(inner) = raw.strip_suffix('/') {
            (TagKind::Empty, inner)
        } else {
            (TagKind::Open, raw.as_ref())
        };
        let (name, attributes) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        Ok(Some(Tag { kind, name: name.to_owned(), attributes: attributes.to_owned() }))
    }

    /// The text of the field that `tag` opened, at most `allowed` bytes of it; its closing tag is consumed.
    pub(super) fn field(&mut self, tag: &Tag, allowed: usize) -> io::Result<String> {
        if tag.kind != TagKind::Open {
            return Ok(String::new());
        }
        let segments = self.segments(&tag.name, allowed)?;
        let mut joined = String::new();
        let has_cdata = segments.iter().any(|segment| matches!(segment, Segment::Cdata(_)));
        for (position, segment) in segments.iter().enumerate() {
            match segment {
                Segment::Cdata(bytes) => joined.push_str(&self.decode(bytes)),
                Segment::Plain(bytes) if has_cdata && bytes.trim_ascii().is_empty() => {}
                Segment::Plain(bytes) => match bytes.trim_ascii_end().strip_suffix(b"]]>") {
                    // A CDATA section that ended too early: the text itself held "]]>", the real end comes last.
                    Some(rest) if position > 0 => {
                        self.mended.repaired += 1;
                        joined.push_str("]]>");
                        joined.push_str(&self.decode(rest));
                    }
                    _ => joined.push_str(&text::decode_xml(&self.decode(bytes))),
                },
            }
        }
        Ok(text::without_control_characters(joined))
    }

    fn segments(&mut self, name: &str, allowed: usize) -> io::Result<Vec<Segment>> {
        let mut segments = Vec::new();
        let mut plain = Vec::new();
        let mut left = allowed;
        let mut over = false;
        loop {
            let taken = self.source.take_until(b"<", &mut plain, left)?;
            if taken == Taken::Full {
                self.mended.truncated += u64::from(!over);
                over = true;
                // What is over the allowance is passed over up to the next tag.
                if !self.source.skip_until(b"<")? {
                    break;
                }
            } else if taken == Taken::Ended {
                break;
            }
            let ahead = self.source.peek(name.len() + 16)?;
            if ahead.starts_with(b"![CDATA[") {
                self.source.skip(8);
                left = left.saturating_sub(plain.len());
                segments.push(Segment::Plain(std::mem::take(&mut plain)));
                let (cdata, closed) = self.cdata(name, left)?;
                left -= cdata.len().min(left);
                segments.push(Segment::Cdata(cdata));
                if closed {
                    return Ok(segments);
                }
            } else if closes(ahead, name) {
                self.source.skip_until(b">")?;
                break;
            } else if ends_field(ahead) {
                self.mended.repaired += 1;
                self.source.push_back(b"<");
                break;
            } else if plain.len() < left {
                plain.push(b'<');
            }
        }
        segments.push(Segment::Plain(plain));
        Ok(segments)
    }

    /// A CDATA section's content, and whether the field was found to end inside it.
    fn cdata(&mut self, name: &str, allowed: usize) -> io::Result<(Vec<u8>, bool)> {
        let mut cdata = Vec::new();
        let taken = self.source.take_until(b"]]>", &mut cdata, allowed)?;
        let close = format!("</{name}>");
        let properly_closed = taken == Taken::Found && {
            let ahead = self.source.peek(close.len() + 32)?.trim_ascii_start();
            ahead.starts_with(close.as_bytes()) || ahead.starts_with(b"<![CDATA[")
        };
        if !properly_closed
            && self.recoveries < MAX_RECOVERIES
            && let Some(end) = memmem::find(&cdata, close.as_bytes())
        {
            self.recoveries += 1;
            self.mended.repaired += 1;
            if taken == Taken::Found {
                self.source.push_back(b"]]>");
            }
            self.source.push_back(&cdata[end + close.len()..]);
            cdata.truncate(end);
            return Ok((cdata, true));
        }
        if taken == Taken::Full {
            self.mended.truncated += 1;
            self.source.skip_until(b"]]>")?;
        }
        Ok((cdata, false))
    }

    fn decode(&mut self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes);
        if matches!(text, std::borrow::Cow::Owned(_)) {
            self.mended.replaced += 1;
        }
        text.into_owned()
    }
}

fn closes(ahead: &[u8], name: &str) -> bool {
    ahead
        .strip_prefix(b"/")
        .and_then(|rest| rest.strip_prefix(name.as_bytes()))
        .is_some_and(|rest| rest.first().is_some_and(|next| *next == b'>' || next.is_ascii_whitespace()))
}

/// Whether a tag can only stand outside of any field, so that a field without a closing tag ends here.
fn ends_field(ahead: &[u8]) -> bool {
    [&b"/item>"[..], b"item>", b"/channel>", b"wp:", b"/wp:"].iter().any(|tag| ahead.starts_with(tag))
}

#[cfg(test)]
mod tests;
