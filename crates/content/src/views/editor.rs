use askama::Template;
use ui::{FieldErrors, Frame, Moment, SelectOption, StatusPill};

use crate::seo::SeoResults;

/// What was typed in the editor. The field names of the form are the names of these fields, but `type` for
/// `content_type`; `featured` is sent as `true` or not at all.
#[derive(Clone, Debug, Default)]
pub struct EditorForm {
    /// Title.
    pub title: String,
    /// Last part of its address; made from the title when empty.
    pub slug: String,
    /// The body as HTML source.
    pub content: String,
    /// Summary for lists and feeds.
    pub excerpt: String,
    /// Type by its name in the database.
    pub content_type: String,
    /// Id of the category; empty for none.
    pub category_id: String,
    /// Names of the tags, separated by commas.
    pub tags: String,
    /// Title for search engines; the title when empty.
    pub meta_title: String,
    /// Description for search engines; the excerpt when empty.
    pub meta_description: String,
    /// For search engines, with commas between them; the first is the focus keyword.
    pub keywords: String,
    /// Where the text has its home, when it is elsewhere.
    pub canonical_url: String,
    /// Address of the picture above the text and in lists; empty for none.
    pub featured_image: String,
    /// Addresses of the pictures shown together below the text, one a line.
    pub gallery: String,
    /// Address of a film, of a file or of a site with players; empty for none.
    pub video_url: String,
    /// Address of a sound, as of a podcast's episode; empty for none.
    pub audio_url: String,
    /// Whether it stands on the home page before the others.
    pub featured: bool,
    /// Whether visitors may comment.
    pub comments_enabled: bool,
    /// Language of the text.
    pub language: String,
    /// Version that was edited, sent back as a hidden field; empty for a new item.
    pub version: String,
    /// When to publish, in the organization's zone: `2026-03-01T09:00`.
    pub scheduled_for: String,
    /// When to take it off the site again, in the same form; empty for never.
    pub expires_at: String,
    /// What `expires_at` was when the page was made.
    pub expires_at_was: String,
    /// Id of the author.
    pub author_id: String,
    /// Id of the reviewer asked for; empty for any.
    pub assignee_id: String,
    /// A note to go with a submission or a reviewer's answer.
    pub note: String,
}

/// The stored item that is edited.
#[derive(Clone, Debug)]
pub struct EditorItem {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub status: StatusPill,
    /// Its author's name.
    pub author: String,
    /// When it was made.
    pub created: Moment,
    /// When it last changed.
    pub updated: Moment,
    /// When it became public.
    pub published: Moment,
    /// Its address on the site, when it is public.
    pub site_href: Option<String>,
}

/// The buttons shown: what the person may do and the item's status allows.
#[derive(Clone, Copy, Debug, Default)]
pub struct EditorMoves {
    /// Save what was typed.
    pub save: bool,
    /// Save by itself while somebody writes: what is not on the site yet.
    pub autosave: bool,
    /// Send to review.
    pub submit: bool,
    /// Approve.
    pub approve: bool,
    /// Send back to its author.
    pub request_changes: bool,
    /// Make public.
    pub publish: bool,
    /// Make public at a time to come.
    pub schedule: bool,
    /// Take off the site.
    pub unpublish: bool,
    /// Put away.
    pub archive: bool,
    /// Bring back from the archive.
    pub restore: bool,
    /// Make a copy.
    pub duplicate: bool,
    /// Delete, after the page that asks.
    pub delete: bool,
}

/// Draft changes of a published item, as the editor tells of them.
#[derive(Clone, Debug)]
pub struct EditorChanges {
    /// Whether the form shows them, and not what is on the site.
    pub are_shown: bool,
    /// Whether there are any yet.
    pub exist: bool,
    /// Where they stand.
    pub status: StatusPill,
    /// Who wrote them last.
    pub author: String,
    /// When.
    pub updated: Moment,
    /// Whether what is on the site was changed since they were begun.
    pub is_behind: bool,
    /// Whether the person may change what is on the site at once.
    pub may_edit_live: bool,
    /// Version of what is on the site, sent back as a hidden field.
    pub live_version: i32,
}

