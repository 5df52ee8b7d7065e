//! What is found, and in which order it is shown.

use kernel::letters;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What kind of thing was found, in the order in which kinds stand when nothing else decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FoundKind)]
pub enum Kind {
    /// A page of the application.
    Page,
    /// Something to begin, such as a new article.
    Action,
    Content,
    Category,
    Tag,
    Media,
    Campaign,
    Contact,
}

impl Kind {
    /// The heading over what is found of this kind.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Page => "Go to",
            Self::Action => "Create",
            Self::Content => "Content",
            Self::Category => "Categories",
            Self::Tag => "Tags",
            Self::Media => "Media",
            Self::Campaign => "Campaigns",
            Self::Contact => "Audience",
        }
    }

    /// The name of its picture in the sprite.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Page => "navigation",
            Self::Action => "plus",
            Self::Content => "file-text",
            Self::Category => "folder-tree",
            Self::Tag => "tags",
            Self::Media => "image",
            Self::Campaign => "megaphone",
            Self::Contact => "contact",
        }
    }
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Found {
    pub kind: Kind,
    /// Its id; null for pages and actions, which have none.
    pub id: Option<String>,
    pub title: String,
    /// What else there is to know of it, such as its status; may be empty.
    pub note: String,
    /// Other words by which it is found.
    pub also: String,
    /// Where it is opened, from this server's root.
    pub address: String,
}

/// How well a text answers what was typed; nothing when not every word begins one of its own.
pub fn score(typed: &str, text: &str) -> Option<u8> {
    let (typed, text) = (letters::plain(typed.trim()), letters::plain(text.trim()));
    if text == typed {
        return Some(4);
    }
    if text.starts_with(&typed) {
        return Some(3);
    }
    let words =
        |text: &str| text.split(|letter: char| !letter.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>();
    let own = words(&text);
    let begins_one = |word: &String| own.iter().any(|one| one.starts_with(word.as_str()));
    if words(&typed).iter().all(begins_one) {
        return Some(2);
    }
    text.contains(&typed).then_some(1)
}

/// Puts what was found into its groups: those with the best answers first, and the best answers first in each.
///
/// A thing whose title does not tell why it was found, for the words stand in its text, comes after those whose title
/// does, in the order in which its source gave it.
pub fn rank(typed: &str, mut found: Vec<Found>) -> Vec<Found> {
    let own = |one: &Found| score(typed, &one.title).unwrap_or(0);
    let best = |kind: Kind| found.iter().filter(|one| one.kind == kind).map(own).max().unwrap_or(0);
    let kinds = [
        Kind::Page,
        Kind::Action,
        Kind::Content,
        Kind::Category,
        Kind::Tag,
        Kind::Media,
        Kind::Campaign,
        Kind::Contact,
    ];
    let bests = kinds.map(best);
    let best_of = |kind: Kind| kinds.iter().position(|one| *one == kind).map_or(0, |at| bests[at]);
    found.sort_by_key(|one| (std::cmp::Reverse(best_of(one.kind)), one.kind, std::cmp::Reverse(own(one))));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(kind: Kind, title: &str) -> Found {
        let (note, also, address) = (String::new(), String::new(), String::new());
        Found { kind, id: None, title: title.into(), note, also, address }
    }

    #[test]
    fn whole_titles_come_before_beginnings_and_those_before_words_within() {
        assert_eq!(score("tags", "Tags"), Some(4));
        assert_eq!(score("tag", "Tags"), Some(3));
        assert_eq!(score("log audit", "Audit log"), Some(2));
        assert_eq!(score("udit", "Audit log"), Some(1));
        assert_eq!(score("harbour", "Audit log"), None);
        assert_eq!(score("ÜBER", "über uns"), Some(3));
        assert_eq!(score("uber", "über uns"), Some(3));
    }

    #[test]
    fn the_group_with_the_best_answer_stands_first_and_groups_stay_together() {
        let all = vec![
            found(Kind::Page, "Media"),
            found(Kind::Content, "All about tides"),
            found(Kind::Content, "Told in the text alone"),
            found(Kind::Content, "Tides"),
            found(Kind::Tag, "Tides of war"),
        ];
        let ranked = rank("tides", all);
        let titles: Vec<_> = ranked.iter().map(|one| one.title.as_str()).collect();
        assert_eq!(titles, ["Tides", "All about tides", "Told in the text alone", "Tides of war", "Media"]);
    }
}
