//! Lists of campaigns: filtered, sorted, a page at a time; and the board, which shows some of each status.

use jiff::Timestamp;
use kernel::db::{Statements, Tenant};
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};

use super::model::{Campaign, CampaignType};
use super::status::Status;
use super::store::{BESIDE, COLUMNS};

/// The longest words that are looked for, in characters.
pub const SEARCH_LONGEST: usize = 100;
/// Stands for the date of a campaign that has none: it comes behind all that have one.
const FAR_SQL: &str = "'2300-01-01T00:00:00Z'::timestamptz";
const FAR: Timestamp = Timestamp::constant(10_413_792_000, 0);

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    UpdatedAt,
    CreatedAt,
    Name,
    StartDate,
    EndDate,
}

/// What a list is sorted by, and in which direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    column: Column,
    is_ascending: bool,
}

impl Default for Order {
    fn default() -> Self {
        Self { column: Column::UpdatedAt, is_ascending: false }
    }
}

impl Order {
    pub fn parse(text: &str) -> Option<Self> {
        let (name, is_ascending) = text.strip_prefix('-').map_or((text, true), |name| (name, false));
        let column = match name {
            "" => return Some(Self::default()),
            "updated_at" => Column::UpdatedAt,
            "created_at" => Column::CreatedAt,
            "name" => Column::Name,
            "start_date" => Column::StartDate,
            "end_date" => Column::EndDate,
            _ => return None,
        };
        Some(Self { column, is_ascending })
    }

    fn is_by_name(self) -> bool {
        self.column == Column::Name
    }

    fn expression(self) -> String {
        match self.column {
            Column::UpdatedAt => "c.updated_at".to_owned(),
            Column::CreatedAt => "c.created_at".to_owned(),
            Column::Name => "lower(c.name)".to_owned(),
            Column::StartDate => format!("coalesce(c.start_date, {FAR_SQL})"),
            Column::EndDate => format!("coalesce(c.end_date, {FAR_SQL})"),
        }
    }
}

/// Where a page ended: the value sorted by, and the id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Position {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    id: String,
}

impl Position {
    pub fn of((campaign, name_key): &(Campaign, String), order: Order) -> Self {
        let at = match order.column {
            Column::UpdatedAt => Some(campaign.updated_at),
            Column::CreatedAt => Some(campaign.created_at),
            Column::StartDate => Some(campaign.start_date.unwrap_or(FAR)),
            Column::EndDate => Some(campaign.end_date.unwrap_or(FAR)),
            Column::Name => None,
        };
        Self { at, name: order.is_by_name().then(|| name_key.clone()), id: campaign.id.clone() }
    }

    /// Refuses a position of a list in another order.
    pub fn must_fit(&self, order: Order) -> Result<()> {
        if self.name.is_some() == order.is_by_name() && self.at.is_some() != order.is_by_name() {
            return Ok(());
        }
        Err(Error::Malformed("This cursor belongs to a list in another order. Begin again without one.".into()))
    }
}

/// Which campaigns.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub status: Option<Status>,
    pub r#type: Option<CampaignType>,
    /// Words in the name or the description.
    pub words: Option<String>,
    /// An item that belongs to it.
    pub content: Option<String>,
}

/// `$1` to `$4` of all statements below.
const WANTED: &str = "($1::text IS NULL OR c.status::text = $1) AND ($2::text IS NULL OR c.type::text = $2)
    AND ($3::text IS NULL OR strpos(lower(c.name), lower($3)) > 0 OR strpos(lower(coalesce(c.description, '')), lower($3)) > 0)
    AND ($4::text IS NULL OR EXISTS (SELECT FROM campaign_content AS m
            WHERE m.organization_id = c.organization_id AND m.campaign_id = c.id AND m.content_id = $4))";

/// One page, each campaign with its name as it is sorted by.
pub async fn page(
    tx: &Tenant,
    filter: &Filter,
    order: Order,
    after: Option<&Position>,
    limit: i64,
) -> Result<Vec<(Campaign, String)>> {
    let (beyond, direction) = if order.is_ascending { (">", "ASC") } else { ("<", "DESC") };
    let key = order.expression();
    let bound = if order.is_by_name() { "$6::text" } else { "$5::timestamptz" };
    let sql = format!(
        "SELECT {COLUMNS}, lower(c.name) AS name_key FROM campaigns c {BESIDE}
         WHERE {WANTED} AND (($5::timestamptz IS NULL AND $6::text IS NULL) OR ({key}, c.id) {beyond} ({bound}, $7))
         ORDER BY {key} {direction}, c.id {direction} LIMIT $8"
    );
    let (status, kind) = (filter.status.map(Status::as_str), filter.r#type.map(CampaignType::as_str));
    let (at, name) = (after.and_then(|after| after.at), after.and_then(|after| after.name.as_deref()));
    let id = after.map(|after| after.id.as_str());
    let rows = tx.rows(&sql, &[&status, &kind, &filter.words, &filter.content, &at, &name, &id, &limit]).await?;
    rows.iter().map(|row| Ok((Campaign::from_row(row)?, row.get("name_key")))).collect()
}

pub async fn count(tx: &Tenant, filter: &Filter) -> Result<i64> {
    let sql = format!("SELECT count(*) AS count FROM campaigns c WHERE {WANTED}");
    let (status, kind) = (filter.status.map(Status::as_str), filter.r#type.map(CampaignType::as_str));
    Ok(tx.one(&sql, &[&status, &kind, &filter.words, &filter.content]).await?.get("count"))
}

/// The first of each status, each with how many there are of its status: those that end first at the top, and of those
/// that are over the last changed.
pub async fn board(tx: &Tenant, filter: &Filter, most: i64) -> Result<Vec<(Campaign, i64)>> {
    let sql = format!(
        "SELECT {COLUMNS}, c.in_status FROM (
            SELECT c.*, count(*) OVER (PARTITION BY c.status) AS in_status, row_number() OVER (
                PARTITION BY c.status
                ORDER BY CASE WHEN c.status NOT IN ('COMPLETED', 'CANCELLED') THEN c.end_date END, c.updated_at DESC, c.id) AS place
            FROM campaigns c WHERE {WANTED}) AS c
         {BESIDE} WHERE c.place <= $5 ORDER BY c.status, c.place"
    );
    let (status, kind) = (filter.status.map(Status::as_str), filter.r#type.map(CampaignType::as_str));
    let rows = tx.rows(&sql, &[&status, &kind, &filter.words, &filter.content, &most]).await?;
    rows.iter().map(|row| Ok((Campaign::from_row(row)?, row.get("in_status")))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_date_stands_where_the_database_puts_it() {
        assert_eq!(FAR.to_string(), "2300-01-01T00:00:00Z");
        assert!(FAR_SQL.contains(&FAR.to_string()));
    }

    #[test]
    fn orders_are_read() {
        assert_eq!(Order::parse(""), Some(Order::default()));
        assert_eq!(Order::parse("-updated_at"), Some(Order::default()));
        assert_eq!(Order::parse("name"), Some(Order { column: Column::Name, is_ascending: true }));
        assert_eq!(Order::parse("budget"), None);
    }

    #[test]
    fn a_position_belongs_to_its_order() {
        let by_name = Position { at: None, name: Some("spring".into()), id: "a".into() };
        let (name, time) = (Order::parse("name").unwrap(), Order::default());
        assert!(by_name.must_fit(name).is_ok() && by_name.must_fit(time).is_err());
        let by_time = Position { at: Some(FAR), name: None, id: "a".into() };
        assert!(by_time.must_fit(time).is_ok() && by_time.must_fit(name).is_err());
    }
}
