//! Lists of content items: filters, order, and pages that begin where the last one ended.

mod read;
mod sort;

use jiff::Timestamp;
use kernel::api;
use kernel::db::Row;
use kernel::{Error, Result, validate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub use read::{Listed, first, read};
pub use sort::{Sort, SortKey};

use super::model::{ContentStatus, ContentType};
use super::store::Columns;

/// How many matches a search gives at most, of all languages together.
const SEARCH_MOST: i32 = 1000;
/// How many `app.search_content` gives of one language, so that there may be more where it gave as many.
const SEARCH_MOST_OF_LANGUAGE: i64 = 150;
const SEARCH_LONGEST: usize = 200;

/// The parameters of a list of content, as they stand in the address.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// 1 to 100; 25 when left out.
    pub limit: Option<i64>,
    /// `page.next` of the page before.
    pub cursor: Option<String>,
    /// `updated_at`, `created_at`, `published_at`, `title`, `status`, `type` or `author`, with `-` before it for the
    /// greatest first.
    pub sort: Option<String>,
    pub status: Option<ContentStatus>,
    pub r#type: Option<ContentType>,
    /// A tag's slug.
    pub tag: Option<String>,
    /// A category's slug or id.
    pub category: Option<String>,
    /// An author's id, or `me`.
    pub author: Option<String>,
    /// Words to search for. Of each language the newest 150 matches that have the status, type, category, tag and author
    /// asked for are ranked, and older ones that have the words in their title where few of those do: the 150 best of each
    /// language are what the other parameters choose from, and `total` counts no more.
    pub q: Option<String>,
    pub language: Option<String>,
    pub featured: Option<bool>,
    /// Items that wait for this member's review: an id, or `me`.
    pub reviewer: Option<String>,
    /// Items that lack this.
    #[param(inline)]
    pub missing: Option<Missing>,
    /// Published items with draft changes that stand there.
    #[param(inline)]
    pub changes: Option<Waiting>,
    /// Changed at that moment or later.
    #[param(value_type = Option<String>, format = DateTime)]
    pub updated_from: Option<Timestamp>,
    /// Changed before that moment.
    #[param(value_type = Option<String>, format = DateTime)]
    pub updated_to: Option<Timestamp>,
    /// `content` to have the bodies too.
    pub include: Option<String>,
}

/// Something an item should have before it is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    Excerpt,
    FeaturedImage,
    MetaDescription,
    Category,
}

/// Where draft changes of an item stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Waiting {
    Any,
    Draft,
    Review,
    Approved,
    Scheduled,
}

/// Which items a list shows, checked.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub status: Option<ContentStatus>,
    pub content_type: Option<ContentType>,
    /// Only types that stand in the site's stream.
    pub stream_only: bool,
    /// Only types with pages of their own on the site.
    pub with_page_only: bool,
    pub tag: Option<String>,
    /// A category's slug or id.
    pub category: Option<String>,
    /// Ids of categories, one of which an item has.
    pub categories: Option<Vec<String>>,
    pub author: Option<String>,
    pub search: Option<String>,
    pub language: Option<String>,
    pub featured: Option<bool>,
    /// Whose review they wait for.
    pub reviewer: Option<String>,
    pub missing: Option<Missing>,
    pub changes: Option<Waiting>,
    pub updated_from: Option<Timestamp>,
    /// Up to here, but not this moment itself.
    pub updated_to: Option<Timestamp>,
}

/// A checked request for one page of a list.
#[derive(Debug, Clone)]
pub struct ListQuery {
    pub filter: Filter,
    pub sort: Sort,
    pub limit: i64,
    pub columns: Columns,
    /// Items left out at the beginning, for lists with numbered pages.
    pub offset: i64,
    after: Option<Position>,
}

/// Where a page ended: the sort value, as PostgreSQL writes it, and the id.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Position {
    sort: String,
    value: String,
    id: String,
    /// Whether the page wanted is the one before this position.
    #[serde(default)]
    backwards: bool,
}

