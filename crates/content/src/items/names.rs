//! Items whose names are looked up apart from them: what the tags, the category and the author of an item are called, for
//! whoever can remember it from one item to the next.

use std::collections::HashMap;

use kernel::Result;
use kernel::db::{Row, Statements, Tenant};

use super::model::{CategoryOfItem, Item, TagOfItem};

/// What has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Tag,
    Category,
    Author,
}

/// The id of something that has a name.
pub type Id = (Kind, String);

/// What a tag, a category or an author is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    /// Its part of an address; authors have none.
    pub slug: String,
    /// Whether the site shows it; categories may be hidden.
    pub is_active: bool,
}

/// An item that has no names yet.
#[derive(Debug)]
pub struct Unnamed {
    item: Item,
    /// The tags with their places among the item's.
    tags: Vec<(i32, String)>,
    /// Whether it is linked to others in other languages.
    pub has_variants: bool,
    /// Whether anything of its organization is.
    pub has_site_variants: bool,
}

impl Unnamed {
    pub(super) fn from_row(row: &Row) -> Result<Self> {
        let places: Vec<&str> = row.get("tag_places");
        let place =
            |text: &str| text.split_once(' ').and_then(|(place, id)| Some((place.parse().ok()?, id.to_owned())));
        let tags = places.into_iter().filter_map(place).collect();
        let (has_variants, has_site_variants) = (row.get("has_variants"), row.get("has_site_variants"));
        Ok(Self { item: Item::without_names(row)?, tags, has_variants, has_site_variants })
    }

    /// The item as far as it is known without names.
    pub fn item(&self) -> &Item {
        &self.item
    }

    /// Everything whose name it takes.
    pub fn ids(&self) -> Vec<Id> {
        let tags = self.tags.iter().map(|(_, id)| (Kind::Tag, id.clone()));
        let category = self.item.category_id.clone().map(|id| (Kind::Category, id));
        tags.chain(category).chain([(Kind::Author, self.item.author_id.clone())]).collect()
    }

    /// The item with these names; what `named` does not know any more, it does not have any more.
    pub fn with_names<'names>(self, named: impl Fn(Kind, &str) -> Option<&'names Named>) -> Item {
        let Self { mut item, tags, .. } = self;
        if let Some(author) = named(Kind::Author, &item.author_id) {
            item.author.name.clone_from(&author.name);
        }
        item.category = item.category_id.as_deref().and_then(|id| {
            let Named { name, slug, is_active } = named(Kind::Category, id)?.clone();
            Some(CategoryOfItem { id: id.to_owned(), name, slug, is_active })
        });
        let tag = |(place, id): (i32, String)| {
            let Named { name, slug, .. } = named(Kind::Tag, &id)?.clone();
            Some((place, TagOfItem { id, name, slug }))
        };
        let mut tags: Vec<_> = tags.into_iter().filter_map(tag).collect();
        tags.sort_by(|(place, tag), (other_place, other)| (place, &tag.name).cmp(&(other_place, &other.name)));
        item.tags = tags.into_iter().map(|(_, tag)| tag).collect();
        item
    }
}

/// What these are called; of what is not there nothing is said.
pub async fn read(tx: &Tenant, ids: &[Id]) -> Result<HashMap<Id, Named>> {
    let of = |kind: Kind| ids.iter().filter(|(of, _)| *of == kind).map(|(_, id)| id.as_str()).collect::<Vec<_>>();
    let sql = "SELECT 'tag' AS kind, id, name, slug, true AS is_active FROM content_tags WHERE id = ANY ($1::text[])
               UNION ALL SELECT 'category', id, name, slug, is_active FROM content_categories WHERE id = ANY ($2::text[])
               UNION ALL SELECT 'author', id, coalesce(name, ''), '', true FROM users WHERE id = ANY ($3::text[])";
    let rows = tx.rows(sql, &[&of(Kind::Tag), &of(Kind::Category), &of(Kind::Author)]).await?;
    let named = |row: &Row| {
        let kind = match row.get::<_, &str>("kind") {
            "tag" => Kind::Tag,
            "category" => Kind::Category,
            _ => Kind::Author,
        };
        let named = Named { name: row.get("name"), slug: row.get("slug"), is_active: row.get("is_active") };
        ((kind, row.get("id")), named)
    };
    Ok(rows.iter().map(named).collect())
}