/// A step of the conversation of writers and reviewers.
#[derive(Clone, Debug)]
pub struct ReviewRow {
    /// Who.
    pub author: String,
    /// Did what: "asked for changes".
    pub words: String,
    /// What they wrote; may be empty.
    pub note: String,
    /// When.
    pub at: Moment,
    /// Whether it waits for an answer.
    pub is_open: bool,
}

/// What the panels about publishing and reviews need.
#[derive(Clone, Debug, Default)]
pub struct EditorPanels {
    /// IANA name of the zone in which times are typed and shown.
    pub zone: String,
    /// When it becomes public, if it is scheduled.
    pub scheduled: Moment,
    /// Members to choose an author from.
    pub authors: Vec<SelectOption>,
    /// Members who may approve, with the first of no value for all of them.
    pub reviewers: Vec<SelectOption>,
    /// The newest first.
    pub reviews: Vec<ReviewRow>,
    /// The picture above the text, when there is one that can be shown.
    pub featured: Option<FeaturedImage>,
    /// Newest pictures of the library, which the field of its address offers.
    pub pictures: Vec<SelectOption>,
    /// The newest first.
    pub comments: Vec<ItemComment>,
    /// How many comments there are in all.
    pub comment_count: i64,
    /// Whether the person decides about comments.
    pub may_moderate: bool,
    /// The release that it waits in, or those that it could be put into.
    pub release: ReleasePanel,
}

/// The featured image as it is now.
#[derive(Clone, Debug)]
pub struct FeaturedImage {
    /// Where it is.
    pub url: String,
    /// Its id in the library; none for a picture from elsewhere.
    pub asset_id: Option<String>,
    /// What the library says it shows: empty for a picture that only decorates, none while nobody wrote it.
    pub alt: Option<String>,
    /// Whether the library shows it to members alone.
    pub is_private: bool,
}

/// A comment on the item.
#[derive(Clone, Debug)]
pub struct ItemComment {
    /// Its id.
    pub id: String,
    /// Who wrote it.
    pub author: String,
    /// The beginning of its text.
    pub text: String,
    /// What moderation decided.
    pub status: StatusPill,
    /// When it was written.
    pub written: Moment,
}

/// What the editor says about releases.
#[derive(Clone, Debug, Default)]
pub struct ReleasePanel {
    /// Id and name of the release in which it waits.
    pub waits_in: Option<(String, String)>,
    /// When that one goes live.
    pub at: Moment,
    /// Releases to put it into; none for those who may not.
    pub choices: Vec<SelectOption>,
    /// Whether the reader may put it in or take it out.
    pub may_change: bool,
}

/// A field in which two people's versions differ.
#[derive(Clone, Debug)]
pub struct ConflictField {
    /// Its label.
    pub label: String,
    /// What is stored.
    pub theirs: String,
    /// What was typed here.
    pub yours: String,
}

/// Somebody saved between this form's opening and its saving. The form's hidden version is the newest then, so that
/// saving again replaces theirs knowingly.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// Who saved.
    pub saved_by: String,
    /// When.
    pub saved_at: Moment,
    /// Where the two differ.
    pub fields: Vec<ConflictField>,
}

/// A kept version of the text.
#[derive(Clone, Debug)]
pub struct RevisionRow {
    /// Its number.
    pub version: i32,
    /// Who saved it.
    pub author: String,
    /// When.
    pub at: Moment,
    /// What they said it is about; may be empty.
    pub comment: String,
    /// Whether it is how the item is now.
    pub is_now: bool,
    /// Whether it is a state of draft changes.
    pub of_changes: bool,
}

