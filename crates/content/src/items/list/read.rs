//! The statements of lists.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Param, Row, Statements, Tenant};

use super::{Filter, ListQuery, Missing, Position, SEARCH_MOST, SEARCH_MOST_OF_LANGUAGE, SortKey, Waiting};
use crate::items::model::{ContentStatus, ContentType, Item};
use crate::items::store;
use crate::reviews;

/// People by the name that lists are sorted by.
const AUTHORS: &str = "(SELECT id, lower(coalesce(name, '')) AS author_name FROM users)";

/// One page of items, how many there are in all, and the cursors of the pages around it.
pub struct Listed {
    pub items: Vec<Item>,
    pub total: i64,
    /// Whether a search may have passed over some, so that there are `total` at least.
    pub may_be_more: bool,
    pub next: Option<String>,
    pub previous: Option<String>,
}

/// Reads the first items without counting the others.
pub async fn first(tx: &Tenant, query: &ListQuery) -> Result<Vec<Item>> {
    let organization = tx.organization().as_str();
    let mut statement = Statement::new(&query.filter, &organization);
    let sql = statement.sql(query, false);
    tx.rows(&sql, &statement.params).await?.iter().map(Item::from_row).collect()
}

/// Reads one page.
pub async fn read(tx: &Tenant, query: &ListQuery) -> Result<Listed> {
    let organization = tx.organization().as_str();
    let one_more = ListQuery { limit: query.limit + 1, ..query.clone() };
    let instant = query.after.as_ref().and_then(Position::instant);
    let mut statement = Statement::new(&query.filter, &organization);
    let (count_sql, counted) = (statement.count_sql(), statement.params.len());
    if let Some(position) = &query.after {
        statement.continue_after(query, position, instant.as_ref());
    }
    // A search is done once: its matches are few enough to be counted on the way.
    let counts_itself = query.filter.search.is_some() && query.after.is_none() && query.offset == 0;
    let sql = statement.sql(&one_more, counts_itself);
    let count = |row: &Row| (row.get("total"), row.get("found"));
    let (rows, counts) = if counts_itself {
        let rows = tx.rows(&sql, &statement.params).await?;
        let counts = match rows.first() {
            Some(row) => count(row),
            // What was found may have been passed over by the other conditions.
            None => count(&tx.one(&count_sql, &statement.params[..counted]).await?),
        };
        (rows, counts)
    } else {
        let counted = tx.one(&count_sql, &statement.params[..counted]);
        let (rows, counted) = futures_util::try_join!(tx.rows(&sql, &statement.params), counted)?;
        (rows, count(&counted))
    };
    page_of(query, rows, counts)
}

fn page_of(query: &ListQuery, mut rows: Vec<Row>, (total, found): (i64, i64)) -> Result<Listed> {
    let page = usize::try_from(query.limit).unwrap_or(1);
    let there_is_more = rows.len() > page;
    rows.truncate(page);
    if query.is_backwards() {
        rows.reverse();
    }
    let (more_after, more_before) =
        if query.is_backwards() { (true, there_is_more) } else { (there_is_more, query.after.is_some()) };
    let next = rows.last().filter(|_| more_after).map(|row| query.cursor(row, false)).transpose()?;
    let previous = rows.first().filter(|_| more_before).map(|row| query.cursor(row, true)).transpose()?;
    let items = rows.iter().map(Item::from_row).collect::<Result<_>>()?;
    Ok(Listed { items, total, may_be_more: found >= SEARCH_MOST_OF_LANGUAGE, next, previous })
}

/// A list's statement in the making: what it reads from, its conditions, and their parameters as they come.
struct Statement<'a> {
    /// What is read before, as `found`: the matches of a search.
    before: String,
    tables: String,
    all: Vec<String>,
    params: Vec<&'a dyn Param>,
}

impl<'a> Statement<'a> {
    fn new(filter: &'a Filter, organization: &'a dyn Param) -> Self {
        let mut statement =
            Self { before: String::new(), tables: "content_items i".into(), all: Vec::new(), params: Vec::new() };
        if let Some(search) = &filter.search {
            statement.search(filter, search);
        }
        statement.filter(filter, organization);
        statement
    }

