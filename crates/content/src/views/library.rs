use askama::Template;
use ui::{Frame, Moment, Pager, SelectOption, StatusPill};

/// What the address bar says about the list: search, filters and order. Empty texts are not set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContentQuery {
    /// Words to search for (`q`).
    pub search: String,
    /// Status by its name in the database (`status`).
    pub status: String,
    /// Type by its name in the database (`type`).
    pub content_type: String,
    /// Column, with `-` before it for the greatest first (`sort`); the newest change first when empty.
    pub sort: String,
    /// Whose review they wait for (`reviewer`): `me` for one's own.
    pub reviewer: String,
}

impl ContentQuery {
    /// Whether anything is searched or filtered, so that "nothing found" differs from "nothing there".
    pub fn is_filtered(&self) -> bool {
        !(self.search.is_empty() && self.status.is_empty() && self.content_type.is_empty() && self.reviewer.is_empty())
    }

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
        SortHeader {
            sort: format!("{minus}{column}"),
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
    /// The value of `sort` that the click sets.
    pub sort: String,
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
    /// Names of its tags.
    pub tags: Vec<String>,
    /// When it last changed.
    pub updated: Moment,
    /// Whether it stands on the home page before the others.
    pub is_featured: bool,
}

/// `/admin/{org}/content`: the content library. Filters are a GET form with q, status, type and sort.
#[derive(Template)]
#[template(path = "content-list.html")]
pub struct ContentListPage {
    /// The frame around it.
    pub frame: Frame,
    /// What the address bar says.
    pub query: ContentQuery,
    /// One page of items.
    pub rows: Vec<ContentRow>,
    /// The pages before and after.
    pub pager: Pager,
    /// Whether the person may write.
    pub may_create: bool,
    /// Whether the reader may publish and delete.
    pub may_publish: bool,
    /// Categories to put chosen items into.
    pub categories: Vec<SelectOption>,
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

    /// The address of this list in another order; the search and the filters stay.
    pub(super) fn href_sorted(&self, header: &SortHeader) -> String {
        let pairs = [
            ("q", &self.query.search),
            ("status", &self.query.status),
            ("type", &self.query.content_type),
            ("reviewer", &self.query.reviewer),
            ("sort", &header.sort),
        ];
        let query: Vec<String> = pairs
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", percent_encode(value)))
            .collect();
        format!("{}/content?{}", self.frame.base(), query.join("&"))
    }
}

fn with_any(label: &str, options: Vec<SelectOption>) -> Vec<SelectOption> {
    let mut all = vec![SelectOption::new("", label)];
    all.extend(options);
    all
}

/// Encodes everything but the unreserved characters of RFC 3986, section 2.3.
fn percent_encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
        encoded
    })
}