/// `/admin/{org}/content/new` and `/admin/{org}/content/{id}`: the editor as a plain form.
///
/// Every button sends the whole form, so a move such as publish saves what was typed first and nothing is lost: they
/// post to `/admin/{org}/content/{id}/{move}` with the form's fields. A new item posts to `/admin/{org}/content`; its
/// button "Publish" sends `then=publish` with it.
#[derive(Template)]
#[template(path = "editor.html")]
pub struct EditorPage {
    /// The frame around it.
    pub frame: Frame,
    /// The stored item; none for a new one.
    pub item: Option<EditorItem>,
    /// What was typed.
    pub form: EditorForm,
    /// What was wrong with it. Field names as in [`EditorForm`], and `type`.
    pub errors: FieldErrors,
    /// How well it will be found and read.
    pub seo: SeoResults,
    /// The buttons.
    pub moves: EditorMoves,
    /// Times, people and reviews.
    pub panels: EditorPanels,
    /// What waits beside a published item; none for one that is not published.
    pub changes: Option<EditorChanges>,
    /// Categories to choose from, with the first of no value for none.
    pub categories: Vec<SelectOption>,
    /// Names of tags that the field completes.
    pub tag_names: Vec<String>,
    /// Languages to choose from.
    pub languages: Vec<SelectOption>,
    /// What somebody else saved meanwhile.
    pub conflict: Option<Conflict>,
    /// The newest first; the history is not shown when there is none.
    pub revisions: Vec<RevisionRow>,
}

impl EditorPage {
    fn types(&self) -> Vec<SelectOption> {
        super::type_options()
    }

    /// The version that the others are compared with.
    fn version_now(&self) -> i32 {
        let now = self.revisions.iter().find(|revision| revision.is_now).or_else(|| self.revisions.first());
        now.map_or(0, |revision| revision.version)
    }

    /// Whether the form shows draft changes.
    fn is_of_changes(&self) -> bool {
        self.changes.as_ref().is_some_and(|changes| changes.are_shown)
    }

    /// Whether what was typed can be kept beside what is on the site, where there is nothing yet.
    fn may_begin_changes(&self) -> bool {
        self.changes.as_ref().is_some_and(|changes| !changes.are_shown && !changes.exist && changes.may_edit_live)
    }

    /// Where the form is sent, and the base of the moves' addresses.
    fn address(&self) -> String {
        let address = self.item_address();
        if self.is_of_changes() { format!("{address}/changes") } else { address }
    }

    /// The address of what does not depend on what the form shows.
    fn item_address(&self) -> String {
        match &self.item {
            Some(item) => format!("{}/content/{}", self.frame.base(), item.id),
            None => format!("{}/content", self.frame.base()),
        }
    }

    /// Under which name the browser keeps unsaved text of this version.
    fn keep_key(&self) -> String {
        let id = self.item.as_ref().map_or("new", |item| item.id.as_str());
        let changes = if self.is_of_changes() { "/changes" } else { "" };
        format!("{}/content/{id}{changes}@{}", self.frame.base(), self.form.version)
    }

    fn preview_ends(&self) -> Vec<SelectOption> {
        super::previews::preview_ends()
    }

    fn organization(&self) -> &str {
        self.frame.organization.as_ref().map_or("", |organization| organization.slug.as_str())
    }

    /// A form that shows errors or a conflict waits for the person's decision.
    fn saves_itself(&self) -> bool {
        self.moves.autosave && self.conflict.is_none() && self.errors.is_empty()
    }

    /// Whether the reader may change nothing of the item, so that no field lets them try.
    fn is_read_only(&self) -> bool {
        self.item.is_some() && !self.moves.save && !self.may_begin_changes()
    }

    /// Whether something is wrong with a field that is folded away.
    fn has_media_errors(&self) -> bool {
        ["video_url", "audio_url", "gallery"].iter().any(|field| self.errors.has(field))
    }

    fn has_more_comments(&self) -> bool {
        usize::try_from(self.panels.comment_count).is_ok_and(|count| count > self.panels.comments.len())
    }

    fn has_review(&self) -> bool {
        let moves = &self.moves;
        self.item.is_some()
            && (moves.submit || moves.approve || moves.request_changes || !self.panels.reviews.is_empty())
    }

    fn heading(&self) -> &str {
        match (&self.item, self.form.title.trim()) {
            (None, _) => "New article",
            (Some(_), "") => "Untitled",
            (Some(_), title) => title,
        }
    }
}
