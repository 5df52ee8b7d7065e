use askama::Template;
use ui::{FieldErrors, Frame, Moment, Pager, StatusPill};

/// A status in the row above the list, with the number of comments that have it.
#[derive(Clone, Debug)]
pub struct StatusTab {
    /// The word shown.
    pub label: &'static str,
    /// How many comments there are.
    pub count: i64,
    /// Where it leads.
    pub href: String,
    /// Whether the list shows this status now.
    pub is_current: bool,
}

/// One comment with what can be done about it.
#[derive(Clone, Debug)]
pub struct CommentCard {
    /// Its id.
    pub id: String,
    /// Who wrote it.
    pub author: String,
    /// A visitor's mail address, or "Member".
    pub from: String,
    /// From where a visitor wrote; empty when it is not known (any more).
    pub origin: String,
    /// The text, perhaps cut.
    pub text: String,
    /// Whether the text goes on beyond what is shown.
    pub is_cut: bool,
    /// What moderation decided.
    pub status: StatusPill,
    /// Its status by its name in the database.
    pub status_name: &'static str,
    /// When it was written.
    pub written: Moment,
    /// Title of the item it is about.
    pub content_title: String,
    /// Id of that item.
    pub content_id: String,
    /// Where visitors see it, once it is approved and its item published.
    pub site_href: Option<String>,
    /// Whom it answers; empty when it answers nobody.
    pub answers: String,
}

impl CommentCard {
    fn is(&self, status: &str) -> bool {
        self.status_name == status
    }
}

/// `/admin/{org}/comments`: the moderation queue.
#[derive(Template)]
#[template(path = "comments.html")]
pub struct CommentsPage {
    /// The frame around it.
    pub frame: Frame,
    /// The statuses to choose from.
    pub tabs: Vec<StatusTab>,
    /// Status as the address bar has it.
    pub status: String,
    /// Words searched for.
    pub search: String,
    /// Id of the one item whose comments are shown, or empty.
    pub content_id: String,
    /// Title of that item.
    pub content_title: String,
    /// One page of comments.
    pub comments: Vec<CommentCard>,
    /// The pages before and after.
    pub pager: Pager,
    /// The query of this page's address, to come back to.
    pub back: String,
}

impl CommentsPage {
    fn is_filtered(&self) -> bool {
        !(self.search.is_empty() && self.content_id.is_empty())
    }
}

/// `/admin/{org}/comments/{id}`: one comment, to read it whole, correct it and answer it.
#[derive(Template)]
#[template(path = "comments-one.html")]
pub struct CommentPage {
    /// The frame around it.
    pub frame: Frame,
    /// The comment with its whole text.
    pub comment: CommentCard,
    /// Its version, which saving insists on.
    pub version: String,
    /// The text in the field to correct it.
    pub text: String,
    /// The text in the field to answer it.
    pub reply: String,
    /// What is wrong, by field: `comment` or `reply`.
    pub errors: FieldErrors,
}

/// Asks once before comments are deleted.
#[derive(Template)]
#[template(path = "comments-delete.html")]
pub struct CommentsDeletePage {
    /// The frame around it.
    pub frame: Frame,
    /// Which.
    pub comments: Vec<CommentCard>,
    /// How many comments answer them.
    pub answers: i64,
    /// The query to come back to.
    pub back: String,
}

/// One entry of the blocklist.
#[derive(Clone, Debug)]
pub struct BlockedRow {
    /// Its id.
    pub id: String,
    /// What it is: a word, a mail address, a network.
    pub kind: &'static str,
    /// The word itself.
    pub value: String,
    /// Since when.
    pub since: Moment,
}

/// `/admin/{org}/comments/blocklist`: what makes a comment spam.
#[derive(Template)]
#[template(path = "comments-blocklist.html")]
pub struct BlocklistPage {
    /// The frame around it.
    pub frame: Frame,
    /// What stands in the field.
    pub entries: String,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// What is blocked now.
    pub rows: Vec<BlockedRow>,
}
