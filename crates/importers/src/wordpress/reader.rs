//! The stream of records.

use std::collections::VecDeque;
use std::io::{self, Cursor, Read};

use encoding_rs::Encoding;
use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};

use super::dates::SiteClock;
use super::item::RawItem;
use super::record::{Author, Category, Record, Site, Tag, Term};
use super::scanner::{Scanner, Tag as XmlTag, TagKind};
use super::text::{filled, login, plain_text, slug};
use super::{MAX_SHORT_BYTES, MAX_TEXT_BYTES};

/// How far into the file its XML declaration is looked for.
const DECLARATION_BYTES: u64 = 256;

/// Why an export cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum WxrError {
    #[error("the file could not be read to its end: {0}")]
    Read(#[from] io::Error),
    #[error(
        "this is not a WordPress export: it has no <rss> or <channel>. Export in WordPress under Tools → Export and give the .xml file, unpacked"
    )]
    NotWordPress,
}

/// What is known of the file when its records have been read.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// The file came to its proper end; false for a file that was cut off.
    pub complete: bool,
    /// Texts that were longer than allowed and lost their end.
    pub truncated: u64,
    /// Texts in which bytes that are no characters were replaced by U+FFFD.
    pub replaced: u64,
    /// Places where the XML was broken and could be mended.
    pub repaired: u64,
}

type Decoded<R> = DecodeReaderBytes<io::Chain<Cursor<Vec<u8>>, R>, Vec<u8>>;

/// Reads the records of an export one by one.
///
/// ```
/// use importers::wordpress::{Record, WxrReader};
///
/// let file = b"<rss><channel><title>My site</title></channel></rss>";
/// let records = WxrReader::new(&file[..])?.collect::<Result<Vec<_>, _>>()?;
/// assert!(matches!(&records[..], [Record::Site(site)] if site.title == "My site"));
/// # Ok::<(), importers::wordpress::WxrError>(())
/// ```
pub struct WxrReader<R: Read> {
    scanner: Scanner<Decoded<R>>,
    clock: SiteClock,
    site: Option<Site>,
    waiting: VecDeque<Record>,
    custom_types: Vec<String>,
    recognised: bool,
    complete: bool,
    ended: bool,
}

impl<R: Read> WxrReader<R> {
    /// Begins to read; the encoding the file declares is decoded.
    pub fn new(mut reader: R) -> Result<Self, WxrError> {
        let mut beginning = Vec::new();
        reader.by_ref().take(DECLARATION_BYTES).read_to_end(&mut beginning)?;
        let encoding = declared_encoding(&beginning);
        let decoded = DecodeReaderBytesBuilder::new()
            .encoding(encoding)
            .bom_override(true)
            .strip_bom(true)
            .build(Cursor::new(beginning).chain(reader));
        Ok(Self {
            scanner: Scanner::new(decoded),
            clock: SiteClock::default(),
            site: Some(Site::default()),
            waiting: VecDeque::new(),
            custom_types: Vec::new(),
            recognised: false,
            complete: false,
            ended: false,
        })
    }

    /// Has items of these custom types carried, which otherwise come out as skipped.
    #[must_use]
    pub fn carrying(mut self, custom_types: &[&str]) -> Self {
        self.custom_types = custom_types.iter().map(ToString::to_string).collect();
        self
    }

    /// What had to be mended so far, and whether the end was met.
    pub fn summary(&self) -> Summary {
        let mended = self.scanner.mended;
        Summary {
            complete: self.complete,
            truncated: mended.truncated,
            replaced: mended.replaced,
            repaired: mended.repaired,
        }
    }

    fn advance(&mut self) -> Result<Option<Record>, WxrError> {
        loop {
            if let Some(record) = self.waiting.pop_front() {
                return Ok(Some(record));
            }
            let Some(tag) = self.scanner.next_tag()? else {
                self.ended = true;
                if !self.recognised {
                    return Err(WxrError::NotWordPress);
                }
                self.release_site();
                return Ok(self.waiting.pop_front());
            };
            self.take(&tag)?;
        }
    }

    fn take(&mut self, tag: &XmlTag) -> Result<(), WxrError> {
        match (tag.kind, tag.name.as_str()) {
            (TagKind::Open, "rss" | "channel") => self.recognised = true,
            (TagKind::Close, "channel" | "rss") => {
                self.complete = true;
                self.release_site();
            }
            (TagKind::Open, "item") => {
                self.release_site();
                let item = RawItem::read(&mut self.scanner)?;
                self.waiting.push_back(item.into_record(&mut self.clock, &self.custom_types));
            }
            (TagKind::Open, "wp:author" | "wp:category" | "wp:tag" | "wp:term") => {
                self.release_site();
                let group = Group::read(&mut self.scanner, &tag.name, GROUP_FIELDS)?;
                self.waiting.extend(group.into_record(&tag.name));
            }
            (TagKind::Open, _) => self.take_site_field(tag)?,
            _ => {}
        }
        Ok(())
    }

