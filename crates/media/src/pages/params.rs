//! What the address of the library says: search, filters, order, and from where on.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use url::form_urlencoded;

use crate::assets::list::ListParams;
use crate::kinds::Kind;

const DAY: i64 = 24;
const MEGABYTE: i64 = 1024 * 1024;

/// Filters that are no longer known are as good as none.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct LibraryParams {
    pub q: String,
    #[serde(rename = "type")]
    pub kind: String,
    /// A folder's id, or `none` for the top.
    pub folder: String,
    pub tag: String,
    pub size: String,
    pub age: String,
    /// `unused`, `missing_alt` or `bin`.
    pub show: String,
    pub sort: String,
    /// `list` instead of pictures.
    pub view: String,
    pub cursor: String,
}

impl LibraryParams {
    /// Reads what [`query`](Self::query) wrote.
    pub fn read(query: &str) -> Self {
        serde_urlencoded::from_str(query).unwrap_or_default()
    }

    pub fn is_bin(&self) -> bool {
        self.show == "bin"
    }

    pub fn is_list(&self) -> bool {
        self.view == "list"
    }

    /// Whether more is asked for than a folder.
    pub fn is_filtered(&self) -> bool {
        [&self.q, &self.kind, &self.tag, &self.size, &self.age, &self.show].into_iter().any(|text| !text.is_empty())
    }

    /// What is asked of the list: a page of so many files, as of now.
    pub fn to_list(&self, limit: i64, now: Timestamp) -> ListParams {
        let text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let (min_size, max_size) = match self.size.as_str() {
            "small" => (None, Some(MEGABYTE)),
            "medium" => (Some(MEGABYTE), Some(10 * MEGABYTE)),
            "large" => (Some(10 * MEGABYTE), None),
            _ => (None, None),
        };
        let days = match self.age.as_str() {
            "day" => Some(1),
            "week" => Some(7),
            "month" => Some(31),
            "year" => Some(366),
            _ => None,
        };
        ListParams {
            r#type: kind_named(&self.kind),
            folder: text(&self.folder),
            tag: text(&self.tag),
            q: text(&self.q),
            min_size,
            max_size,
            created_from: days.map(|days| now - SignedDuration::from_hours(days * DAY)),
            unused: (self.show == "unused").then_some(true),
            missing_alt: (self.show == "missing_alt").then_some(true),
            deleted: self.is_bin().then_some(true),
            sort: text(&self.sort).filter(|sort| SORTS.iter().any(|(value, _)| value == sort)),
            limit: Some(limit),
            cursor: text(&self.cursor),
            ..ListParams::default()
        }
    }

    /// As it stands behind the `?` of an address, without what is not set.
    pub fn query(&self) -> String {
        let pairs = [
            ("q", &self.q),
            ("type", &self.kind),
            ("folder", &self.folder),
            ("tag", &self.tag),
            ("size", &self.size),
            ("age", &self.age),
            ("show", &self.show),
            ("sort", &self.sort),
            ("view", &self.view),
            ("cursor", &self.cursor),
        ];
        let set = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        form_urlencoded::Serializer::new(String::new()).extend_pairs(set).finish()
    }
}

/// Orders by what the API calls them, and how people do.
pub const SORTS: [(&str, &str); 6] = [
    ("-uploaded_at", "Newest first"),
    ("uploaded_at", "Oldest first"),
    ("name", "Name A–Z"),
    ("-name", "Name Z–A"),
    ("-file_size", "Largest first"),
    ("file_size", "Smallest first"),
];

pub fn kind_named(name: &str) -> Option<Kind> {
    match name {
        "image" => Some(Kind::Image),
        "video" => Some(Kind::Video),
        "audio" => Some(Kind::Audio),
        "document" => Some(Kind::Document),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_it_was_read_from() {
        let query = "q=red+boat&type=image&folder=none&show=unused&sort=name";
        let params = LibraryParams::read(query);
        assert_eq!(params.query(), query);
        let list = params.to_list(10, Timestamp::UNIX_EPOCH);
        assert_eq!(
            (list.q.as_deref(), list.unused, list.sort.as_deref()),
            (Some("red boat"), Some(true), Some("name"))
        );
    }
}
