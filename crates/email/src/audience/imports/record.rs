//! From the cells of a row to a contact that may be stored, or the reason why not.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use kernel::App;
use kernel::db::OrganizationId;
use serde_json::{Map, Value};

use super::Settings;
use super::columns::Column;
use super::rows::Row;
use crate::audience::address::Address;
use crate::audience::contacts::draft::{NAME_LONGEST, is_language};
use crate::audience::fields::Field;

const TAG_LONGEST: usize = 100;
const TAGS_MOST: usize = 100;
const SOURCE_LONGEST: usize = 200;
const VALUE_LONGEST: usize = 1000;

/// A row that can become a contact.
#[derive(Debug, Clone)]
pub struct Record {
    pub row: i64,
    pub address: Address,
    pub hash: Vec<u8>,
    pub name: Option<String>,
    pub company: Option<String>,
    pub language: Option<String>,
    pub timezone: Option<String>,
    pub fields: Map<String, Value>,
    pub tags: Vec<String>,
    pub consent_at: Option<Timestamp>,
    pub consent_source: Option<String>,
}

/// A row that cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub row: i64,
    /// What stood where the address should be.
    pub email: Option<String>,
    pub reason: &'static str,
}

/// What is needed to read rows.
pub struct Reader<'a> {
    pub app: &'a App,
    pub organization: &'a OrganizationId,
    pub settings: &'a Settings,
    pub known: &'a [Field],
}

impl Reader<'_> {
    /// Reads a row. A value that is none of its field's, or a language that is none, is left out; the contact still comes.
    pub fn record(&self, row: &Row) -> Result<Record, Refusal> {
        let typed = self.first(row, &Column::Email).unwrap_or_default();
        let refused = |reason| {
            let email = (!typed.is_empty()).then(|| cut(&typed, 320));
            Err(Refusal { row: row.number, email, reason })
        };
        if self.swallows_others(row) {
            return refused(
                "A quotation mark in this row is not closed, so rows behind it stand in it. Mend the file, and import it again.",
            );
        }
        if typed.is_empty() {
            return refused("There is no address in this row.");
        }
        let Some(address) = Address::parse(&typed) else { return refused("This is no mail address.") };
        let text = |column: &Column, longest| self.first(row, column).map(|text| cut(&text, longest));
        Ok(Record {
            row: row.number,
            hash: address.hash(self.app, self.organization),
            address,
            name: self.name(row).map(|name| cut(&name, NAME_LONGEST)),
            company: text(&Column::Company, NAME_LONGEST),
            language: self
                .first(row, &Column::Language)
                .map(|text| text.replace('_', "-"))
                .filter(|text| is_language(text)),
            timezone: self.first(row, &Column::TimeZone).filter(|zone| TimeZone::get(zone).is_ok()),
            fields: self.own(row),
            tags: self.tags(row),
            consent_at: self.first(row, &Column::ConsentAt).and_then(|text| moment(&text)),
            consent_source: text(&Column::ConsentSource, SOURCE_LONGEST),
        })
    }

    /// Whether a cell holds other people's rows: lines with an address, where such a thing is no note that somebody wrote.
    fn swallows_others(&self, row: &Row) -> bool {
        let has_others = |cell: &String| cell.split_once('\n').is_some_and(|(_, rest)| rest.contains('@'));
        let is_short = row.cells.len() < self.settings.columns.len();
        let mut cells = self.settings.columns.iter().zip(&row.cells);
        cells.any(|(column, cell)| (is_short || *column != Column::Skip) && has_others(cell))
    }

    /// What stands in the columns of this meaning, one after the other.
    fn cells<'r>(&'r self, row: &'r Row, column: &'r Column) -> impl Iterator<Item = String> + 'r {
        let meant = self.settings.columns.iter().zip(&row.cells).filter(move |(its, _)| *its == column);
        meant.map(|(_, cell)| cleaned(cell)).filter(|cell| !cell.is_empty())
    }

    fn first(&self, row: &Row, column: &Column) -> Option<String> {
        self.cells(row, column).next()
    }

    fn name(&self, row: &Row) -> Option<String> {
        let parts = [self.first(row, &Column::FirstName), self.first(row, &Column::LastName)];
        let joined = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        self.first(row, &Column::Name).or_else(|| (!joined.is_empty()).then_some(joined))
    }

    fn own(&self, row: &Row) -> Map<String, Value> {
        let mut values = Map::new();
        for (column, cell) in self.settings.columns.iter().zip(&row.cells) {
            let Column::Field(key) = column else { continue };
            let text = cut(&cleaned(cell), VALUE_LONGEST);
            let field = self.known.iter().find(|field| field.key == *key);
            if let Some(value) = field.filter(|_| !text.is_empty()).and_then(|field| field.read(&text)) {
                values.insert(key.clone(), value);
            }
        }
        values
    }

    fn tags(&self, row: &Row) -> Vec<String> {
        let mut tags = self.settings.tags.clone();
        for cell in self.cells(row, &Column::Tags) {
            // Mailchimp puts each tag in quotation marks.
            let typed = cell.split(',').map(|tag| tag.trim().trim_matches('"').trim().to_lowercase());
            for tag in typed.map(|tag| cut(&tag, TAG_LONGEST)).filter(|tag| !tag.is_empty()) {
                if !tags.contains(&tag) && tags.len() < TAGS_MOST {
                    tags.push(tag);
                }
            }
        }
        tags
    }
}

/// Without control characters, which no column keeps, and the apostrophe that our own export guards formulas with.
fn cleaned(cell: &str) -> String {
    let text: String = cell.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    let text = text.trim();
    let guarded = text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@']));
    guarded.unwrap_or(text).to_owned()
}

fn cut(text: &str, longest: usize) -> String {
    text.chars().take(longest).collect::<String>().trim_end().to_owned()
}

/// A time as exports write it; without a zone it is UTC.
fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let civil = text.parse::<DateTime>().or_else(|_| text.parse::<Date>().map(|date| date.at(0, 0, 0, 0))).ok()?;
    civil.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_exports_write_them() {
        for text in ["2018-02-12 10:54:27", "2018-02-12T10:54:27Z", "2018-02-12T12:54:27+02:00"] {
            assert_eq!(moment(text).unwrap().to_string(), "2018-02-12T10:54:27Z", "{text}");
        }
        assert_eq!(moment("2018-02-12").unwrap().to_string(), "2018-02-12T00:00:00Z");
        assert_eq!(moment("yesterday"), None);
    }

    #[test]
    fn cells_lose_what_nobody_sees() {
        assert_eq!(cleaned(" Lorem\u{0}\tCo. "), "Lorem  Co.");
        assert_eq!(cleaned("'=1+1"), "=1+1");
        assert_eq!(cleaned("'t Hooft"), "'t Hooft");
    }
}