    /// Only some matches are ranked, so what narrows them is asked within the search: asked afterwards, it would miss all
    /// matches behind the ranked ones.
    fn search(&mut self, filter: &'a Filter, search: &'a String) {
        let words = self.param(search);
        let published = filter.status == Some(ContentStatus::Published);
        let others = filter.status.filter(|_| !published);
        // Most items have a page and stand in the stream: leaving the others out afterwards misses little.
        let narrows = others.is_some()
            || filter.content_type.is_some()
            || [&filter.category, &filter.tag, &filter.author].iter().any(|one| one.is_some());
        let mut arguments = format!("{words}, {published}, {SEARCH_MOST}");
        if narrows {
            let kinds: Vec<String> = kinds(filter).iter().map(|kind| format!("'{}'", kind.as_str())).collect();
            let status = others.map_or_else(|| "NULL".to_owned(), |status| format!("'{status}'"));
            let mut named =
                |value: &'a Option<String>| value.as_ref().map_or_else(|| "NULL".to_owned(), |value| self.param(value));
            let (category, tag, author) = (named(&filter.category), named(&filter.tag), named(&filter.author));
            arguments =
                format!("{arguments}, ARRAY[{}]::text[], {status}, {category}, {tag}, {author}", kinds.join(", "));
        }
        self.before = format!("WITH found AS MATERIALIZED (SELECT * FROM app.search_content({arguments})) ");
        self.tables = "found s JOIN content_items i ON i.id = s.content_id".into();
    }