impl ListQuery {
    /// The first `limit` items, without bodies.
    pub fn new(filter: Filter, sort: Sort, limit: i64) -> Self {
        Self { filter, sort, limit, columns: Columns::WithoutBody, offset: 0, after: None }
    }

    /// Continues after the page that gave this cursor.
    pub fn after(mut self, cursor: Option<&str>) -> Result<Self> {
        let position: Option<Position> = api::read_cursor(cursor)?;
        if position.as_ref().is_some_and(|position| !position.fits(self.sort)) {
            return Err(Error::Malformed(
                "This cursor belongs to a list in another order. Begin again without one.".into(),
            ));
        }
        self.after = position;
        Ok(self)
    }

    /// Reads the parameters of an address; what is wrong with one is told by its name.
    pub fn from_params(params: &ListParams) -> Result<Self> {
        let search = params.q.as_deref().map(str::trim).filter(|words| !words.is_empty());
        if search.is_some_and(|words| words.chars().count() > SEARCH_LONGEST || words.contains('\0')) {
            return Err(Error::invalid("q", "too_long", "Search for at most 200 characters."));
        }
        let columns = match params.include.as_deref() {
            None => Columns::WithoutBody,
            Some("content") => Columns::All,
            Some(_) => return Err(Error::invalid("include", "unknown_value", "Only content can be included.")),
        };
        for (name, value) in [
            ("tag", &params.tag),
            ("category", &params.category),
            ("author", &params.author),
            ("language", &params.language),
            ("reviewer", &params.reviewer),
        ] {
            if value.as_deref().is_some_and(|value| value.contains('\0')) {
                return Err(Error::invalid(name, "control_characters", "This value holds a control character."));
            }
        }
        let filter = Filter {
            status: params.status,
            content_type: params.r#type,
            tag: params.tag.clone(),
            category: params.category.clone(),
            author: params.author.clone(),
            search: search.map(str::to_owned),
            language: params
                .language
                .as_deref()
                .map(|tag| validate::language_tag(tag).unwrap_or_else(|| tag.to_owned())),
            featured: params.featured,
            reviewer: params.reviewer.clone(),
            missing: params.missing,
            changes: params.changes,
            updated_from: params.updated_from,
            updated_to: params.updated_to,
            ..Filter::default()
        };
        let sort = Sort::parse(params.sort.as_deref(), search.is_some())?;
        let query = Self::new(filter, sort, api::limit(params.limit)?).after(params.cursor.as_deref())?;
        Ok(Self { columns, ..query })
    }

    /// Whether every item of it stands on the site, whoever asks. What searches find changes with the index, and that
    /// announces nothing, nor do reviews and draft changes.
    pub fn shows_only_what_is_public(&self) -> bool {
        self.filter.status == Some(ContentStatus::Published)
            && self.filter.search.is_none()
            && self.filter.reviewer.is_none()
            && self.filter.changes.is_none()
    }

    fn is_backwards(&self) -> bool {
        self.after.as_ref().is_some_and(|position| position.backwards)
    }

    fn cursor(&self, row: &Row, backwards: bool) -> Result<String> {
        let position = Position { sort: self.sort.name(), value: row.get("sort_value"), id: row.get("id"), backwards };
        api::write_cursor(&position)
    }
}

impl Position {
    /// The moment where a page sorted by time ended.
    fn instant(&self) -> Option<Timestamp> {
        self.value.parse().ok().and_then(|microseconds| Timestamp::from_microsecond(microseconds).ok())
    }

    /// Whether this position was written for lists in this order and holds a value of its type.
    fn fits(&self, sort: Sort) -> bool {
        let value = match sort.sql_type() {
            "timestamptz" => self.value == "-infinity" || self.value.parse::<i64>().is_ok(),
            "real" => self.value.parse::<f32>().is_ok_and(f32::is_finite),
            _ => !self.value.contains('\0'),
        };
        self.sort == sort.name() && value && kernel::id::is_well_formed(&self.id)
    }
}
