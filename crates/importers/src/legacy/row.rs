//! A row of the host platform's table and the item it becomes.

use content::items::model::{ContentStatus, ContentType};
use jiff::Timestamp;
use kernel::db::Row;
use serde_json::Value;

use crate::carry::Carried;

/// A row of the table `content`.
#[derive(Debug, Default)]
pub(super) struct LegacyContent {
    pub id: String,
    pub title: String,
    pub slug: String,
    pub content_type: String,
    pub content: String,
    pub excerpt: Option<String>,
    pub status: String,
    pub author_id: String,
    pub published_at: Option<Timestamp>,
    pub seo_meta: Option<Value>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
}

impl LegacyContent {
    pub fn from_row(row: &Row) -> Self {
        Self {
            id: row.get("id"),
            title: row.get("title"),
            slug: row.get("slug"),
            content_type: row.get("content_type"),
            content: row.get("content"),
            excerpt: row.get("excerpt"),
            status: row.get("status"),
            author_id: row.get("author_id"),
            published_at: row.get("published_at"),
            seo_meta: row.get("seo_meta"),
            created_at: row.get("created_at"),
            updated_at: row.get("updated_at"),
        }
    }

    /// The item without its author, or why there can be none.
    pub fn to_item(&self) -> Result<Carried, String> {
        let content_type: ContentType =
            self.content_type.parse().map_err(|_| format!("Its type {} is not known here.", self.content_type))?;
        let status: ContentStatus =
            self.status.parse().map_err(|_| format!("Its status {} is not known here.", self.status))?;
        let mut item = Carried {
            title: self.title.clone(),
            slug: self.slug.clone(),
            excerpt: self.excerpt.clone(),
            body: to_html(&self.content),
            content_type,
            status: Some(status),
            published_at: self.published_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
            ..Carried::default()
        };
        if let Some(Value::Object(seo)) = &self.seo_meta {
            let text = |key: &str| seo.get(key).and_then(Value::as_str).map(str::to_owned);
            item.meta_title = text("title");
            item.meta_description = text("description");
            item.keywords = seo.get("keywords").map(keywords).unwrap_or_default();
            if seo.keys().any(|key| !matches!(key.as_str(), "title" | "description" | "keywords")) {
                item.note("Its seo_meta holds more than title, description and keywords, which is not carried.");
            }
        }
        Ok(item)
    }
}

/// Keywords as a list, or in one text with commas.
fn keywords(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::String(text) => text.split(',').map(|keyword| keyword.trim().to_owned()).collect(),
        _ => Vec::new(),
    }
}

/// HTML as it is; plain text in paragraphs, which blank lines part.
fn to_html(text: &str) -> String {
    if has_markup(text) {
        return text.to_owned();
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut html = String::with_capacity(text.len() + 16);
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().chain([""]) {
        if !line.trim().is_empty() {
            lines.push(html_escape::encode_text(line.trim()).into_owned());
        } else if !lines.is_empty() {
            html.push_str("<p>");
            html.push_str(&lines.join("<br>"));
            html.push_str("</p>");
            lines.clear();
        }
    }
    html
}

/// Whether anything in a text is a tag or a comment of HTML; `a < b` and `<name@example.org>` are none.
fn has_markup(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| {
        let rest = &text[at + 1..];
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let name = rest.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let is_named = rest.starts_with(|character: char| character.is_ascii_alphabetic());
        let ends = rest[name..].starts_with(|character: char| character.is_whitespace() || ">/".contains(character));
        rest.starts_with("!--") || (is_named && ends && rest[name..].contains('>'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_becomes_paragraphs_and_html_stays() {
        for (text, html) in [
            ("Plain text body, no markup.", "<p>Plain text body, no markup.</p>"),
            ("a < b & c\r\nd\r\n\r\n\r\n e", "<p>a &lt; b &amp; c<br>d</p><p>e</p>"),
            ("write to <a@b.example>", "<p>write to &lt;a@b.example&gt;</p>"),
            ("<p>a</p>", "<p>a</p>"),
            ("line<br/>line", "line<br/>line"),
            ("", ""),
        ] {
            assert_eq!(to_html(text), html, "{text}");
        }
    }

    #[test]
    fn what_is_unknown_is_told() {
        let row = LegacyContent { content_type: "PODCAST".into(), status: "DRAFT".into(), ..LegacyContent::default() };
        assert_eq!(row.to_item().err().as_deref(), Some("Its type PODCAST is not known here."));
    }

    #[test]
    fn keywords_come_as_list_or_text() {
        assert_eq!(keywords(&serde_json::json!(["a", 1, "b"])), ["a", "b"]);
        assert_eq!(keywords(&serde_json::json!("a, b")), ["a", "b"]);
    }
}
