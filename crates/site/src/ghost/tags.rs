//! Tags that published posts carry. A name that begins with `#` makes a tag internal.

use kernel::db::Row;
use serde_json::{Map, Value, json};

use super::address::Address;
use super::lists::{self, Source};
use super::posts;
use super::refusal::Refused;
use super::visit::Visit;

/// A tag as far as the API shows it.
pub struct Tag {
    pub id: String,
    pub name: String,
    pub slug: String,
    pub color: Option<String>,
}

impl Tag {
    /// Whether it is for editors alone, as names with `#` before them are in Ghost.
    pub fn is_internal(&self) -> bool {
        self.name.starts_with('#')
    }

    /// Ghost's object with every key, empty where we have nothing to say.
    pub fn object(&self, visit: &Visit) -> Map<String, Value> {
        let mut object = Map::new();
        let empty = [
            "description",
            "feature_image",
            "og_image",
            "og_title",
            "og_description",
            "twitter_image",
            "twitter_title",
            "twitter_description",
            "meta_title",
            "meta_description",
            "codeinjection_head",
            "codeinjection_foot",
            "canonical_url",
        ];
        object.extend(empty.map(|name| (name.to_owned(), Value::Null)));
        let visibility = if self.is_internal() { "internal" } else { "public" };
        let filled = [
            ("id", json!(super::ids::from_any(&self.id))),
            ("name", json!(self.name)),
            ("slug", json!(self.slug)),
            ("visibility", json!(visibility)),
            ("accent_color", json!(self.color)),
            ("url", json!(visit.absolute(&visit.links.tag(&self.slug)))),
        ];
        object.extend(filled.map(|(name, value)| (name.to_owned(), value)));
        object
    }
}

pub async fn answer(visit: &Visit, address: &Address) -> Refused<Value> {
    let used = format!(
        "SELECT l.tag_id, count(*) AS posts FROM app.content_item_tags l \
         JOIN content_items i ON i.organization_id = l.organization_id AND i.id = l.content_id \
         WHERE {} GROUP BY l.tag_id",
        posts::seen(super::address::Resource::Posts)
    );
    let source = Source {
        columns: "t.id, t.name, t.slug, t.color, p.posts".to_owned(),
        tables: format!("content_tags t JOIN ({used}) p ON p.tag_id = t.id"),
        beside: "",
        seen: "true".to_owned(),
        id: "t.id",
        slug: "t.slug",
        usual_order: "t.name",
    };
    let found = lists::find(visit, address, &source).await?;
    let object = |row: &Row| {
        let tag = Tag { id: row.get("id"), name: row.get("name"), slug: row.get("slug"), color: row.get("color") };
        counted(visit, tag.object(visit), row)
    };
    let objects = found.rows.iter().map(object).collect();
    Ok(found.envelope(address.resource, objects))
}

/// The object as it was asked for, with the number of its posts when that was included.
pub fn counted(visit: &Visit, mut object: Map<String, Value>, row: &Row) -> Value {
    if visit.options.includes("count.posts") {
        object.insert("count".to_owned(), json!({ "posts": row.get::<_, i64>("posts") }));
    }
    visit.options.select(object, &["count"])
}
