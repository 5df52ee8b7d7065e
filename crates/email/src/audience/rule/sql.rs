//! A rule as a condition over `app.contacts AS contact`. Every value is a parameter; only names of columns known here stand
//! in the text.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use kernel::Result;
use kernel::db::{Param, Tenant};
use kernel::organization::site_settings;

use super::{EmailTest, Field, Happened, Rule, Test, VisitTest};

/// The parameters of a statement, numbered as they are added.
#[derive(Default)]
pub struct Sql {
    params: Vec<Box<dyn Param>>,
}

impl Sql {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a parameter and gives its place in the text: `$3`.
    pub fn param(&mut self, value: impl Param + 'static) -> String {
        self.params.push(Box::new(value));
        format!("${}", self.params.len())
    }

    pub fn params(&self) -> Vec<&dyn Param> {
        self.params.iter().map(AsRef::as_ref).collect()
    }
}

/// The moment that a rule is asked for, and the organization's time zone, in which its days begin.
pub struct AsOf {
    pub now: Timestamp,
    pub zone: TimeZone,
}

impl AsOf {
    pub async fn of(tx: &Tenant, now: Timestamp) -> Result<Self> {
        Ok(Self { now, zone: site_settings(tx).await?.zone() })
    }

    fn midnight(&self, date: Date) -> Result<Timestamp> {
        Ok(date.to_zoned(self.zone.clone()).map_err(kernel::Error::internal)?.timestamp())
    }

    fn days_ago(&self, days: i32) -> Result<Timestamp> {
        self.now.checked_sub((i64::from(days) * 24).hours()).map_err(kernel::Error::internal)
    }

    fn day(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).date().to_string()
    }
}

impl Rule {
    /// The condition that holds for the contacts meant.
    pub fn condition(&self, sql: &mut Sql, as_of: &AsOf) -> Result<String> {
        Ok(match self {
            Self::All => "true".to_owned(),
            Self::And(rules) => joined(rules, " AND ", sql, as_of)?,
            Self::Or(rules) => joined(rules, " OR ", sql, as_of)?,
            // A comparison with nothing is neither true nor false; whoever asks for "not" means everybody else.
            Self::Not(rule) => format!("(({}) IS NOT TRUE)", rule.condition(sql, as_of)?),
            Self::Tag(tag) => {
                let tag = sql.param(tag.clone());
                format!("contact.id IN (SELECT t.contact_id FROM app.contact_tags t WHERE t.tag = {tag})")
            }
            Self::Email(test) => email(test, sql, as_of)?,
            Self::Visited(test) => visited(test, sql, as_of)?,
            Self::Field(Field::Text(column), test) => text(&format!("contact.{column}"), test, sql),
            Self::Field(Field::Status, test) => text("contact.status", test, sql),
            Self::Field(Field::Moment(column), test) => moment(&format!("contact.{column}"), test, sql, as_of)?,
            Self::Field(Field::Custom(key), test) => custom(key, test, sql, as_of)?,
        })
    }
}

fn joined(rules: &[Rule], glue: &str, sql: &mut Sql, as_of: &AsOf) -> Result<String> {
    let parts = rules.iter().map(|rule| rule.condition(sql, as_of)).collect::<Result<Vec<_>>>()?;
    Ok(format!("({})", parts.join(glue)))
}

fn text(value: &str, test: &Test, sql: &mut Sql) -> String {
    let lower = |text: &str| text.to_lowercase();
    match test {
        Test::Is(text) => format!("lower({value}) = {}", sql.param(lower(text))),
        Test::IsNot(text) => format!("lower(coalesce({value}, '')) <> {}", sql.param(lower(text))),
        Test::Contains(text) => format!("strpos(lower(coalesce({value}, '')), {}) > 0", sql.param(lower(text))),
        Test::BeginsWith(text) => format!("starts_with(lower(coalesce({value}, '')), {})", sql.param(lower(text))),
        Test::EndsWith(text) => {
            let end = sql.param(lower(text));
            format!("right(lower(coalesce({value}, '')), char_length({end})) = {end}")
        }
        Test::IsEmpty(true) => format!("coalesce({value}, '') = ''"),
        Test::IsEmpty(false) => format!("coalesce({value}, '') <> ''"),
        _ => "false".to_owned(),
    }
}

