//! Authors of published posts: names and pictures, never addresses or roles.

use kernel::db::Row;
use serde_json::{Map, Value, json};

use super::address::{Address, Resource};
use super::lists::{self, Source};
use super::refusal::Refused;
use super::visit::Visit;
use super::{posts, tags};

/// An author as far as the API shows them. Their slug is our id, as in the addresses of the site.
pub struct Author {
    pub id: String,
    pub name: String,
    pub picture: Option<String>,
}

impl Author {
    /// Ghost's object with every key, empty where we have nothing to say.
    pub fn object(&self, visit: &Visit) -> Map<String, Value> {
        let mut object = Map::new();
        let empty = [
            "cover_image",
            "bio",
            "website",
            "location",
            "facebook",
            "twitter",
            "threads",
            "bluesky",
            "mastodon",
            "tiktok",
            "youtube",
            "instagram",
            "linkedin",
            "meta_title",
            "meta_description",
        ];
        object.extend(empty.map(|name| (name.to_owned(), Value::Null)));
        let filled = [
            ("id", json!(super::ids::from_any(&self.id))),
            ("name", json!(self.name)),
            ("slug", json!(self.id)),
            ("profile_image", json!(self.picture.as_deref().map(|picture| visit.absolute(picture)))),
            ("url", json!(visit.absolute(&visit.links.author(&self.id)))),
        ];
        object.extend(filled.map(|(name, value)| (name.to_owned(), value)));
        object
    }
}

pub async fn answer(visit: &Visit, address: &Address) -> Refused<Value> {
    let wrote = format!(
        "SELECT i.author_id, count(*) AS posts FROM content_items i WHERE {} GROUP BY i.author_id",
        posts::seen(Resource::Posts)
    );
    let source = Source {
        columns: "u.id, coalesce(u.name, '') AS name, u.avatar_url, p.posts".to_owned(),
        tables: format!("users u JOIN ({wrote}) p ON p.author_id = u.id"),
        beside: "",
        seen: "true".to_owned(),
        id: "u.id",
        slug: "u.id",
        usual_order: "coalesce(u.name, '')",
    };
    let found = lists::find(visit, address, &source).await?;
    let object = |row: &Row| {
        let author = Author { id: row.get("id"), name: row.get("name"), picture: row.get("avatar_url") };
        tags::counted(visit, author.object(visit), row)
    };
    let objects = found.rows.iter().map(object).collect();
    Ok(found.envelope(address.resource, objects))
}
