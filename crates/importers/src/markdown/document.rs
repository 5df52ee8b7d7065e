//! From a file's path, front matter and text to an item.

use content::items::model::{ContentStatus, ContentType};
use jiff::Timestamp;
use serde_json::Value;

use super::body::{self, Body, Picture};
use super::front_matter::{FrontMatter, as_text};
use super::pictures::is_on_the_web;
use crate::carry::Carried;
use crate::dates::{dated_name, moment};

/// A file as an item, with the names of what still has to be looked up.
pub(super) struct Document {
    pub item: Carried,
    /// The pictures of its text and the one at its head.
    pub pictures: Vec<Picture>,
    /// The picture at its head, as it is written, where it is no address of the web.
    pub head: Option<String>,
    pub category: Option<String>,
    pub author: Option<Author>,
}

/// Who wrote a file.
pub(super) struct Author {
    pub name: String,
    pub email: String,
}

/// What a path says: `_posts/2024-01-02-hello.de.md`.
struct Place<'a> {
    /// The name without ending, date and language; the folder's for an index.
    name: &'a str,
    date: Option<Timestamp>,
    language: Option<&'a str>,
    folders: Vec<&'a str>,
    is_index: bool,
}

impl<'a> Place<'a> {
    fn of(path: &'a str) -> Self {
        let mut folders: Vec<&str> = path.split('/').collect();
        let file = folders.pop().unwrap_or_default();
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let is_code = |code: &str| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase());
        let (stem, language) = match stem.rsplit_once('.') {
            Some((stem, code)) if is_code(code) => (stem, Some(code)),
            _ => (stem, None),
        };
        let is_index = matches!(stem.to_ascii_lowercase().as_str(), "index" | "_index");
        let name = if is_index { folders.last().copied().unwrap_or_default() } else { stem };
        let (date, name) = dated_name(name).map_or((None, name), |(date, name)| (Some(date), name));
        Self { name, date, language, folders, is_index }
    }

    fn is_in(&self, folder: &str) -> bool {
        self.folders.iter().any(|name| name.eq_ignore_ascii_case(folder))
    }
}

impl Document {
    /// Reads a file, or says what is wrong with it.
    pub fn read(path: &str, text: &str) -> Result<Self, String> {
        let (fields, markdown) = FrontMatter::split(text)?;
        let has_fields = fields.is_some();
        let (fields, place) = (fields.unwrap_or_default(), Place::of(path));
        let title = fields.text(&["title"]);
        let body = body::render(markdown, title.as_deref());
        let mut item = item(&fields, &place, body.html.clone());
        item.title = title.or_else(|| body.heading.clone()).unwrap_or_else(|| name_as_title(place.name));
        if !has_fields {
            item.status = Some(ContentStatus::Draft);
            item.note("It has no front matter that says it is public, so it is a draft.");
        }
        note_the_rest(&mut item, &fields, &body);
        let categories = fields.list(&["categories", "category"], false);
        item.tags = fields.list(&["tags", "tag"], true);
        item.tags.iter_mut().for_each(|tag| *tag = tag.trim_start_matches('#').to_owned());
        if categories.len() > 1 {
            item.note("It stood in several categories; the first is its category and the others are tags.");
            item.tags.extend(categories.iter().skip(1).cloned());
        }
        let (pictures, head) = pictures(&mut item, &fields, body);
        Ok(Self { item, pictures, head, category: categories.into_iter().next(), author: author(&fields) })
    }
}

fn item(fields: &FrontMatter, place: &Place<'_>, body: String) -> Carried {
    let date = |names: &[&str]| fields.text(names).and_then(|text| moment(&text));
    let published_at = date(&["date", "publishdate", "pubdate", "published_at", "created"]).or(place.date);
    let is_draft = fields.truth(&["draft"]) == Some(true)
        || fields.truth(&["published", "publish"]) == Some(false)
        || place.is_in("_drafts");
    let status = if is_draft { ContentStatus::Draft } else { ContentStatus::Published };
    let address = fields.text(&["permalink", "url"]).map(|address| last_part(&address).to_owned());
    let slug = fields.text(&["slug"]).or(address).unwrap_or_else(|| place.name.to_owned());
    let aliases = fields.list(&["aliases", "redirect_from"], false);
    Carried {
        slug,
        old_slugs: aliases.iter().map(|alias| last_part(alias).to_owned()).collect(),
        excerpt: fields.text(&["excerpt", "summary", "description", "subtitle"]),
        body,
        content_type: content_type(fields, place, published_at.is_some()),
        language: fields.text(&["lang", "language", "locale"]).or_else(|| place.language.map(str::to_owned)),
        meta_title: fields.text(&["seo_title", "meta_title", "metatitle"]),
        meta_description: fields.text(&["description", "meta_description"]),
        keywords: fields.list(&["keywords"], false),
        canonical_url: fields.text(&["canonical_url", "canonicalurl", "canonical"]),
        featured: fields.truth(&["featured", "pin", "sticky"]) == Some(true),
        status: Some(status),
        published_at: if is_draft { None } else { published_at },
        created_at: published_at,
        updated_at: date(&["lastmod", "updated", "modified", "last_modified_at", "updated_at"]),
        ..Carried::default()
    }
}

