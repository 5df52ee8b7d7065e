use askama::Template;
use ui::{Frame, Moment, Pager};

/// A kept version in the list of all.
#[derive(Clone, Debug)]
pub struct KeptRow {
    /// Its number.
    pub version: i32,
    /// Title at that time.
    pub title: String,
    /// Who saved it.
    pub author: String,
    /// When.
    pub at: Moment,
    /// What the change was about; may be empty.
    pub comment: String,
    /// Whether it is how the item is now.
    pub is_newest: bool,
    /// Whether it is a state of draft changes.
    pub of_changes: bool,
    /// Whether the form compares from it at first.
    pub is_from: bool,
    /// Whether the form compares to it at first.
    pub is_to: bool,
}

/// `/admin/{org}/content/{id}/revisions`: the kept versions. With `from` and `to` in the address, their comparison.
#[derive(Template)]
#[template(path = "revisions.html")]
pub struct RevisionsPage {
    /// The frame around it.
    pub frame: Frame,
    /// Id of the item.
    pub id: String,
    /// Its title.
    pub title: String,
    /// One page of versions, the newest first.
    pub rows: Vec<KeptRow>,
    /// The pages before and after.
    pub pager: Pager,
}

/// A piece of a comparison.
#[derive(Clone, Debug)]
pub struct DiffPart {
    /// `same`, `changed`, `added` or `removed`.
    pub kind: &'static str,
    /// The word for it, empty where nothing changed.
    pub word: &'static str,
    /// Sanitized markup with `ins` and `del`.
    pub html: String,
    /// How many blocks it stands for.
    pub blocks: usize,
    /// What the form sends to take it back; empty where it cannot be.
    pub part: String,
}

impl DiffPart {
    /// Runs of unchanged blocks longer than this are folded.
    const UNCHANGED_SHOWN: usize = 2;

    pub(super) fn is_same(&self) -> bool {
        self.kind == "same"
    }

    pub(super) fn is_folded(&self) -> bool {
        self.is_same() && self.blocks > Self::UNCHANGED_SHOWN
    }
}

/// Where the version compared from can be brought back to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Restoring {
    /// Whether the item itself may take it.
    pub into_item: bool,
    /// Whether the draft changes of a published item may.
    pub into_changes: bool,
    /// Where single parts go, as the form sends it; none where they cannot be taken back.
    pub parts_into: Option<&'static str>,
    /// Version of the item, sent back as a hidden field.
    pub item_version: i32,
    /// The same of the changes; 0 where there are none.
    pub changes_version: i32,
}

impl Restoring {
    /// Where single parts go, or the item where they go nowhere.
    fn parts(&self) -> &'static str {
        self.parts_into.unwrap_or_default()
    }

    /// The version that bringing back a part replaces.
    fn parts_version(&self) -> i32 {
        if self.parts() == "changes" { self.changes_version } else { self.item_version }
    }
}

/// Two versions beside each other.
#[derive(Template)]
#[template(path = "comparison.html")]
pub struct ComparisonPage {
    /// The frame around it.
    pub frame: Frame,
    /// Id of the item.
    pub id: String,
    /// The version compared from.
    pub from: KeptRow,
    /// The version compared to.
    pub to: KeptRow,
    /// The titles compared; none where they are the same.
    pub title: Option<DiffPart>,
    /// The excerpts compared; none where they are the same.
    pub excerpt: Option<DiffPart>,
    /// The bodies compared.
    pub parts: Vec<DiffPart>,
    /// How many blocks differ.
    pub changes: usize,
    /// Where the version compared from can be brought back to.
    pub restoring: Restoring,
}

impl ComparisonPage {
    fn is_without_difference(&self) -> bool {
        self.title.is_none() && self.excerpt.is_none() && self.changes == 0
    }

    fn sides(&self) -> [&KeptRow; 2] {
        [&self.from, &self.to]
    }

    fn restore_address(&self) -> String {
        format!("{}/content/{}/revisions/{}/restore", self.frame.base(), self.id, self.from.version)
    }

    fn summary(&self) -> String {
        let blocks = match self.changes {
            0 => None,
            1 => Some("1 block of the text".to_owned()),
            count => Some(format!("{count} blocks of the text")),
        };
        let title = self.title.as_ref().map(|_| "the title".to_owned());
        let excerpt = self.excerpt.as_ref().map(|_| "the excerpt".to_owned());
        let what: Vec<String> = [title, excerpt, blocks].into_iter().flatten().collect();
        format!("Changed: {}.", what.join(", "))
    }
}
