//! Lists of emails: filtered, sorted, a page at a time.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};
use serde::{Deserialize, Serialize};

use super::Status;
use super::model::Summary;
use super::store::SUMMARY;

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Order {
    column: Column,
    is_ascending: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Column {
    #[default]
    UpdatedAt,
    CreatedAt,
}

impl Order {
    pub fn parse(text: &str) -> Option<Self> {
        let (name, is_ascending) = text.strip_prefix('-').map_or((text, true), |name| (name, false));
        let column = match name {
            "" => return Some(Self::default()),
            "updated_at" => Column::UpdatedAt,
            "created_at" => Column::CreatedAt,
            _ => return None,
        };
        Some(Self { column, is_ascending })
    }

    fn words(self) -> (&'static str, &'static str, &'static str) {
        let column = match self.column {
            Column::UpdatedAt => "updated_at",
            Column::CreatedAt => "created_at",
        };
        if self.is_ascending { (column, ">", "ASC") } else { (column, "<", "DESC") }
    }
}

/// Where a page ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Position {
    at: Timestamp,
    id: String,
}

impl Position {
    pub fn of(email: &Summary, order: Order) -> Self {
        let at = if order.column == Column::UpdatedAt { email.updated_at } else { email.created_at };
        Self { at, id: email.id.clone() }
    }
}

/// Which emails.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub status: Option<Status>,
    pub campaign: Option<String>,
    /// Words in the subject.
    pub words: Option<String>,
}

/// `$1` to `$3` of both statements below.
const WANTED: &str = "($1::text IS NULL OR status::text = $1) AND ($2::text IS NULL OR campaign_id = $2)
    AND ($3::text IS NULL OR strpos(lower(subject), lower($3)) > 0)";

pub async fn page(
    tx: &Tenant,
    filter: &Filter,
    order: Order,
    after: Option<&Position>,
    limit: i64,
) -> Result<Vec<Summary>> {
    let (column, beyond, direction) = order.words();
    let sql = format!(
        "SELECT {SUMMARY} FROM email_campaigns
         WHERE {WANTED} AND ($4::timestamptz IS NULL OR ({column}, id) {beyond} ($4, $5))
         ORDER BY {column} {direction}, id {direction} LIMIT $6"
    );
    let status = filter.status.map(Status::as_str);
    let (at, id) = after.map_or((None, None), |after| (Some(after.at), Some(after.id.as_str())));
    let rows = tx.rows(&sql, &[&status, &filter.campaign, &filter.words, &at, &id, &limit]).await?;
    Ok(rows.iter().map(Summary::from_row).collect())
}

pub async fn count(tx: &Tenant, filter: &Filter) -> Result<i64> {
    let sql = format!("SELECT count(*) AS count FROM email_campaigns WHERE {WANTED}");
    let status = filter.status.map(Status::as_str);
    Ok(tx.one(&sql, &[&status, &filter.campaign, &filter.words]).await?.get("count"))
}
