//! One `<item>`: read into raw fields, then made into a post, an attachment or a reason why not.

use std::io::{self, Read};

use super::body::{self, Body};
use super::dates::SiteClock;
use super::meta::Meta;
use super::reader::Group;
use super::record::{
    Attachment, Comment, CommentKind, CommentStatus, Post, PostKind, PostStatus, Record, Skipped, TermReference,
};
use super::scanner::{Scanner, Tag, TagKind};
use super::text::{filled, login, name_in_address, plain_text, slug};
use super::{MAX_BODY_BYTES, MAX_ITEM_BYTES, MAX_SHORT_BYTES, MAX_TEXT_BYTES};

/// How many categories and tags an item may have.
const MAX_TERMS: usize = 1_000;
/// The longest name of a category or tag.
const MAX_TERM_BYTES: usize = 4 * 1024;

const SHORT_FIELDS: &[&str] = &[
    "title",
    "link",
    "guid",
    "dc:creator",
    "wp:post_id",
    "wp:post_date",
    "wp:post_date_gmt",
    "wp:post_modified",
    "wp:post_modified_gmt",
    "wp:comment_status",
    "wp:post_name",
    "wp:status",
    "wp:post_parent",
    "wp:menu_order",
    "wp:post_type",
    "wp:post_password",
    "wp:is_sticky",
    "wp:attachment_url",
];

const COMMENT_FIELDS: &[&str] = &[
    "wp:comment_id",
    "wp:comment_author",
    "wp:comment_author_email",
    "wp:comment_author_url",
    "wp:comment_date",
    "wp:comment_date_gmt",
    "wp:comment_content",
    "wp:comment_approved",
    "wp:comment_type",
    "wp:comment_parent",
];

/// The texts of an item before anything is made of them.
#[derive(Default)]
pub(super) struct RawItem {
    fields: Vec<(String, String)>,
    content: String,
    excerpt: String,
    categories: Vec<TermReference>,
    tags: Vec<TermReference>,
    format: Option<String>,
    meta: Meta,
    comments: Vec<Group>,
    dropped_comments: usize,
    kept_bytes: usize,
    complete: bool,
}

impl RawItem {
    /// Reads up to the item's end, to the next item or to the end of the file.
    pub(super) fn read<R: Read>(scanner: &mut Scanner<R>) -> io::Result<Self> {
        let mut item = Self::default();
        while let Some(tag) = scanner.next_tag()? {
            match (tag.kind, tag.name.as_str()) {
                (TagKind::Close, "item") => {
                    item.complete = true;
                    break;
                }
                (TagKind::Open, "item") | (TagKind::Close, "channel" | "rss") => {
                    scanner.unread(tag);
                    item.complete = true;
                    break;
                }
                (TagKind::Open, _) => item.take(scanner, &tag)?,
                _ => {}
            }
        }
        Ok(item)
    }

    fn take<R: Read>(&mut self, scanner: &mut Scanner<R>, tag: &Tag) -> io::Result<()> {
        match tag.name.as_str() {
            "content:encoded" if self.content.is_empty() => self.content = scanner.field(tag, MAX_BODY_BYTES)?,
            "excerpt:encoded" if self.excerpt.is_empty() => self.excerpt = scanner.field(tag, MAX_TEXT_BYTES)?,
            "category" => {
                let name = scanner.field(tag, MAX_TERM_BYTES)?;
                self.take_term(tag, &name);
            }
            "wp:postmeta" => {
                let group = Group::read(scanner, "wp:postmeta", &["wp:meta_key", "wp:meta_value"])?;
                self.meta.take(group.get("wp:meta_key"), group.get("wp:meta_value"));
            }
            "wp:comment" => {
                let comment = Group::read(scanner, "wp:comment", COMMENT_FIELDS)?;
                let bytes = COMMENT_FIELDS.iter().map(|field| comment.get(field).len() + 64).sum::<usize>();
                if self.kept_bytes + bytes > MAX_ITEM_BYTES - MAX_BODY_BYTES {
                    self.dropped_comments += 1;
                } else {
                    self.kept_bytes += bytes;
                    self.comments.push(comment);
                }
            }
            name if SHORT_FIELDS.contains(&name) && !self.fields.iter().any(|(field, _)| field == name) => {
                let text = scanner.field(tag, MAX_SHORT_BYTES)?;
                self.fields.push((name.to_owned(), text));
            }
            _ => {}
        }
        Ok(())
    }

    fn take_term(&mut self, tag: &Tag, name: &str) {
        let (Some(domain), Some(nicename)) = (tag.attribute("domain"), tag.attribute("nicename")) else { return };
        let term = TermReference { nicename: slug(&nicename), name: plain_text(name) };
        let terms = match domain.as_str() {
            "category" => &mut self.categories,
            "post_tag" | "tag" => &mut self.tags,
            "post_format" => {
                self.format = filled(term.nicename.trim_start_matches("post-format-"));
                return;
            }
            _ => return,
        };
        if terms.len() < MAX_TERMS && !terms.iter().any(|known| known.nicename == term.nicename) {
            terms.push(term);
        }
    }

    fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, text)| text.trim())
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.get(name).parse().ok().filter(|number| *number > 0)
    }

    /// Makes the record; what cannot be carried says why.
    pub(super) fn into_record(self, clock: &mut SiteClock, custom_types: &[String]) -> Record {
        let kind = match self.get("wp:post_type") {
            "post" => Some(PostKind::Post),
            "page" => Some(PostKind::Page),
            other => custom_types.iter().find(|known| *known == other).cloned().map(PostKind::Custom),
        };
        let Some(wordpress_id) = self.number("wp:post_id") else {
            return self.skipped("The item has no number, so a second import could not know it again.");
        };
        if !self.complete {
            return self.skipped("The file ends in the middle of this item. Export again and import the whole file.");
        }
        match kind {
            _ if self.get("wp:status") == "auto-draft" => {
                self.skipped("WordPress made it when an editor was opened; nobody saved it.")
            }
            Some(kind) => Record::Post(Box::new(self.into_post(wordpress_id, kind, clock))),
            None if self.get("wp:post_type") == "attachment" => {
                Record::Attachment(Box::new(self.into_attachment(wordpress_id, clock)))
            }
            None => {
                let reason = reason_to_skip(self.get("wp:post_type"));
                self.skipped(reason)
            }
        }
    }

    fn skipped(&self, reason: &'static str) -> Record {
        Record::Skipped(Skipped {
            kind: self.get("wp:post_type").to_owned(),
            wordpress_id: self.number("wp:post_id"),
            title: plain_text(self.get("title")),
            reason,
        })
    }

    fn into_post(mut self, wordpress_id: u64, kind: PostKind, clock: &mut SiteClock) -> Post {
        let comments = std::mem::take(&mut self.comments);
        let published_at = clock.moment(self.get("wp:post_date"), self.get("wp:post_date_gmt"));
        let mut old_slugs = std::mem::take(&mut self.meta.old_slugs);
        old_slugs.extend(name_in_address(self.get("link")).filter(|name| *name != slug(self.get("wp:post_name"))));
        Post {
            wordpress_id,
            kind,
            title: plain_text(self.get("title")),
            slug: slug(self.get("wp:post_name")),
            link: self.get("link").to_owned(),
            guid: self.get("guid").to_owned(),
            author_login: login(self.get("dc:creator")),
            body: body::clean(&self.content),
            excerpt: self.plain_excerpt(),
            published_at,
            modified_at: clock.moment(self.get("wp:post_modified"), self.get("wp:post_modified_gmt")),
            status: PostStatus::parse(self.get("wp:status")),
            sticky: self.get("wp:is_sticky") == "1",
            password_protected: !self.get("wp:post_password").is_empty(),
            comments_open: self.get("wp:comment_status") == "open",
            menu_order: self.get("wp:menu_order").parse().unwrap_or(0),
            parent_id: self.number("wp:post_parent"),
            featured_image_id: self.meta.featured_image_id,
            comments: comments.into_iter().filter_map(|group| comment(&group, clock)).collect(),
            categories: self.categories,
            tags: self.tags,
            seo: self.meta.seo,
            format: self.format,
            old_slugs,
            ignored_meta: self.meta.ignored,
            dropped_comments: self.dropped_comments,
        }
    }

    /// Excerpts may hold shortcodes and markup; they are carried as text.
    fn plain_excerpt(&self) -> Option<String> {
        let Body { html, .. } = body::clean(&self.excerpt);
        filled(&plain_text(&html))
    }

    fn into_attachment(self, wordpress_id: u64, clock: &mut SiteClock) -> Attachment {
        let url = self.get("wp:attachment_url");
        Attachment {
            wordpress_id,
            title: plain_text(self.get("title")),
            slug: slug(self.get("wp:post_name")),
            // Exports of old versions name the file only in the guid.
            url: if url.is_empty() { self.get("guid") } else { url }.to_owned(),
            link: self.get("link").to_owned(),
            alt: plain_text(&self.meta.alt),
            caption: plain_text(&self.excerpt),
            description: plain_text(&self.content),
            parent_id: self.number("wp:post_parent"),
            menu_order: self.get("wp:menu_order").parse().unwrap_or(0),
            author_login: login(self.get("dc:creator")),
            uploaded_at: clock.moment(self.get("wp:post_date"), self.get("wp:post_date_gmt")),
        }
    }
}

fn comment(group: &Group, clock: &mut SiteClock) -> Option<Comment> {
    Some(Comment {
        wordpress_id: group.get("wp:comment_id").parse().ok()?,
        parent_id: group.get("wp:comment_parent").parse().ok().filter(|parent| *parent > 0),
        author_name: plain_text(group.get("wp:comment_author")),
        author_email: group.get("wp:comment_author_email").to_owned(),
        author_url: group.get("wp:comment_author_url").to_owned(),
        written_at: clock.moment(group.get("wp:comment_date"), group.get("wp:comment_date_gmt")),
        content: group.get("wp:comment_content").to_owned(),
        status: match group.get("wp:comment_approved") {
            "1" | "approve" | "approved" => CommentStatus::Approved,
            "spam" => CommentStatus::Spam,
            "trash" | "post-trashed" => CommentStatus::Trash,
            _ => CommentStatus::Pending,
        },
        kind: match group.get("wp:comment_type") {
            "" | "comment" => CommentKind::Comment,
            "pingback" => CommentKind::Pingback,
            "trackback" => CommentKind::Trackback,
            other => CommentKind::Other(other.to_owned()),
        },
    })
}

fn reason_to_skip(post_type: &str) -> &'static str {
    match post_type {
        "nav_menu_item" => "Menus are not carried; set the navigation in the site's settings.",
        "revision" => "Only the newest text of an item is carried.",
        "" => "The item does not say what it is.",
        "wp_block" => "A reusable block is not an item of its own; what it holds has to be put where it is used.",
        "custom_css"
        | "customize_changeset"
        | "wp_global_styles"
        | "wp_template"
        | "wp_template_part"
        | "wp_navigation"
        | "wp_font_family"
        | "wp_font_face" => "It belongs to the look of the old site.",
        "oembed_cache" | "user_request" | "scheduled-action" => "It is WordPress' own bookkeeping.",
        _ => "It is of a type that a plugin or theme added; the importer can be told to carry that type as articles.",
    }
}