fn moment(value: &str, test: &Test, sql: &mut Sql, as_of: &AsOf) -> Result<String> {
    Ok(match test {
        Test::Before(date) => format!("{value} < {}", sql.param(as_of.midnight(*date)?)),
        Test::Since(date) => format!("{value} >= {}", sql.param(as_of.midnight(*date)?)),
        Test::InLastDays(days) => format!("{value} >= {}", sql.param(as_of.days_ago(*days)?)),
        Test::NotInLastDays(days) => format!("({value} >= {}) IS NOT TRUE", sql.param(as_of.days_ago(*days)?)),
        Test::IsEmpty(true) => format!("{value} IS NULL"),
        Test::IsEmpty(false) => format!("{value} IS NOT NULL"),
        _ => "false".to_owned(),
    })
}

/// Values of one's own fields are checked when they come in, so a number is a JSON number and a date is `2026-03-01`.
fn custom(key: &str, test: &Test, sql: &mut Sql, as_of: &AsOf) -> Result<String> {
    let key = sql.param(key.to_owned());
    let value = format!("(contact.fields ->> {key})");
    let number = format!(
        "(CASE jsonb_typeof(contact.fields -> {key}) WHEN 'number' THEN (contact.fields ->> {key})::float8 END)"
    );
    Ok(match test {
        Test::GreaterThan(least) => format!("{number} > {}", sql.param(*least)),
        Test::LessThan(most) => format!("{number} < {}", sql.param(*most)),
        Test::Before(date) => format!("{value} COLLATE \"C\" < {}", sql.param(date.to_string())),
        Test::Since(date) => format!("{value} COLLATE \"C\" >= {}", sql.param(date.to_string())),
        Test::InLastDays(days) => {
            let (first, last) = (sql.param(as_of.day(as_of.days_ago(*days)?)), sql.param(as_of.day(as_of.now)));
            format!("{value} COLLATE \"C\" BETWEEN {first} AND {last}")
        }
        Test::NotInLastDays(days) => {
            let (first, last) = (sql.param(as_of.day(as_of.days_ago(*days)?)), sql.param(as_of.day(as_of.now)));
            format!("({value} COLLATE \"C\" BETWEEN {first} AND {last}) IS NOT TRUE")
        }
        other => text(&value, other, sql),
    })
}

/// As lists of ids rather than row by row, so that the answer for a million contacts is one hash of those who did it.
fn email(test: &EmailTest, sql: &mut Sql, as_of: &AsOf) -> Result<String> {
    let (table, time, wanted) = match test.happened {
        Happened::Sent => ("email_recipients", "sent_at", "e.state IN ('sent', 'delivered')"),
        // Who clicked has opened it, also where pictures are not shown; the report counts it so, too.
        Happened::Opened => ("email_events", "at", "e.kind IN ('open', 'click') AND NOT e.is_machine"),
        Happened::Clicked => ("email_events", "at", "e.kind = 'click' AND NOT e.is_machine"),
    };
    let mut wanted = wanted.to_owned();
    if let Some(id) = &test.id {
        wanted = format!("{wanted} AND e.email_id = {}", sql.param(id.clone()));
    }
    if let Some(days) = test.days {
        wanted = format!("{wanted} AND e.{time} >= {}", sql.param(as_of.days_ago(days)?));
    }
    Ok(format!("contact.id IN (SELECT e.contact_id FROM app.{table} e WHERE e.contact_id IS NOT NULL AND {wanted})"))
}

fn visited(test: &VisitTest, sql: &mut Sql, as_of: &AsOf) -> Result<String> {
    let address = sql.param(test.address.clone());
    let since = match test.days {
        Some(days) => format!(" AND e.at >= {}", sql.param(as_of.days_ago(days)?)),
        None => String::new(),
    };
    Ok(format!(
        "contact.id IN (SELECT e.contact_id FROM app.email_links AS link
           JOIN app.email_events AS e ON e.organization_id = link.organization_id AND e.email_id = link.email_id AND e.link_id = link.id
           WHERE starts_with(regexp_replace(lower(link.url), '^https?://', ''), {address})
             AND e.contact_id IS NOT NULL AND e.kind = 'click' AND NOT e.is_machine{since})"
    ))
}