fn content_type(fields: &FrontMatter, place: &Place<'_>, is_dated: bool) -> ContentType {
    let named = fields.text(&["type", "layout"]).unwrap_or_default();
    match named.to_ascii_lowercase().as_str() {
        "post" | "posts" | "blog" => return ContentType::BlogPost,
        "docs" | "doc" => return ContentType::Documentation,
        _ => {}
    }
    if let Ok(kind) = named.to_ascii_uppercase().replace(['-', ' '], "_").parse() {
        return kind;
    }
    if place.is_in("docs") {
        ContentType::Documentation
    } else if place.is_in("pages") || (place.is_index && !is_dated) {
        ContentType::Page
    } else if is_dated || place.is_in("_posts") || place.is_in("_drafts") {
        ContentType::BlogPost
    } else {
        ContentType::Article
    }
}

/// The text's pictures and the one at its head, which is told again where it lies in the folder.
fn pictures(item: &mut Carried, fields: &FrontMatter, body: Body) -> (Vec<Picture>, Option<String>) {
    let mut pictures = body.pictures;
    let head = fields.first(&["image", "featured_image", "cover", "thumbnail", "images"]).and_then(picture_address);
    let head = head.inspect(|address| pictures.push(Picture { address: address.clone(), alt: String::new() }));
    match head {
        Some(address) if is_on_the_web(&address) => {
            item.featured_image = Some(address);
            (pictures, None)
        }
        head => (pictures, head),
    }
}

/// An address alone, in a list, or under one of the names that themes use.
fn picture_address(value: &Value) -> Option<String> {
    match value {
        Value::Array(list) => list.first().and_then(as_text),
        Value::Object(fields) => ["url", "src", "image", "path"].iter().find_map(|name| as_text(fields.get(*name)?)),
        value => as_text(value),
    }
    .filter(|address| !address.is_empty())
}

fn author(fields: &FrontMatter) -> Option<Author> {
    let first = match fields.first(&["author", "authors"])? {
        Value::Array(list) => list.first()?,
        value => value,
    };
    let (name, email) = match first {
        Value::Object(person) => {
            let text = |name: &str| person.get(name).and_then(as_text).unwrap_or_default();
            (text("name"), text("email"))
        }
        value => (as_text(value)?, String::new()),
    };
    (!name.is_empty() || !email.is_empty()).then_some(Author { name, email })
}

fn note_the_rest(item: &mut Carried, fields: &FrontMatter, body: &Body) {
    if body.has_shortcodes {
        item.note("Shortcodes in its text stay as they are written.");
    }
    if fields.text(&["date"]).is_some_and(|text| moment(&text).is_none()) {
        item.note("Its date cannot be read; write it like 2024-01-31.");
    }
    if fields.first(&["expirydate", "unpublishdate"]).is_some() {
        item.note("Its date of expiry is not carried.");
    }
}

/// The last part of an address that says something.
fn last_part(address: &str) -> &str {
    let path = address.split(['?', '#']).next().unwrap_or_default().trim_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default();
    last.strip_suffix(".html").unwrap_or(last)
}

/// A name as people write titles: `my-first_note` becomes `My first note`.
fn name_as_title(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    let mut letters = words.trim().chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_say_what_front_matter_leaves_out() {
        let text = "---\nlayout: post\n---\nHi";
        let document = Document::read("_posts/2024-01-02-my-note.de.md", text).expect("it is right");
        let item = document.item;
        assert_eq!((item.title.as_str(), item.slug.as_str()), ("My note", "my-note"));
        assert_eq!(item.language.as_deref(), Some("de"));
        assert_eq!(item.published_at.map(|at| at.to_string()).as_deref(), Some("2024-01-02T00:00:00Z"));
        assert_eq!((item.content_type, item.status), (ContentType::BlogPost, Some(ContentStatus::Published)));
    }

    #[test]
    fn an_index_is_called_like_its_folder() {
        let item = Document::read("guides/setup/index.md", "---\ntitle: Setup\n---\n").expect("it is right").item;
        assert_eq!((item.slug.as_str(), item.content_type), ("setup", ContentType::Page));
    }

    #[test]
    fn drafts_are_known_in_all_their_forms() {
        for (path, text) in [
            ("a.md", "---\ndraft: true\ndate: 2024-01-01\n---\n"),
            ("a.md", "---\npublished: false\n---\n"),
            ("_drafts/a.md", "---\ntitle: A\n---\n"),
            ("a.md", "# A\n"),
        ] {
            let item = Document::read(path, text).expect("it is right").item;
            assert_eq!((item.status, item.published_at), (Some(ContentStatus::Draft), None), "{path} {text}");
        }
    }
}