    fn take_site_field(&mut self, tag: &XmlTag) -> Result<(), WxrError> {
        let Some(site) = &mut self.site else { return Ok(()) };
        let field = match tag.name.as_str() {
            "title" => &mut site.title,
            "description" => &mut site.description,
            "language" => &mut site.language,
            "wp:wxr_version" => &mut site.wxr_version,
            "wp:base_blog_url" => &mut site.base_url,
            // The channel's link says the same, in case the export has no base_blog_url.
            "link" if site.base_url.is_empty() => &mut site.base_url,
            _ => return Ok(()),
        };
        // A channel's image has a title and a link of its own, which come later.
        if field.is_empty() || tag.name == "wp:base_blog_url" {
            *field = plain_text(&self.scanner.field(tag, MAX_SHORT_BYTES)?);
        }
        Ok(())
    }

    fn release_site(&mut self) {
        self.waiting.extend(self.site.take().map(Record::Site));
    }
}

impl<R: Read> Iterator for WxrReader<R> {
    type Item = Result<Record, WxrError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended && self.waiting.is_empty() {
            return None;
        }
        let outcome = self.advance().transpose();
        self.ended |= matches!(outcome, Some(Err(_)));
        outcome
    }
}

/// The encoding named in the XML declaration, if it is one in which such a declaration can be read at all.
fn declared_encoding(beginning: &[u8]) -> Option<&'static Encoding> {
    let text = String::from_utf8_lossy(beginning);
    let (declaration, _) = text.trim_start().strip_prefix("<?xml")?.split_once("?>")?;
    let after = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let label = after.trim_start_matches(['"', '\'']).split(['"', '\'']).next()?;
    Encoding::for_label(label.as_bytes())
        .filter(|encoding| encoding.is_ascii_compatible() && *encoding != encoding_rs::UTF_8)
}

/// The fields of an author, a category, a tag or a term.
const GROUP_FIELDS: &[&str] = &[
    "wp:author_id",
    "wp:author_login",
    "wp:author_email",
    "wp:author_display_name",
    "wp:author_first_name",
    "wp:author_last_name",
    "wp:term_id",
    "wp:category_nicename",
    "wp:category_parent",
    "wp:cat_name",
    "wp:category_description",
    "wp:tag_slug",
    "wp:tag_name",
    "wp:tag_description",
    "wp:term_taxonomy",
    "wp:term_slug",
    "wp:term_parent",
    "wp:term_name",
    "wp:term_description",
];

/// The texts of an element's children.
pub(super) struct Group(Vec<(String, String)>);

impl Group {
    /// Reads the children that are wanted, up to the group's end or to where it must have ended.
    pub(super) fn read<S: Read>(scanner: &mut Scanner<S>, name: &str, wanted: &[&str]) -> io::Result<Self> {
        let mut fields = Vec::new();
        while let Some(tag) = scanner.next_tag()? {
            let outer = matches!(tag.name.as_str(), "item" | "channel" | "rss");
            if tag.kind == TagKind::Close && tag.name == name {
                break;
            }
            if outer || tag.name == name {
                scanner.unread(tag);
                break;
            }
            if tag.kind == TagKind::Open && wanted.contains(&tag.name.as_str()) && fields.len() < wanted.len() {
                let text = scanner.field(&tag, MAX_TEXT_BYTES)?;
                fields.push((tag.name, text));
            }
        }
        Ok(Self(fields))
    }

    /// A child's text, empty where there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, text)| text.trim())
    }

    fn short(&self, name: &str) -> String {
        plain_text(self.get(name))
    }

    fn into_record(self, name: &str) -> Option<Record> {
        let wordpress_id = self.get("wp:term_id").parse().ok();
        let record = match name {
            "wp:author" => Record::Author(Author {
                wordpress_id: self.get("wp:author_id").parse().ok(),
                login: login(self.get("wp:author_login")),
                email: self.get("wp:author_email").to_owned(),
                display_name: self.short("wp:author_display_name"),
                first_name: self.short("wp:author_first_name"),
                last_name: self.short("wp:author_last_name"),
            }),
            "wp:category" => Record::Category(Category {
                wordpress_id,
                nicename: slug(self.get("wp:category_nicename")),
                parent_nicename: filled(&slug(self.get("wp:category_parent"))),
                name: self.short("wp:cat_name"),
                description: self.get("wp:category_description").to_owned(),
            }),
            "wp:tag" => Record::Tag(Tag {
                wordpress_id,
                slug: slug(self.get("wp:tag_slug")),
                name: self.short("wp:tag_name"),
                description: self.get("wp:tag_description").to_owned(),
            }),
            "wp:term" => Record::Term(Term {
                wordpress_id,
                taxonomy: self.get("wp:term_taxonomy").to_owned(),
                slug: slug(self.get("wp:term_slug")),
                parent: filled(&slug(self.get("wp:term_parent"))),
                name: self.short("wp:term_name"),
                description: self.get("wp:term_description").to_owned(),
            }),
            _ => return None,
        };
        Some(record)
    }
}
