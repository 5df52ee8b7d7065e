//! Posts and pages: what is published, of the types that Ghost calls so.

use content::html;
use content::items::model::{ContentType, TagOfItem};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::db::Row;
use media::pictures::Known;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::address::{Address, Resource};
use super::ids;
use super::lists::{self, Source};
use super::options::Formats;
use super::people::Author;
use super::refusal::{Refusal, Refused};
use super::tags::Tag;
use super::visit::{Visit, moment};
use crate::body;
use crate::html::SafeHtml;
use crate::views::Image;

/// Characters of an excerpt that nobody wrote.
const EXCERPT_LONGEST: usize = 500;
/// Ghost's pace of reading.
const WORDS_A_MINUTE: i64 = 275;
/// Seconds for the first picture; each further one takes a second less, down to the least.
const FIRST_PICTURE_SECONDS: i64 = 12;
const PICTURE_SECONDS_LEAST: i64 = 3;
/// Keys that `include` adds, which stay whatever `fields` says.
const INCLUDED: [&str; 5] = ["authors", "primary_author", "tags", "primary_tag", "tiers"];

/// The condition on an item `i` to be seen as this resource.
pub fn seen(resource: Resource) -> String {
    let fits = |kind: &&ContentType| match resource {
        Resource::Pages => matches!(kind, ContentType::Page | ContentType::LandingPage),
        _ => kind.is_in_stream(),
    };
    // Constants, not parameters: beneath the policies only a partial index serves a condition on an enum.
    let kinds: Vec<String> = ContentType::ALL.iter().filter(fits).map(|kind| format!("'{}'", kind.as_str())).collect();
    format!("i.status = 'PUBLISHED' AND i.type IN ({})", kinds.join(", "))
}

pub async fn answer(visit: &Visit, address: &Address) -> Refused<Value> {
    let formats = visit.options.formats()?;
    let reads_body = formats.html
        || formats.plaintext
        || visit.options.wants("excerpt", true)
        || visit.options.wants("reading_time", true);
    let source = Source {
        columns: columns(reads_body),
        tables: "content_items i".to_owned(),
        beside: "JOIN users u ON u.id = i.author_id",
        seen: seen(address.resource),
        id: "i.id",
        slug: "i.slug",
        usual_order: "i.published_at DESC",
    };
    let found = lists::find(visit, address, &source).await?;
    let texts = found
        .rows
        .iter()
        .flat_map(|row| [row.get("content"), row.get::<_, Option<&str>>("featured_image").unwrap_or_default()]);
    let known = media::pictures::known::known(&visit.tx, &texts.collect::<Vec<_>>()).await?;
    let reader = Reader { visit, formats, zone: visit.settings.zone(), resource: address.resource, known };
    let objects: Refused<Vec<Value>> = found.rows.iter().map(|row| reader.object(row)).collect();
    Ok(found.envelope(address.resource, objects?))
}

fn columns(reads_body: bool) -> String {
    let content = if reads_body { "i.content" } else { "''::text AS content" };
    format!(
        "{content}, i.id, i.title, i.slug, i.excerpt, i.meta_title, i.meta_description, i.canonical_url, i.featured_image, \
         i.featured, i.comments_enabled, i.word_count, i.published_at, i.created_at, i.updated_at, \
         i.author_id, coalesce(u.name, '') AS author_name, u.avatar_url AS author_picture, \
         coalesce((SELECT jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name, 'slug', t.slug, 'color', t.color) \
                                    ORDER BY l.position, t.name COLLATE \"C\") \
                   FROM app.content_item_tags l JOIN content_tags t ON t.organization_id = l.organization_id AND t.id = l.tag_id \
                   WHERE l.organization_id = i.organization_id AND l.content_id = i.id), '[]') AS tags"
    )
}

/// A tag in the row of an item.
#[derive(Deserialize)]
struct Carried {
    #[serde(flatten)]
    tag: TagOfItem,
    color: Option<String>,
}

/// Turns rows into objects, as they were asked for.
struct Reader<'a> {
    visit: &'a Visit,
    formats: Formats,
    zone: TimeZone,
    resource: Resource,
    known: Known,
}