    /// How many matches the conditions choose from; as good as none where nothing is searched for.
    fn found(&self) -> &'static str {
        if self.before.is_empty() { "0::bigint" } else { "(SELECT count(*) FROM found)" }
    }

    fn count_sql(&self) -> String {
        let (before, found, tables, conditions) = (&self.before, self.found(), &self.tables, self.conditions());
        format!("{before}SELECT count(*) AS total, {found} AS found FROM {tables} WHERE {conditions}")
    }

    /// The items are chosen first; authors, categories and tags are looked up for the chosen ones alone.
    fn sql(&mut self, query: &'a ListQuery, counts_itself: bool) -> String {
        let key = query.sort.expression(&query.filter);
        let order = if query.sort.descending == query.is_backwards() { "ASC" } else { "DESC" };
        let (counts, also) = if counts_itself {
            (", i.total, i.found", format!(", count(*) OVER () AS total, {} AS found", self.found()))
        } else {
            ("", String::new())
        };
        // Written out: with the limit as a parameter PostgreSQL makes a new plan each time, which costs more than the rows.
        let limit = query.limit;
        let offset = if query.offset == 0 { String::new() } else { format!(" OFFSET {}", self.param(&query.offset)) };
        let by_author = query.sort.key == SortKey::Author;
        let (tables, conditions) = match (by_author, query.filter.search.is_some()) {
            (true, false) => (self.author_after_author(order, limit.saturating_add(query.offset)), "true".to_owned()),
            (true, true) => (format!("{} JOIN {AUTHORS} w ON w.id = i.author_id", self.tables), self.conditions()),
            _ => (self.tables.clone(), self.conditions()),
        };
        format!(
            "{before}SELECT {columns}, {shown} AS sort_value{counts} FROM (
               SELECT i.*, {key} AS sort_key{also} FROM {tables} WHERE {conditions}
               ORDER BY {key} {order}, i.id {order} LIMIT {limit}{offset}
             ) i JOIN users u ON u.id = i.author_id
             LEFT JOIN content_categories c ON c.organization_id = i.organization_id AND c.id = i.category_id
             ORDER BY i.sort_key {order}, i.id {order}",
            before = self.before,
            columns = store::columns(query.columns),
            shown = query.sort.shown(),
        )
    }

    /// The first items of each author, one author after the other by name: no index knows names and items at once, and to
    /// sort all items for the few that are shown would take the longer the more there are. Authors are found by hopping
    /// from one to the next in the index.
    fn author_after_author(&self, order: &str, most: i64) -> String {
        format!(
            "(SELECT a.id, a.author_name FROM (
                WITH RECURSIVE each (id) AS (
                  (SELECT author_id FROM content_items ORDER BY author_id LIMIT 1)
                  UNION ALL
                  SELECT (SELECT n.author_id FROM content_items n WHERE n.author_id > each.id ORDER BY n.author_id LIMIT 1)
                  FROM each WHERE each.id IS NOT NULL)
                SELECT id FROM each WHERE id IS NOT NULL) AS each
              JOIN {AUTHORS} a ON a.id = each.id ORDER BY a.author_name {order} OFFSET 0) AS w
             CROSS JOIN LATERAL (
               SELECT i.* FROM content_items i WHERE i.author_id = w.id AND {conditions} ORDER BY i.id {order} LIMIT {most}
             ) AS i",
            conditions = self.conditions(),
        )
    }

    fn continue_after(&mut self, query: &ListQuery, position: &'a Position, instant: Option<&'a Timestamp>) {
        let key = query.sort.expression(&query.filter);
        let beyond = if query.sort.descending == query.is_backwards() { ">" } else { "<" };
        let value = match (query.sort.sql_type(), instant) {
            ("timestamptz", Some(instant)) => self.param(instant),
            ("timestamptz", None) => "'-infinity'::timestamptz".to_owned(),
            (kind, _) => format!("({}::{kind})", self.param(&position.value)),
        };
        let id = self.param(&position.id);
        self.all.push(format!("({key}, i.id) {beyond} ({value}, {id})"));
    }

    fn param(&mut self, value: &'a dyn Param) -> String {
        self.params.push(value);
        format!("${}", self.params.len())
    }

    fn conditions(&self) -> String {
        if self.all.is_empty() { "true".to_owned() } else { self.all.join(" AND ") }
    }

    fn filter(&mut self, filter: &'a Filter, organization: &'a dyn Param) {
        self.filter_by_kind(filter);
        self.filter_by_terms(filter, organization);
        self.filter_by_categories(filter);
        self.filter_by_person_and_language(filter);
        for (comparison, moment) in [(">=", &filter.updated_from), ("<", &filter.updated_to)] {
            if let Some(moment) = moment {
                let moment = self.param(moment);
                self.all.push(format!("i.updated_at {comparison} {moment}"));
            }
        }
        if let Some(featured) = &filter.featured {
            let featured = self.param(featured);
            self.all.push(format!("i.featured = {featured}"));
        }
    }

    /// Constants, not parameters: beneath the policies only a partial index serves a condition on an enum.
    fn filter_by_kind(&mut self, filter: &Filter) {
        if let Some(status) = filter.status {
            self.all.push(format!("i.status = '{status}'"));
        }
        if let Some(kind) = filter.content_type {
            self.all.push(format!("i.type = '{}'", kind.as_str()));
        }
        if filter.stream_only || filter.with_page_only {
            let kinds: Vec<String> = kinds(filter).iter().map(|kind| format!("'{}'", kind.as_str())).collect();
            self.all.push(if kinds.is_empty() { "false".into() } else { format!("i.type IN ({})", kinds.join(", ")) });
        }
        if let Some(missing) = filter.missing {
            let condition = match missing {
                Missing::Excerpt => "coalesce(i.excerpt, '') = ''",
                Missing::FeaturedImage => "coalesce(i.featured_image, '') = ''",
                Missing::MetaDescription => "coalesce(i.meta_description, '') = ''",
                Missing::Category => "i.category_id IS NULL",
            };
            self.all.push(condition.to_owned());
        }
        if let Some(changes) = filter.changes {
            let standing = match changes {
                Waiting::Any => "",
                Waiting::Draft => " WHERE d.status = 'DRAFT'",
                Waiting::Review => " WHERE d.status = 'REVIEW'",
                Waiting::Approved => " WHERE d.status = 'APPROVED'",
                Waiting::Scheduled => " WHERE d.status = 'SCHEDULED'",
            };
            self.all.push(format!("i.id IN (SELECT d.content_id FROM app.content_changes d{standing})"));
        }
    }

    fn filter_by_terms(&mut self, filter: &'a Filter, organization: &'a dyn Param) {
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
            // One value, so that the newest of a category are read from an index and not sorted out of all of them.
            self.all.push(format!(
                "i.category_id = (SELECT k.id FROM content_categories k WHERE k.slug = {category} OR k.id = {category}
                                  ORDER BY k.id = {category} DESC LIMIT 1)"
            ));
        }
    }

    fn filter_by_categories(&mut self, filter: &'a Filter) {
        let Some(categories) = &filter.categories else { return };
        let condition = match categories.as_slice() {
            [one] => format!("i.category_id = {}", self.param(one)),
            _ => format!("i.category_id = ANY ({})", self.param(categories)),
        };
        self.all.push(condition);
    }

    fn filter_by_person_and_language(&mut self, filter: &'a Filter) {
        if let Some(author) = &filter.author {
            let author = self.param(author);
            self.all.push(format!("i.author_id = {author}"));
        }
        if let Some(language) = &filter.language {
            let language = self.param(language);
            self.all.push(format!("lower(i.language) = lower({language})"));
        }
        if let Some(reviewer) = &filter.reviewer {
            let reviewer = self.param(reviewer);
            self.all.push(format!(
                "i.id IN (SELECT r.content_id FROM app.content_reviews r WHERE r.is_open AND {})",
                reviews::store::asked_of(&reviewer)
            ));
        }
    }
}

/// The types that a filter leaves.
fn kinds(filter: &Filter) -> Vec<ContentType> {
    let is_left = |kind: &ContentType| {
        filter.content_type.is_none_or(|only| only == *kind)
            && (!filter.stream_only || kind.is_in_stream())
            && (!filter.with_page_only || kind.has_public_page())
    };
    ContentType::ALL.into_iter().filter(is_left).collect()
}
