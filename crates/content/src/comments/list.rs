//! Lists of comments for members: filtered, searched, paged.

use jiff::Timestamp;
use kernel::api;
use kernel::db::{Param, Row, Statements, Tenant};
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};

use super::model::{COLUMNS, CommentRecord, CommentStatus, TABLES};

/// The longest search, in characters.
const SEARCH_LONGEST: usize = 200;

/// Which comments, and where the page begins.
#[derive(Debug, Clone, Default)]
pub struct CommentQuery {
    pub status: Option<CommentStatus>,
    pub content_id: Option<String>,
    /// Words that stand in the comment or its author's name.
    pub search: Option<String>,
    /// Whether visitors' mail addresses are searched as well.
    pub searches_mail: bool,
    /// The oldest first instead of the newest.
    pub oldest_first: bool,
    pub limit: i64,
    pub after: Option<Position>,
}

/// Where a page ended, or for the page before where it began.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Position {
    microseconds: i64,
    id: String,
    oldest_first: bool,
    backwards: bool,
}

impl CommentQuery {
    /// Takes the raw search and cursor of an address.
    pub fn with(mut self, search: Option<&str>, cursor: Option<&str>) -> Result<Self> {
        self.search = search.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        if self.search.as_ref().is_some_and(|text| text.chars().count() > SEARCH_LONGEST) {
            let words = format!("Search for at most {SEARCH_LONGEST} characters.");
            return Err(Error::invalid("q", "too_long", words));
        }
        self.after = api::read_cursor::<Position>(cursor)?;
        let fits = |position: &Position| {
            position.oldest_first == self.oldest_first
                && kernel::id::is_well_formed(&position.id)
                && Timestamp::from_microsecond(position.microseconds).is_ok()
        };
        if self.after.as_ref().is_some_and(|position| !fits(position)) {
            return Err(Error::Malformed(
                "This cursor belongs to a list in another order. Begin again without one.".into(),
            ));
        }
        Ok(self)
    }

    fn is_backwards(&self) -> bool {
        self.after.as_ref().is_some_and(|position| position.backwards)
    }

    fn cursor(&self, comment: &CommentRecord, backwards: bool) -> Result<String> {
        api::write_cursor(&Position {
            microseconds: comment.created_at.as_microsecond(),
            id: comment.id.clone(),
            oldest_first: self.oldest_first,
            backwards,
        })
    }
}

/// One page of comments, how many there are in all, and the cursors of the pages around it.
pub struct Listed {
    pub comments: Vec<CommentRecord>,
    pub total: i64,
    pub next: Option<String>,
    pub previous: Option<String>,
}

/// Reads one page.
pub async fn read(tx: &Tenant, query: &CommentQuery) -> Result<Listed> {
    let mut conditions = vec!["true".to_owned()];
    let mut params: Vec<&dyn Param> = Vec::new();
    filter(query, &mut conditions, &mut params);
    let count_sql = format!("SELECT count(*) AS count FROM {TABLES} WHERE {}", conditions.join(" AND "));
    let counted = params.len();
    let instant = query.after.as_ref().and_then(|position| Timestamp::from_microsecond(position.microseconds).ok());
    let is_ascending = query.oldest_first != query.is_backwards();
    let (order, beyond) = if is_ascending { ("ASC", ">") } else { ("DESC", "<") };
    if let (Some(position), Some(instant)) = (&query.after, &instant) {
        params.extend([instant as &dyn Param, &position.id]);
        conditions.push(format!("(k.created_at, k.id) {beyond} (${}, ${})", params.len() - 1, params.len()));
    }
    let one_more = query.limit + 1;
    params.push(&one_more);
    let sql = format!(
        "SELECT {COLUMNS} FROM {TABLES} WHERE {} ORDER BY k.created_at {order}, k.id {order} LIMIT ${}",
        conditions.join(" AND "),
        params.len(),
    );
    let (rows, total) = futures_util::try_join!(tx.rows(&sql, &params), tx.one(&count_sql, &params[..counted]))?;
    page(query, &rows, total.get("count"))
}

fn filter<'a>(query: &'a CommentQuery, conditions: &mut Vec<String>, params: &mut Vec<&'a dyn Param>) {
    // A constant, not a parameter: beneath the policies only a partial index serves a condition on an enum.
    if let Some(status) = query.status {
        conditions.push(format!("k.status = '{}'", status.as_str()));
    }
    if let Some(content_id) = &query.content_id {
        params.push(content_id);
        conditions.push(format!("k.content_id = ${}", params.len()));
    }
    if let Some(search) = &query.search {
        params.push(search);
        let mail = if query.searches_mail { ", k.author_email" } else { "" };
        let text = format!("concat_ws(' ', k.comment, k.author_name, u.name{mail})");
        conditions.push(format!("position(lower(${}) IN lower({text})) > 0", params.len()));
    }
}

/// Cuts what was read with one row too many, and notes where the pages around it begin.
fn page(query: &CommentQuery, rows: &[Row], total: i64) -> Result<Listed> {
    let mut comments: Vec<CommentRecord> = rows.iter().map(CommentRecord::from_row).collect::<Result<_>>()?;
    let most = usize::try_from(query.limit).unwrap_or(1);
    let there_is_more = comments.len() > most;
    comments.truncate(most);
    let (more_after, more_before) = if query.is_backwards() {
        comments.reverse();
        (true, there_is_more)
    } else {
        (there_is_more, query.after.is_some())
    };
    let next = comments.last().filter(|_| more_after).map(|last| query.cursor(last, false)).transpose()?;
    let previous = comments.first().filter(|_| more_before).map(|first| query.cursor(first, true)).transpose()?;
    Ok(Listed { comments, total, next, previous })
}

/// How many comments there are of each status, in the order of [`CommentStatus::ALL`].
pub async fn counts(tx: &Tenant) -> Result<[i64; 4]> {
    let sql = "SELECT status::text AS status, count(*) AS count FROM content_comments GROUP BY status";
    let rows = tx.rows(sql, &[]).await?;
    let count = |status: CommentStatus| {
        rows.iter().find(|row| row.get::<_, &str>("status") == status.as_str()).map_or(0, |row| row.get("count"))
    };
    Ok(CommentStatus::ALL.map(count))
}
