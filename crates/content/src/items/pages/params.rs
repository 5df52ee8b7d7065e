//! What the library's address says: search, filters and order.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use kernel::access::Caller;
use kernel::{Error, Result, validate};
use serde::Deserialize;
use serde_json::Value;

use crate::items::list::ListParams;

/// The person who looks at the list.
pub const ME: &str = "me";
/// The value of `view` that asks for everything, whatever view somebody begins with.
pub const EVERYTHING: &str = "all";

/// The parameters of the address, every one a text. Filters that are no longer known are as good as none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct LibraryParams {
    pub q: String,
    pub status: String,
    #[serde(rename = "type")]
    pub content_type: String,
    /// A category's id or slug.
    pub category: String,
    /// An id, or `me`.
    pub author: String,
    /// A tag's name or slug.
    pub tag: String,
    pub language: String,
    /// What the items lack.
    pub missing: String,
    /// Where draft changes of the items stand.
    pub changes: String,
    /// Days, as the organization's clocks count them; the last one is part of it.
    pub from: String,
    pub to: String,
    /// An id, or `me`.
    pub reviewer: String,
    pub sort: String,
    pub cursor: Option<String>,
    pub view: String,
}

impl LibraryParams {
    /// What is searched, filtered and sorted by: names and values, in one order, without those that are not set.
    pub fn pairs(&self) -> Vec<(&'static str, &str)> {
        let pairs = [
            ("q", self.q.trim()),
            ("status", &self.status),
            ("type", &self.content_type),
            ("category", &self.category),
            ("author", &self.author),
            ("tag", self.tag.trim()),
            ("language", &self.language),
            ("missing", &self.missing),
            ("changes", &self.changes),
            ("from", &self.from),
            ("to", &self.to),
            ("reviewer", &self.reviewer),
            ("sort", &self.sort),
        ];
        pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The same as the part of an address behind the question mark.
    pub fn query(&self) -> String {
        serde_urlencoded::to_string(self.pairs()).unwrap_or_default()
    }

    /// Reads such a part, as somebody saves it. A parameter that the list does not know is refused.
    pub fn parse(query: &str) -> Result<Self> {
        let refused = |words: String| Error::invalid("query", "unknown_value", words);
        let unreadable = |_| refused("This is no part of an address, like status=DRAFT&type=PAGE.".into());
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).map_err(unreadable)?;
        let params: Self = serde_urlencoded::from_str(query).map_err(unreadable)?;
        let known = |name: &str| Self::NAMES.contains(&name);
        match pairs.iter().find(|(name, value)| !known(name) || value.contains('\0')) {
            Some((name, _)) => Err(refused(format!("The list of content has no filter {name:?}."))),
            None => Ok(params),
        }
    }

    const NAMES: [&str; 15] = [
        "q", "status", "type", "category", "author", "tag", "language", "missing", "changes", "from", "to", "reviewer",
        "sort", "cursor", "view",
    ];

    /// Whether anything is searched or filtered.
    pub fn is_filtered(&self) -> bool {
        self.pairs().iter().any(|(name, _)| *name != "sort")
    }

    /// Whether a filter is set that the first row of the form does not show.
    pub fn has_more(&self) -> bool {
        let shown = ["q", "status", "type", "reviewer", "sort"];
        self.pairs().iter().any(|(name, _)| !shown.contains(name))
    }

    /// Whether the address says nothing at all, not even that everything is wanted.
    pub fn is_bare(&self) -> bool {
        self.pairs().is_empty() && self.view.is_empty() && self.cursor.is_none()
    }

    /// What is asked of the list; days begin and end in this zone.
    pub fn to_list(&self, caller: &Caller, zone: &TimeZone, rows: i64) -> ListParams {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let slug = validate::slug_from(&self.tag);
        ListParams {
            limit: Some(rows),
            cursor: self.cursor.clone(),
            sort: text(&self.sort),
            status: self.status.parse().ok(),
            r#type: self.content_type.parse().ok(),
            tag: text(&self.tag).map(|tag| if slug.is_empty() { tag } else { slug }),
            category: text(&self.category),
            author: person(caller, &self.author),
            q: text(self.q.trim()),
            language: text(&self.language),
            reviewer: person(caller, &self.reviewer),
            missing: serde_json::from_value(Value::String(self.missing.clone())).ok(),
            changes: serde_json::from_value(Value::String(self.changes.clone())).ok(),
            updated_from: beginning(&self.from, 0, zone),
            updated_to: beginning(&self.to, 1, zone),
            ..ListParams::default()
        }
    }
}

/// Somebody named by an id or as `me`; one that cannot be is as good as none.
fn person(caller: &Caller, named: &str) -> Option<String> {
    if named == ME {
        return Some(caller.actor.user_id.clone());
    }
    kernel::id::is_well_formed(named).then(|| named.to_owned())
}

/// When a day begins, or one some days later.
fn beginning(day: &str, later: i64, zone: &TimeZone) -> Option<Timestamp> {
    let day: Date = day.trim().parse().ok()?;
    let day = day.checked_add(later.days()).ok()?;
    zone.to_ambiguous_zoned(day.at(0, 0, 0, 0)).compatible().ok().map(|begun| begun.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_in_one_way_whatever_way_it_was_typed() {
        let params = LibraryParams::parse("type=PAGE&q=+sea%26sky&status=&cursor=abc&status2=").map_err(|_| ());
        assert_eq!(params, Err(()));
        let params = LibraryParams::parse("type=PAGE&q=+sea%26sky&status=&cursor=abc&view=all").unwrap();
        assert_eq!(params.query(), "q=sea%26sky&type=PAGE");
        assert_eq!(LibraryParams::parse(&params.query()).unwrap().query(), params.query());
        assert!(params.is_filtered() && !params.has_more());
        assert!(LibraryParams::parse("").unwrap().is_bare());
        assert!(LibraryParams::parse("q=a&q=b").is_err());
    }

    #[test]
    fn every_name_is_read_and_every_filter_written() {
        let all: Vec<String> = LibraryParams::NAMES.iter().map(|name| format!("{name}=1")).collect();
        let written = LibraryParams::parse(&all.join("&")).unwrap().query();
        assert_eq!(written.matches('=').count(), LibraryParams::NAMES.len() - 2, "all but cursor and view");
    }

    #[test]
    fn days_begin_when_the_organizations_clocks_say_so() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let at = |day, later| beginning(day, later, &zone).map(|moment| moment.to_string());
        assert_eq!(at("2026-03-29", 0).as_deref(), Some("2026-03-28T23:00:00Z"));
        assert_eq!(at("2026-03-29", 1).as_deref(), Some("2026-03-29T22:00:00Z"), "the clocks went forward");
        assert_eq!((at("yesterday", 0), at("", 0), at("9999-12-31", 1)), (None, None, None));
    }
}
