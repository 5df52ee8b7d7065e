use askama::Template;
use ui::{Frame, Moment, Pager, SelectOption, StatusPill};

use crate::items::pages::LibraryParams;
use crate::limits::ContentUsage;

impl LibraryParams {
    /// The head of a column that can be sorted by: `ascends` is the direction that its first click gives.
    pub fn header(&self, column: &str, ascends: bool) -> SortHeader {
        let sort = if self.sort.is_empty() { "-updated_at" } else { &self.sort };
        let (descending, current) = match sort.strip_prefix('-') {
            Some(current) => (true, current),
            None => (false, sort),
        };
        let is_current = current == column;
        let next_ascends = if is_current { descending } else { ascends };
        let minus = if next_ascends { "" } else { "-" };
        let sorted = Self { sort: format!("{minus}{column}"), ..self.clone() };
        SortHeader {
            query: sorted.query(),
            direction: match (is_current, descending) {
                (false, _) => "",
                (true, true) => "descending",
                (true, false) => "ascending",
            },
        }
    }
}

/// What a click on a column's head does, and how the list is sorted now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortHeader {
    /// The list in that order, as the part of its address behind the question mark.
    pub query: String,
    /// `ascending`, `descending`, or empty when the list is sorted by another column.
    pub direction: &'static str,
}

impl SortHeader {
    /// The picture beside the word.
    pub fn icon(&self) -> &'static str {
        if self.direction == "ascending" { "arrow-up" } else { "arrow-down" }
    }
}

/// One item of the list.
#[derive(Clone, Debug)]
pub struct ContentRow {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub status: StatusPill,
    /// Its type as a word.
    pub type_word: String,
    /// Its author's name.
    pub author: String,
    /// Its category's name; empty for none.
    pub category: String,
    /// Names of its tags.
    pub tags: Vec<String>,
    /// When it last changed.
    pub updated: Moment,
    /// Whether it stands on the home page before the others.
    pub is_featured: bool,
    /// What becomes of its draft changes, in words; empty where it has none.
    pub changes: String,
}

/// What the filters offer, each with the choice of none first.
#[derive(Clone, Debug, Default)]
pub struct LibraryChoices {
    /// People who may have written it.
    pub authors: Vec<SelectOption>,
    /// The tree of categories.
    pub categories: Vec<SelectOption>,
    /// The tree alone: what chosen items can be put into.
    pub tree: Vec<SelectOption>,
    /// Languages of the text.
    pub languages: Vec<SelectOption>,
    /// Names of tags, for completing what is typed.
    pub tags: Vec<String>,
}

/// A saved view above the list.
#[derive(Clone, Debug)]
pub struct ViewTab {
    /// Its name.
    pub name: String,
    /// Its list, as the part of the address behind the question mark.
    pub query: String,
    /// Whether the list shown is this one.
    pub is_here: bool,
    /// Whether the whole organization has it.
    pub is_shared: bool,
}

/// `/admin/{org}/content`: the content library. Filters are a GET form whose fields are those of [`LibraryParams`].
#[derive(Template)]
#[template(path = "content-list.html")]
pub struct ContentListPage {
    /// The frame around it.
    pub frame: Frame,
    /// What the address bar says.
    pub query: LibraryParams,
    /// What the filters offer.
    pub choices: LibraryChoices,
    /// Saved views.
    pub views: Vec<ViewTab>,
    /// Whether the bare address leads to a view, so that everything must be asked for.
    pub begins_elsewhere: bool,
    /// One page of items.
    pub rows: Vec<ContentRow>,
    /// The pages before and after.
    pub pager: Pager,
    /// What the organization has and its plan allows, where that is limited.
    pub usage: Option<ContentUsage>,
    /// Whether the person may write.
    pub may_create: bool,
    /// Whether the reader may publish and delete.
    pub may_publish: bool,
    /// Releases to put chosen items into.
    pub releases: Vec<SelectOption>,
    /// This list's own part of the address behind the question mark.
    pub back: String,
}

impl ContentListPage {
    fn statuses(&self) -> Vec<SelectOption> {
        with_any("Any status", super::status_options())
    }

    fn reviewers(&self) -> Vec<SelectOption> {
        with_any("Any reviewer", vec![SelectOption::new("me", "Waiting for my review")])
    }

    fn types(&self) -> Vec<SelectOption> {
        with_any("Any type", super::type_options())
    }

    fn gaps(&self) -> Vec<SelectOption> {
        let gaps = [
            ("excerpt", "No excerpt"),
            ("featured_image", "No featured image"),
            ("meta_description", "No meta description"),
            ("category", "No category"),
        ];
        with_any("Complete or not", gaps.into_iter().map(|(value, label)| SelectOption::new(value, label)).collect())
    }

    fn changes(&self) -> Vec<SelectOption> {
        let changes = [
            ("any", "With draft changes"),
            ("draft", "Changes not yet submitted"),
            ("review", "Changes in review"),
            ("approved", "Changes approved"),
            ("scheduled", "Changes scheduled"),
        ];
        let changes = changes.into_iter().map(|(value, label)| SelectOption::new(value, label)).collect();
        with_any("With or without draft changes", changes)
    }

    /// The columns that the list can be sorted by: name, words, classes, and whether the first click ascends.
    fn columns(&self) -> [(&'static str, &'static str, &'static str, bool); 5] {
        [
            ("title", "Title", "", true),
            ("status", "Status", "wide-only", true),
            ("type", "Type", "wide-only", true),
            ("author", "Author", "wide-only", true),
            ("updated_at", "Updated", "cell-time wide-only", false),
        ]
    }

    /// Whether no view is the list that is shown, and nothing is filtered either.
    fn is_everything(&self) -> bool {
        self.query.pairs().is_empty()
    }

    /// Whether this list is worth a name: it is filtered, and no view is the same.
    fn can_be_saved(&self) -> bool {
        !self.is_everything() && !self.views.iter().any(|view| view.is_here)
    }
}

fn with_any(label: &str, options: Vec<SelectOption>) -> Vec<SelectOption> {
    let mut all = vec![SelectOption::new("", label)];
    all.extend(options);
    all
}
