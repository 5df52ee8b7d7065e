//! Lists of contacts: filtered, sorted, a page at a time.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::Tenant;
use serde::{Deserialize, Serialize};

use super::store::COLUMNS;
use super::{Contact, Status};
use crate::audience::rule::{AsOf, Rule, Sql};

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Ids rise with time, so they tell who came last.
    #[default]
    Newest,
    Oldest,
    ByEmail,
}

impl Order {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "" | "-created_at" => Some(Self::Newest),
            "created_at" => Some(Self::Oldest),
            "email" => Some(Self::ByEmail),
            _ => None,
        }
    }
}

/// Where a page ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Position {
    id: String,
    email_key: String,
}

impl Position {
    pub fn of(contact: &Contact) -> Self {
        Self { id: contact.id.clone(), email_key: contact.email_key.clone() }
    }
}

/// Contacts that are put in order faster than they are looked for in it.
const FEW_MOST: i64 = 5_000;

/// Which contacts.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// The beginning of an address or a name.
    pub beginning: String,
    pub status: Option<Status>,
    pub tag: Option<String>,
    pub rule: Option<Rule>,
}

pub struct ListQuery<'a> {
    pub filter: &'a Filter,
    pub order: Order,
    pub after: Option<Position>,
    pub limit: i64,
    pub now: Timestamp,
}

pub async fn page(tx: &Tenant, query: &ListQuery<'_>) -> Result<Vec<Contact>> {
    let mut sql = Sql::new();
    let mut wanted = conditions(tx, query.filter, &mut sql, query.now).await?;
    if let Some(after) = &query.after {
        wanted.push(match query.order {
            Order::Newest => format!("contact.id < {}", sql.param(after.id.clone())),
            Order::Oldest => format!("contact.id > {}", sql.param(after.id.clone())),
            Order::ByEmail => format!("contact.email_key > {}", sql.param(after.email_key.clone())),
        });
    }
    let (key, direction) = match query.order {
        Order::Newest => ("contact.id", " DESC"),
        Order::Oldest => ("contact.id", ""),
        Order::ByEmail => ("contact.email_key", ""),
    };
    // Few that stand together far from the beginning would be walked to in the order of the list, past everybody before them.
    // An expression has no index, so they are found first and put in order then.
    let found_first = is_of_few(tx, query).await?;
    let order = if found_first { format!("({key} || ''){direction}") } else { format!("{key}{direction}") };
    let limit = sql.param(query.limit);
    let text = format!(
        "SELECT {COLUMNS} FROM app.contacts AS contact WHERE {} ORDER BY {order} LIMIT {limit}",
        wanted.join(" AND ")
    );
    Ok(tx.rows_unprepared(&text, &sql.params()).await?.iter().map(Contact::from_row).collect())
}

/// Whether few addresses and names begin as the filter says, if it says so.
async fn is_of_few(tx: &Tenant, query: &ListQuery<'_>) -> Result<bool> {
    if query.filter.beginning.trim().is_empty() {
        return Ok(false);
    }
    let alone = Filter { beginning: query.filter.beginning.clone(), ..Filter::default() };
    Ok(count(tx, &alone, FEW_MOST + 1, query.now).await? <= FEW_MOST)
}

/// How many contacts there are, counted up to `most`.
pub async fn count(tx: &Tenant, filter: &Filter, most: i64, now: Timestamp) -> Result<i64> {
    let mut sql = Sql::new();
    let wanted = conditions(tx, filter, &mut sql, now).await?.join(" AND ");
    let text = if most == i64::MAX {
        format!("SELECT count(*) AS count FROM app.contacts AS contact WHERE {wanted}")
    } else {
        let most = sql.param(most);
        format!(
            "SELECT count(*) AS count FROM (SELECT FROM app.contacts AS contact WHERE {wanted} LIMIT {most}) AS first_ones"
        )
    };
    let rows = tx.rows_unprepared(&text, &sql.params()).await?;
    Ok(rows.first().map_or(0, |row| row.get("count")))
}

async fn conditions(tx: &Tenant, filter: &Filter, sql: &mut Sql, now: Timestamp) -> Result<Vec<String>> {
    let mut wanted = vec!["true".to_owned()];
    let beginning = filter.beginning.trim().to_lowercase();
    if !beginning.is_empty() {
        // As a range, which enters an index beneath row security; LIKE would not.
        let from = sql.param(beginning.clone());
        let to = sql.param(format!("{beginning}\u{10ffff}"));
        wanted.push(format!(
            "(contact.email_key >= {from} AND contact.email_key < {to} OR contact.name_key >= {from} AND contact.name_key < {to})"
        ));
    }
    if let Some(status) = filter.status {
        wanted.push(format!("contact.status = {}", sql.param(status.as_str())));
    }
    if let Some(tag) = &filter.tag {
        let tag = sql.param(tag.to_lowercase());
        wanted.push(format!(
            "EXISTS (SELECT FROM app.contact_tags t WHERE t.organization_id = contact.organization_id
                     AND t.contact_id = contact.id AND t.tag = {tag})"
        ));
    }
    if let Some(rule) = &filter.rule {
        wanted.push(rule.condition(sql, &AsOf::of(tx, now).await?)?);
    }
    Ok(wanted)
}
