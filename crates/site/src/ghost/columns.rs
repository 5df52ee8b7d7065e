//! What can be filtered and ordered by. These expressions are the only SQL a filter can lead to.

use super::address::Resource;
use super::ids;

/// A property of a resource, as SQL of its type.
#[derive(Clone, Debug)]
pub enum Column {
    Text(String),
    /// An id in Ghost's form.
    Id(String),
    Flag(&'static str),
    Moment(&'static str),
    Number(&'static str),
    /// A property of the tags of an item: of any of them, or with "not" of none.
    OfTags(Box<Column>),
    /// The slug of an item's first tag.
    PrimaryTag,
    /// What no filter may find anything out about; a test of it is left out.
    Secret,
}

/// The tags of an item in their order; the first is the primary one.
pub const PRIMARY_TAG: &str = "(SELECT t.slug FROM app.content_item_tags l \
    JOIN content_tags t ON t.organization_id = l.organization_id AND t.id = l.tag_id \
    WHERE l.organization_id = i.organization_id AND l.content_id = i.id AND t.name NOT LIKE '#%' \
    ORDER BY l.position, t.name COLLATE \"C\" LIMIT 1)";
/// The addresses of authors have our id.
const AUTHOR_SLUG: &str = "u.id";
const TAG_VISIBILITY: &str = "CASE WHEN t.name LIKE '#%' THEN 'internal' ELSE 'public' END";

/// The column of a property that a filter names; `None` when the resource has no such property.
pub fn column(resource: Resource, property: &str) -> Option<Column> {
    match resource {
        Resource::Posts => of_item(property, "'post'::text"),
        Resource::Pages => of_item(property, "'page'::text"),
        Resource::Tags => of_tag(property),
        Resource::Authors => of_author(property),
        _ => None,
    }
}

fn text(sql: &str) -> Option<Column> {
    Some(Column::Text(sql.to_owned()))
}

fn of_item(property: &str, kind: &str) -> Option<Column> {
    let name = match property {
        "tag" | "tags" => "tags.slug",
        "author" | "authors" => "authors.slug",
        "primary_author" => "primary_author.slug",
        "primary_tag" => "primary_tag.slug",
        other => other,
    };
    if let Some(rest) = name.strip_prefix("tags.") {
        return of_tag(rest)
            .filter(|column| !matches!(column, Column::Number(_)))
            .map(|column| Column::OfTags(Box::new(column)));
    }
    if let Some(rest) = name.strip_prefix("authors.").or_else(|| name.strip_prefix("primary_author.")) {
        return of_writer(rest);
    }
    match name {
        "id" | "comment_id" => Some(Column::Id(ids::sql("i.id"))),
        "title" => text("i.title"),
        "slug" => text("i.slug"),
        "custom_excerpt" | "excerpt" => text("i.excerpt"),
        "locale" => text("i.language"),
        "meta_title" => text("i.meta_title"),
        "meta_description" => text("i.meta_description"),
        "canonical_url" => text("i.canonical_url"),
        "feature_image" => text("i.featured_image"),
        "primary_tag.slug" => Some(Column::PrimaryTag),
        "visibility" => text("'public'::text"),
        "status" => text("'published'::text"),
        "type" => text(kind),
        "featured" => Some(Column::Flag("i.featured")),
        "published_at" => Some(Column::Moment("i.published_at")),
        "created_at" => Some(Column::Moment("i.created_at")),
        "updated_at" => Some(Column::Moment("i.updated_at")),
        _ => None,
    }
}

fn of_tag(property: &str) -> Option<Column> {
    match property {
        "id" => Some(Column::Id(ids::sql("t.id"))),
        "name" => text("t.name"),
        "slug" => text("t.slug"),
        "visibility" => text(TAG_VISIBILITY),
        "accent_color" => text("t.color"),
        "created_at" => Some(Column::Moment("t.created_at")),
        "updated_at" => Some(Column::Moment("t.updated_at")),
        "count.posts" => Some(Column::Number("p.posts")),
        _ => None,
    }
}

fn of_author(property: &str) -> Option<Column> {
    let lower = property.to_ascii_lowercase();
    if lower.starts_with("password") || lower.starts_with("email") {
        return Some(Column::Secret);
    }
    match property {
        "id" => Some(Column::Id(ids::sql("u.id"))),
        "slug" => text(AUTHOR_SLUG),
        "name" => text("coalesce(u.name, '')"),
        "profile_image" => text("u.avatar_url"),
        "count.posts" => Some(Column::Number("p.posts")),
        _ => None,
    }
}

/// A property of whoever wrote an item.
fn of_writer(property: &str) -> Option<Column> {
    let person = |column: &str| text(&format!("(SELECT {column} FROM users u WHERE u.id = i.author_id)"));
    match of_author(property)? {
        Column::Secret => Some(Column::Secret),
        Column::Id(_) => Some(Column::Id(ids::sql("i.author_id"))),
        Column::Text(sql) if sql == AUTHOR_SLUG => text("i.author_id"),
        Column::Text(sql) => person(&sql),
        _ => None,
    }
}

/// SQL to order by; properties that are not in the resource, or have no order, are `None`.
pub fn ordering(resource: Resource, property: &str) -> Option<String> {
    match column(resource, property)? {
        Column::Text(sql) | Column::Id(sql) => Some(sql),
        Column::Flag(sql) | Column::Moment(sql) | Column::Number(sql) => Some(sql.to_owned()),
        Column::PrimaryTag => Some(PRIMARY_TAG.to_owned()),
        Column::OfTags(_) | Column::Secret => None,
    }
}
