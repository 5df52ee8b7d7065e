//! Pages of the content feature: what each shows, as plain values.

mod bin;
mod categories;
mod changes;
mod comments;
mod delete;
mod editor;
mod library;
mod previews;
mod releases;
mod revisions;
mod saved_views;
mod tags;

pub use bin::{BinPage, BinRow};
pub use categories::{CategoriesPage, CategoryDeletePage, CategoryForm, CategoryPage, CategoryRow};
pub use changes::{ChangedDetail, ChangesPage};
pub use comments::{BlockedRow, BlocklistPage, CommentCard, CommentPage, CommentsDeletePage, CommentsPage, StatusTab};
pub use delete::DeletePage;
pub use editor::{
    Conflict, ConflictField, EditorChanges, EditorForm, EditorItem, EditorMoves, EditorPage, EditorPanels,
    FeaturedImage, ItemComment, ReleasePanel, ReviewRow, RevisionRow,
};
pub use library::{ContentListPage, ContentRow, LibraryChoices, SortHeader, ViewTab};
pub use previews::{CreatedPreview, PreviewRow, PreviewsPage};
pub use releases::{ReleaseForm, ReleaseItemRow, ReleasePage, ReleaseRow, ReleasesPage};
pub use revisions::{ComparisonPage, DiffPart, KeptRow, Restoring, RevisionsPage};
pub use saved_views::{SavedViewRow, SavedViewsPage};
pub use tags::{TagDeletePage, TagForm, TagPage, TagRow, TagsPage};

use ui::SelectOption;

/// The content types as choices, in the words of the page.
pub fn type_options() -> Vec<SelectOption> {
    [
        ("ARTICLE", "Article"),
        ("BLOG_POST", "Blog post"),
        ("PAGE", "Page"),
        ("DOCUMENTATION", "Documentation"),
        ("LANDING_PAGE", "Landing page"),
        ("NEWSLETTER", "Newsletter"),
        ("PRESS_RELEASE", "Press release"),
        ("CASE_STUDY", "Case study"),
        ("WHITEPAPER", "Whitepaper"),
        ("EMAIL_TEMPLATE", "Email template"),
        ("SOCIAL_POST", "Social post"),
        ("TEMPLATE", "Template"),
    ]
    .into_iter()
    .map(|(value, label)| SelectOption::new(value, label))
    .collect()
}

/// The content statuses as choices, in the words of the page.
pub fn status_options() -> Vec<SelectOption> {
    ["DRAFT", "REVIEW", "APPROVED", "SCHEDULED", "PUBLISHED", "ARCHIVED"]
        .into_iter()
        .map(|status| SelectOption::new(status, ui::StatusPill::of(status).word()))
        .collect()
}

/// The word for a content type, or the type itself when it is not known.
pub fn type_word(content_type: &str) -> String {
    type_options()
        .into_iter()
        .find(|option| option.is(content_type))
        .map_or_else(|| content_type.to_owned(), |option| option.label)
}

#[cfg(test)]
mod gallery;
