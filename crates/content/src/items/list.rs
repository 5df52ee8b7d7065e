//! Lists of content items: filters, order, and pages that begin where the last one ended.

use jiff::Timestamp;
use kernel::api;
use kernel::db::{Param, Row, Statements, Tenant};
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::model::{ContentStatus, ContentType, Item};
use super::store::{self, Body};

/// How many matches a search gives at most.
const SEARCH_MOST: i32 = 1000;
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
    /// `updated_at`, `created_at`, `published_at` or `title`, with `-` before it for the greatest first.
    pub sort: Option<String>,
    pub status: Option<ContentStatus>,
    pub r#type: Option<ContentType>,
    /// A tag's slug.
    pub tag: Option<String>,
    /// A category's slug or id.
    pub category: Option<String>,
    /// An author's id.
    pub author: Option<String>,
    /// Words to search for.
    pub q: Option<String>,
    pub language: Option<String>,
    pub featured: Option<bool>,
    /// `content` to have the bodies too.
    pub include: Option<String>,
}

/// Which items a list shows, checked.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub status: Option<ContentStatus>,
    pub content_type: Option<ContentType>,
    /// Only types that stand in the site's stream.
    pub stream_only: bool,
    pub tag: Option<String>,
    pub category: Option<String>,
    pub author: Option<String>,
    pub search: Option<String>,
    pub language: Option<String>,
    pub featured: Option<bool>,
    pub excluded_id: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortKey {
    UpdatedAt,
    CreatedAt,
    PublishedAt,
    Title,
    /// How well it matches the search.
    Rank,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    pub key: SortKey,
    pub descending: bool,
}

impl Sort {
    pub const BEST: Self = Self { key: SortKey::Rank, descending: true };
    pub const NEWEST: Self = Self { key: SortKey::PublishedAt, descending: true };

    fn parse(text: Option<&str>, searching: bool) -> Result<Self> {
        let Some(text) = text else {
            let key = if searching { SortKey::Rank } else { SortKey::UpdatedAt };
            return Ok(Self { key, descending: true });
        };
        let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let key = match name {
            "updated_at" => SortKey::UpdatedAt,
            "created_at" => SortKey::CreatedAt,
            "published_at" => SortKey::PublishedAt,
            "title" => SortKey::Title,
            _ => {
                let words =
                    "Sort by updated_at, created_at, published_at or title, with - before it for the greatest first.";
                return Err(Error::invalid("sort", "unknown_value", words));
            }
        };
        Ok(Self { key, descending })
    }

    /// The expression sorted by. Drafts have no date of publication and come last.
    fn expression(self, filter: &Filter) -> &'static str {
        match self.key {
            SortKey::UpdatedAt => "i.updated_at",
            SortKey::CreatedAt => "i.created_at",
            SortKey::PublishedAt if filter.status == Some(ContentStatus::Published) => "i.published_at",
            SortKey::PublishedAt => "coalesce(i.published_at, '-infinity'::timestamptz)",
            SortKey::Title => "lower(i.title)",
            SortKey::Rank => "s.rank",
        }
    }

    fn sql_type(self) -> &'static str {
        match self.key {
            SortKey::UpdatedAt | SortKey::CreatedAt | SortKey::PublishedAt => "timestamptz",
            SortKey::Title => "text",
            SortKey::Rank => "real",
        }
    }
}

