//! JSON Feed 1.1 (jsonfeed.org).

use serde_json::{Map, Value, json};

use super::{Feed, FeedItem, ITEMS_PER_FEED};

/// The feed as JSON Feed 1.1, to be served as `application/feed+json`.
pub fn json_feed(feed: &Feed) -> String {
    let mut object = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home_url,
        "feed_url": feed.json_url,
        "language": feed.language,
        "items": feed.items.iter().take(ITEMS_PER_FEED).map(item).collect::<Vec<_>>(),
    });
    if let Some(fields) = object.as_object_mut() {
        put(fields, "description", Some(&feed.description).filter(|text| !text.is_empty()));
        put(fields, "icon", feed.logo.as_ref());
    }
    object.to_string()
}

fn item(item: &FeedItem) -> Value {
    let mut fields = Map::new();
    fields.insert("id".to_owned(), json!(item.id));
    fields.insert("url".to_owned(), json!(item.url));
    fields.insert("content_html".to_owned(), json!(item.content.as_str()));
    put(&mut fields, "title", Some(&item.title).filter(|title| !title.trim().is_empty()));
    put(&mut fields, "summary", item.summary.as_ref());
    put(&mut fields, "image", item.image.as_ref());
    put(&mut fields, "language", item.language.as_ref());
    put(&mut fields, "date_published", item.published_at.map(|instant| instant.to_string()).as_ref());
    put(&mut fields, "date_modified", item.updated_at.map(|instant| instant.to_string()).as_ref());
    if let Some(name) = &item.author {
        let mut author = Map::new();
        put(&mut author, "name", Some(name));
        put(&mut author, "url", item.author_url.as_ref());
        fields.insert("authors".to_owned(), json!([author]));
    }
    if !item.topics.is_empty() {
        fields.insert("tags".to_owned(), json!(item.topics));
    }
    Value::Object(fields)
}

/// The format has no nulls: what is not known is not there.
fn put(fields: &mut Map<String, Value>, name: &str, value: Option<&String>) {
    if let Some(value) = value {
        fields.insert(name.to_owned(), Value::String(value.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;

    #[test]
    fn an_item_names_what_is_known_and_nothing_else() {
        let mut feed = sample("Hello");
        feed.items[0].summary = None;
        let value: Value = serde_json::from_str(&json_feed(&feed)).unwrap();
        assert_eq!(value["version"], "https://jsonfeed.org/version/1.1");
        assert_eq!(
            value["items"][0],
            json!({
                "id": "0198", "url": "https://a.example/hello", "title": "Hello", "content_html": "Hello",
                "date_published": "2026-03-04T05:06:07Z", "authors": [{ "name": "Hello" }], "tags": ["Hello"],
            })
        );
    }
}
