//! What a WordPress export holds, in the importer's words.

use jiff::Timestamp;

use super::body::Body;

/// One thing of the export, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    Site(Site),
    Author(Author),
    Category(Category),
    Tag(Tag),
    Term(Term),
    Post(Box<Post>),
    Attachment(Box<Attachment>),
    Skipped(Skipped),
}

/// The site that was exported; comes before everything else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Site {
    pub title: String,
    pub description: String,
    /// The address of the site's front page, by which its own links are known.
    pub base_url: String,
    /// A BCP 47 tag such as `en-US`, as WordPress writes it; may be empty.
    pub language: String,
    /// The version of the export's form, such as `1.2`.
    pub wxr_version: String,
}

/// Somebody who wrote in WordPress; posts name them by `login`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Author {
    pub wordpress_id: Option<u64>,
    pub login: String,
    pub email: String,
    pub display_name: String,
    pub first_name: String,
    pub last_name: String,
}

/// A category; its parent is named by nicename and may come later in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Category {
    pub wordpress_id: Option<u64>,
    pub nicename: String,
    pub parent_nicename: Option<String>,
    pub name: String,
    pub description: String,
}

/// A tag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tag {
    pub wordpress_id: Option<u64>,
    pub slug: String,
    pub name: String,
    pub description: String,
}

/// A term of any other taxonomy, such as a menu; categories and tags may appear here a second time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Term {
    pub wordpress_id: Option<u64>,
    pub taxonomy: String,
    pub slug: String,
    pub parent: Option<String>,
    pub name: String,
    pub description: String,
}

/// A category or tag as an item names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermReference {
    pub nicename: String,
    pub name: String,
}

/// What an item is; custom types only come when the reader was asked to carry them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PostKind {
    Post,
    Page,
    Custom(String),
}

/// Where an item stands in WordPress' workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PostStatus {
    Publish,
    Draft,
    Pending,
    Private,
    Future,
    Trash,
    Inherit,
}

impl PostStatus {
    /// Statuses that plugins add become drafts, so that nothing is made public that was not.
    pub(super) fn parse(text: &str) -> Self {
        match text {
            "publish" => Self::Publish,
            "pending" => Self::Pending,
            "private" => Self::Private,
            "future" => Self::Future,
            "trash" => Self::Trash,
            "inherit" => Self::Inherit,
            _ => Self::Draft,
        }
    }
}

/// A post or page.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    pub wordpress_id: u64,
    pub kind: PostKind,
    /// Plain text; empty where the post has none.
    pub title: String,
    /// With percent-encoding decoded and letters of any script; empty for most drafts.
    pub slug: String,
    pub link: String,
    pub guid: String,
    pub author_login: String,
    /// HTML that is not sanitized yet.
    pub body: Body,
    /// Plain text, where the author wrote one.
    pub excerpt: Option<String>,
    pub published_at: Option<Timestamp>,
    pub modified_at: Option<Timestamp>,
    pub status: PostStatus,
    pub sticky: bool,
    /// Readers had to know a password. The password itself is not carried.
    pub password_protected: bool,
    pub comments_open: bool,
    pub menu_order: i64,
    pub parent_id: Option<u64>,
    /// The attachment shown with the post; it may come later in the file.
    pub featured_image_id: Option<u64>,
    pub categories: Vec<TermReference>,
    pub tags: Vec<TermReference>,
    pub seo: Seo,
    /// Such as `gallery` or `quote`.
    pub format: Option<String>,
    /// Slugs the post had before, which should redirect.
    pub old_slugs: Vec<String>,
    pub comments: Vec<Comment>,
    /// Custom fields nothing is known about, which are left out.
    pub ignored_meta: usize,
    /// Comments left out because the item held more than [`super::MAX_ITEM_BYTES`].
    pub dropped_comments: usize,
}

/// What the plugins Yoast SEO and Rank Math know of a post. Texts made from their templates are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seo {
    pub title: Option<String>,
    pub description: Option<String>,
    pub focus_keyword: Option<String>,
    pub canonical_url: Option<String>,
    pub no_index: bool,
}

/// A comment, pingback or trackback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub wordpress_id: u64,
    pub parent_id: Option<u64>,
    pub author_name: String,
    pub author_email: String,
    pub author_url: String,
    pub written_at: Option<Timestamp>,
    /// As WordPress keeps it: text with line breaks and perhaps HTML, not sanitized.
    pub content: String,
    pub status: CommentStatus,
    pub kind: CommentKind,
}

/// What moderation decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CommentStatus {
    Approved,
    Pending,
    Spam,
    Trash,
}

/// Where a comment came from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CommentKind {
    Comment,
    Pingback,
    Trackback,
    /// A plugin's own kind, such as `order_note`.
    Other(String),
}

/// A file of the media library, which is still on the old site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attachment {
    pub wordpress_id: u64,
    pub title: String,
    pub slug: String,
    /// Where the file can be fetched.
    pub url: String,
    /// The page WordPress showed it on.
    pub link: String,
    pub alt: String,
    pub caption: String,
    pub description: String,
    /// The item it was uploaded to; galleries without a list show these.
    pub parent_id: Option<u64>,
    pub menu_order: i64,
    pub author_login: String,
    pub uploaded_at: Option<Timestamp>,
}

/// Something that cannot be carried, for the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// WordPress' name of the type, such as `nav_menu_item`.
    pub kind: String,
    pub wordpress_id: Option<u64>,
    pub title: String,
    /// A sentence for the person who imports.
    pub reason: &'static str,
}