/// A checked request for one page of a list.
#[derive(Debug, Clone)]
pub struct ListQuery {
    pub filter: Filter,
    pub sort: Sort,
    pub limit: i64,
    pub body: Body,
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
    pub fn new(filter: Filter, sort: Sort, limit: i64) -> Self {
        Self { filter, sort, limit, body: Body::LeftOut, offset: 0, after: None }
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

    pub fn from_params(params: &ListParams) -> Result<Self> {
        let search = params.q.as_deref().map(str::trim).filter(|words| !words.is_empty());
        if search.is_some_and(|words| words.chars().count() > SEARCH_LONGEST || words.contains('\0')) {
            return Err(Error::invalid("q", "too_long", "Search for at most 200 characters."));
        }
        let body = match params.include.as_deref() {
            None => Body::LeftOut,
            Some("content") => Body::Included,
            Some(_) => return Err(Error::invalid("include", "unknown_value", "Only content can be included.")),
        };
        for (name, value) in [
            ("tag", &params.tag),
            ("category", &params.category),
            ("author", &params.author),
            ("language", &params.language),
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
            language: params.language.clone(),
            featured: params.featured,
            ..Filter::default()
        };
        let sort = Sort::parse(params.sort.as_deref(), search.is_some())?;
        let query = Self::new(filter, sort, api::limit(params.limit)?).after(params.cursor.as_deref())?;
        Ok(Self { body, ..query })
    }

    fn is_backwards(&self) -> bool {
        self.after.as_ref().is_some_and(|position| position.backwards)
    }

    fn cursor(&self, row: &Row, backwards: bool) -> Result<String> {
        let position = Position { sort: self.sort.name(), value: row.get("sort_value"), id: row.get("id"), backwards };
        api::write_cursor(&position)
    }
}

impl Sort {
    fn name(self) -> String {
        format!("{:?}{}", self.key, if self.descending { "-" } else { "" })
    }
}

impl Position {
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

/// One page of items, how many there are in all, and the cursors of the pages around it.
pub struct Listed {
    pub items: Vec<Item>,
    pub total: i64,
    pub next: Option<String>,
    pub previous: Option<String>,
}

/// Reads the first items without counting the others.
pub async fn first(tx: &Tenant, query: &ListQuery) -> Result<Vec<Item>> {
    let organization = tx.organization().as_str();
    let mut conditions = Conditions::default();
    let tables = conditions.tables(&query.filter);
    conditions.filter(&query.filter, &organization);
    let key = query.sort.expression(&query.filter);
    let order = if query.sort.descending { "DESC" } else { "ASC" };
    let limit = conditions.param(&query.limit);
    let sql = format!(
        "SELECT {} FROM {tables} {JOINED} WHERE {} ORDER BY {key} {order}, i.id {order} LIMIT {limit}",
        store::columns(query.body),
        conditions.sql(),
    );
    tx.rows(&sql, &conditions.params).await?.iter().map(Item::from_row).collect()
}

/// What belongs to each item of a list.
const JOINED: &str = "JOIN users u ON u.id = i.author_id \
    LEFT JOIN content_categories c ON c.organization_id = i.organization_id AND c.id = i.category_id";

/// Reads one page.
pub async fn read(tx: &Tenant, query: &ListQuery) -> Result<Listed> {
    let mut conditions = Conditions::default();
    let organization = tx.organization().as_str();
    let tables = conditions.tables(&query.filter);
    conditions.filter(&query.filter, &organization);
    let count_sql = format!("SELECT count(*) AS count FROM {tables} WHERE {}", conditions.sql());
    let counted = conditions.params.len();

    let key = query.sort.expression(&query.filter);
    let (order, beyond) = if query.sort.descending == query.is_backwards() { ("ASC", ">") } else { ("DESC", "<") };
    let instant = query.after.as_ref().and_then(|position| position.value.parse::<i64>().ok());
    let instant = instant.and_then(|micros| Timestamp::from_microsecond(micros).ok());
    if let Some(position) = &query.after {
        let value = match (query.sort.sql_type(), &instant) {
            ("timestamptz", Some(instant)) => conditions.param(instant),
            ("timestamptz", None) => "'-infinity'::timestamptz".to_owned(),
            (kind, _) => format!("({}::{kind})", conditions.param(&position.value)),
        };
        let id = conditions.param(&position.id);
        conditions.all.push(format!("({key}, i.id) {beyond} ({value}, {id})"));
    }
    let shown = match query.sort.sql_type() {
        "timestamptz" => format!(
            "CASE WHEN isfinite({key}) THEN (extract(epoch FROM {key}) * 1000000)::bigint::text ELSE '-infinity' END"
        ),
        _ => format!("{key}::text"),
    };
    let one_more = query.limit + 1;
    let limit = conditions.param(&one_more);
    let offset = conditions.param(&query.offset);
    let sql = format!(
        "SELECT {}, {shown} AS sort_value FROM {tables} {JOINED} WHERE {} ORDER BY {key} {order}, i.id {order} LIMIT {limit} OFFSET {offset}",
        store::columns(query.body),
        conditions.sql(),
    );
    let (rows, total) =
        futures_util::try_join!(tx.rows(&sql, &conditions.params), tx.one(&count_sql, &conditions.params[..counted]))?;
    let page = usize::try_from(query.limit).unwrap_or(1);
    let there_is_more = rows.len() > page;
    let mut rows = rows;
    rows.truncate(page);
    if query.is_backwards() {
        rows.reverse();
    }
    let (more_after, more_before) =
        if query.is_backwards() { (true, there_is_more) } else { (there_is_more, query.after.is_some()) };
    let next = rows.last().filter(|_| more_after).map(|row| query.cursor(row, false)).transpose()?;
    let previous = rows.first().filter(|_| more_before).map(|row| query.cursor(row, true)).transpose()?;
    let items = rows.iter().map(Item::from_row).collect::<Result<_>>()?;
    Ok(Listed { items, total: total.get("count"), next, previous })
}

/// Conditions and their parameters, numbered as they come.
#[derive(Default)]
struct Conditions<'a> {
    all: Vec<String>,
    params: Vec<&'a dyn Param>,
}

impl<'a> Conditions<'a> {
    fn param(&mut self, value: &'a dyn Param) -> String {
        self.params.push(value);
        format!("${}", self.params.len())
    }