impl Reader<'_> {
    fn object(&self, row: &Row) -> Refused<Value> {
        let mut object = Map::new();
        self.names(row, &mut object);
        self.texts(row, &mut object);
        self.head(row, &mut object);
        self.included(row, &mut object)?;
        let included: Vec<&str> = INCLUDED.into_iter().filter(|name| self.is_included(name)).collect();
        Ok(self.visit.options.select(object, &included))
    }

    fn names(&self, row: &Row, object: &mut Map<String, Value>) {
        let (id, slug): (&str, &str) = (row.get("id"), row.get("slug"));
        let moment = |name: &str| moment(row.get::<_, Option<Timestamp>>(name), &self.zone);
        let filled = [
            ("id", json!(ids::from_any(id))),
            ("uuid", json!(ids::uuid(id))),
            ("comment_id", json!(ids::from_any(id))),
            ("title", json!(row.get::<_, &str>("title"))),
            ("slug", json!(slug)),
            ("url", json!(self.visit.absolute(&self.visit.links.article(slug)))),
            ("featured", json!(row.get::<_, bool>("featured"))),
            ("comments", json!(row.get::<_, bool>("comments_enabled"))),
            ("visibility", json!("public")),
            ("access", json!(true)),
            ("created_at", moment("created_at")),
            ("updated_at", moment("updated_at")),
            ("published_at", moment("published_at")),
        ];
        object.extend(filled.map(|(name, value)| (name.to_owned(), value)));
        if self.resource == Resource::Pages {
            object.insert("show_title_and_feature_image".to_owned(), Value::Bool(true));
        }
    }

    fn texts(&self, row: &Row, object: &mut Map<String, Value>) {
        let (content, slug): (&str, &str) = (row.get("content"), row.get("slug"));
        let written: Option<&str> = row.get("excerpt");
        if self.formats.html {
            let page = self.visit.absolute(&self.visit.links.article(slug));
            let html = body::absolute(&SafeHtml::already_sanitized(content), &page, &self.known);
            object.insert("html".to_owned(), json!((!html.is_empty()).then(|| html.as_str().to_owned())));
        }
        if self.formats.plaintext {
            object.insert("plaintext".to_owned(), json!(html::plain_text(content)));
        }
        let excerpt = || html::plain_text(content).chars().take(EXCERPT_LONGEST).collect();
        object.insert("custom_excerpt".to_owned(), json!(written));
        object.insert("excerpt".to_owned(), json!(written.map_or_else(excerpt, str::to_owned)));
        let pictures = content.matches("<img").count();
        object.insert("reading_time".to_owned(), json!(reading_time(row.get("word_count"), pictures)));
    }

    fn head(&self, row: &Row, object: &mut Map<String, Value>) {
        let empty = [
            "feature_image_caption",
            "codeinjection_head",
            "codeinjection_foot",
            "custom_template",
            "og_image",
            "og_title",
            "og_description",
            "twitter_image",
            "twitter_title",
            "twitter_description",
            "email_subject",
            "frontmatter",
        ];
        object.extend(empty.map(|name| (name.to_owned(), Value::Null)));
        for name in ["meta_title", "meta_description", "canonical_url"] {
            object.insert(name.to_owned(), json!(row.get::<_, Option<&str>>(name)));
        }
        let image: Option<&str> = row.get("featured_image");
        let image = image.map(|image| Image::known(&self.known, image, ""));
        // The library's words, for Ghost's front ends show the picture with those alone.
        let alt = image.as_ref().map(|image| image.alt.as_str()).filter(|alt| !alt.is_empty());
        object.insert("feature_image_alt".to_owned(), json!(alt));
        object.insert("feature_image".to_owned(), json!(image.map(|image| self.visit.absolute(&image.url))));
    }

    /// Authors and tags; whoever names the primary one among the fields has it too.
    fn included(&self, row: &Row, object: &mut Map<String, Value>) -> Refused<()> {
        let author =
            Author { id: row.get("author_id"), name: row.get("author_name"), picture: row.get("author_picture") };
        let author = Value::Object(author.object(self.visit));
        let carried: Vec<Carried> =
            serde_json::from_value(row.get("tags")).map_err(|error| Refusal::from(kernel::Error::from(error)))?;
        let tag = |one: Carried| Tag { id: one.tag.id, name: one.tag.name, slug: one.tag.slug, color: one.color };
        let tags: Vec<Tag> = carried.into_iter().map(tag).collect();
        let primary = tags.iter().find(|tag| !tag.is_internal()).map(|tag| tag.object(self.visit));
        let all: Vec<_> = tags.iter().map(|tag| tag.object(self.visit)).collect();
        let parts = [
            ("authors", json!([author])),
            ("primary_author", author),
            ("tags", json!(all)),
            ("primary_tag", json!(primary)),
            ("tiers", json!([])),
        ];
        let asked =
            parts.into_iter().filter(|(name, _)| self.is_included(name) || self.visit.options.wants(name, false));
        object.extend(asked.map(|(name, value)| (name.to_owned(), value)));
        Ok(())
    }

    fn is_included(&self, name: &str) -> bool {
        let by = match name {
            "primary_author" => "authors",
            "primary_tag" => "tags",
            other => other,
        };
        self.visit.options.includes(by)
    }
}

/// Minutes to read so many words and look at so many pictures, as Ghost counts them.
fn reading_time(words: i32, pictures: usize) -> i64 {
    let pictures = i64::try_from(pictures).unwrap_or(0);
    // Until the least is reached the seconds fall by one each.
    let falling = pictures.min(FIRST_PICTURE_SECONDS - PICTURE_SECONDS_LEAST);
    let looking =
        falling * FIRST_PICTURE_SECONDS - falling * (falling - 1) / 2 + (pictures - falling) * PICTURE_SECONDS_LEAST;
    let seconds = i64::from(words) * 60 / WORDS_A_MINUTE + looking;
    (seconds + 30) / 60
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_takes_as_long_as_ghost_says() {
        assert_eq!(reading_time(0, 0), 0);
        assert_eq!(reading_time(100, 0), 0);
        assert_eq!(reading_time(275, 0), 1);
        assert_eq!(reading_time(1000, 0), 4);
        assert_eq!(reading_time(275, 3), 2);
        assert_eq!(reading_time(0, 10), 1);
    }

    #[test]
    fn pages_and_posts_have_nothing_in_common() {
        assert!(seen(Resource::Pages).contains("('PAGE', 'LANDING_PAGE')"));
        assert!(!seen(Resource::Posts).contains("PAGE'") && !seen(Resource::Posts).contains("TEMPLATE"));
    }
}
