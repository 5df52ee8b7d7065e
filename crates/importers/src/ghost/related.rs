//! What posts refer to, which stands elsewhere in the file: some hundred bytes a post, kept in memory.

use std::collections::HashMap;

use super::export::Row;

/// Columns of `posts_meta` that are asked for.
const META: [&str; 8] = [
    "meta_title",
    "meta_description",
    "og_image",
    "og_title",
    "og_description",
    "twitter_image",
    "twitter_title",
    "twitter_description",
];

/// The tables that [`Related`] is made of.
pub(super) const TABLES: [&str; 5] = ["users", "tags", "posts_tags", "posts_authors", "posts_meta"];

/// An author.
#[derive(Debug, Clone, Default)]
pub(super) struct User {
    pub name: String,
    pub email: String,
    pub slug: String,
}

/// A tag.
#[derive(Debug, Clone)]
pub(super) struct Tag {
    pub name: String,
    /// Such as `#newsletter`: for the editors, never shown.
    pub is_internal: bool,
}

#[derive(Debug, Default)]
pub(super) struct Related {
    users: HashMap<String, User>,
    tags: HashMap<String, Tag>,
    tags_of: HashMap<String, Vec<(i64, String)>>,
    authors_of: HashMap<String, Vec<(i64, String)>>,
    meta: HashMap<String, Vec<(usize, String)>>,
}

impl Related {
    /// Remembers a row of a table that posts refer to; rows of others are passed over.
    pub fn take(&mut self, table: &str, row: &Row) {
        let id = |column: &str| row.text(column).unwrap_or_default();
        match table {
            "users" => {
                let user = User { name: id("name"), email: id("email"), slug: id("slug") };
                self.users.insert(id("id"), user);
            }
            "tags" => {
                let name = id("name");
                let is_internal = name.starts_with('#') || row.text("visibility").as_deref() == Some("internal");
                self.tags.insert(id("id"), Tag { name, is_internal });
            }
            "posts_tags" => {
                self.tags_of.entry(id("post_id")).or_default().push((row.number("sort_order"), id("tag_id")));
            }
            "posts_authors" => {
                self.authors_of.entry(id("post_id")).or_default().push((row.number("sort_order"), id("author_id")));
            }
            "posts_meta" => {
                let texts = META.iter().enumerate().filter_map(|(at, column)| Some((at, row.text(column)?)));
                self.meta.insert(id("post_id"), texts.collect());
            }
            _ => {}
        }
    }

    /// All tags, in the order of their names.
    pub fn all_tags(&self) -> Vec<Tag> {
        let mut tags: Vec<Tag> = self.tags.values().cloned().collect();
        tags.sort_by(|one, other| one.name.cmp(&other.name));
        tags
    }

    /// The names of a post's tags in their order, without internal ones.
    pub fn tags(&self, post: &str) -> Vec<String> {
        let tags = in_order(&self.tags_of, post).into_iter().filter_map(|id| self.tags.get(id));
        tags.filter(|tag| !tag.is_internal).map(|tag| tag.name.clone()).collect()
    }

    /// The ids and users that wrote a post, the first one first.
    pub fn authors(&self, post: &str, otherwise: Option<&str>) -> Vec<(&str, &User)> {
        let mut ids = in_order(&self.authors_of, post);
        if ids.is_empty() {
            ids.extend(otherwise.and_then(|id| self.users.get_key_value(id)).map(|(id, _)| id.as_str()));
        }
        ids.into_iter().filter_map(|id| Some((id, self.users.get(id)?))).collect()
    }

    /// A text about a post that Ghost keeps beside it.
    pub fn meta(&self, post: &str, column: &str) -> Option<String> {
        let texts = self.meta.get(post)?;
        texts.iter().find(|(at, _)| META.get(*at) == Some(&column)).map(|(_, text)| text.clone())
    }
}

fn in_order<'a>(of: &'a HashMap<String, Vec<(i64, String)>>, post: &str) -> Vec<&'a str> {
    let mut ids: Vec<&(i64, String)> = of.get(post).into_iter().flatten().collect();
    ids.sort();
    ids.into_iter().map(|(_, id)| id.as_str()).collect()
}