    fn sql(&self) -> String {
        if self.all.is_empty() { "true".to_owned() } else { self.all.join(" AND ") }
    }

    /// What is read from: with a search, only what it found.
    fn tables(&mut self, filter: &'a Filter) -> String {
        let Some(search) = &filter.search else { return "content_items i".to_owned() };
        let words = self.param(search);
        let published = filter.status == Some(ContentStatus::Published);
        format!("app.search_content({words}, {published}, {SEARCH_MOST}) s JOIN content_items i ON i.id = s.content_id")
    }

    fn filter(&mut self, filter: &'a Filter, organization: &'a dyn Param) {
        // Constants, not parameters: beneath the policies only a partial index serves a condition on an enum.
        if let Some(status) = filter.status {
            self.all.push(format!("i.status = '{status}'"));
        }
        if let Some(kind) = filter.content_type {
            self.all.push(format!("i.type = '{}'", kind.as_str()));
        }
        if filter.stream_only {
            let kinds: Vec<String> = ContentType::ALL
                .iter()
                .filter(|kind| kind.is_in_stream())
                .map(|kind| format!("'{}'", kind.as_str()))
                .collect();
            self.all.push(format!("i.type IN ({})", kinds.join(", ")));
        }
        if let Some(tag) = &filter.tag {
            let organization = self.param(organization);
            let tag = self.param(tag);
            self.all.push(format!(
                "i.id IN (SELECT l.content_id FROM app.content_item_tags l JOIN content_tags t \
                 ON t.organization_id = l.organization_id AND t.id = l.tag_id \
                 WHERE l.organization_id = {organization} AND t.slug = {tag})"
            ));
        }
        if let Some(category) = &filter.category {
            let category = self.param(category);
            self.all.push(format!(
                "i.category_id IN (SELECT k.id FROM content_categories k WHERE k.slug = {category} OR k.id = {category})"
            ));
        }
        for (column, value) in [("i.author_id", &filter.author), ("i.language", &filter.language)] {
            if let Some(value) = value {
                let value = self.param(value);
                self.all.push(format!("{column} = {value}"));
            }
        }
        if let Some(featured) = &filter.featured {
            let featured = self.param(featured);
            self.all.push(format!("i.featured = {featured}"));
        }
        if let Some(id) = &filter.excluded_id {
            let id = self.param(id);
            self.all.push(format!("i.id <> {id}"));
        }
    }
}
