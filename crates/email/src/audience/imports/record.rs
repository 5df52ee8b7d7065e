//! From the cells of a row to a contact that may be stored, or the reason why not.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use kernel::db::OrganizationId;
use kernel::{App, validate};
use serde_json::{Map, Value};

use super::Settings;
use super::columns::Column;
use super::rows::Row;
use crate::audience::address::Address;
use crate::audience::contacts::draft::NAME_LONGEST;
use crate::audience::fields::{Field, Kind};

const TAG_LONGEST: usize = 100;
const TAGS_MOST: usize = 100;
/// Characters of the words that say how people agreed.
pub const SOURCE_LONGEST: usize = 200;
const VALUE_LONGEST: usize = 1000;
const NO_LANGUAGE: &str = "A language is a short code such as de or pt-BR; what is none was left out.";
const NO_ZONE: &str = "A time zone is named like Europe/Berlin; what is none was left out.";
const NO_TIME: &str = "A time is written like 2026-03-01 10:54; a time of consent that is none was left out.";

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
    /// What of the row could not be kept as it stood there, in words.
    pub losses: Losses,
}

impl Record {
    /// What the report tells of a row that comes in without something.
    pub fn partial(&self) -> Option<Refusal> {
        let words = self.losses.0.join(" ");
        let email = Some(self.address.email.clone());
        (!words.is_empty()).then(|| Refusal { row: self.row, email, reason: words.into(), is_partial: true })
    }
}

/// A row that cannot, or can without some of its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub row: i64,
    /// What stood where the address should be.
    pub email: Option<String>,
    pub reason: Cow<'static, str>,
    /// Whether the row came in all the same.
    pub is_partial: bool,
}

/// What is left out or shortened of a row, each said once.
#[derive(Debug, Clone, Default)]
pub struct Losses(Vec<String>);

impl Losses {
    fn add(&mut self, words: impl Into<String>) {
        let words = words.into();
        if !self.0.contains(&words) {
            self.0.push(words);
        }
    }

    /// The beginning of a text that is longer than what is kept of it.
    fn cut(&mut self, what: &str, text: &str, longest: usize) -> String {
        if text.chars().nth(longest).is_some() {
            self.add(format!("{what} is cut after {longest} characters."));
        }
        cut(text, longest)
    }

    /// What a text says; nothing, with words about it, where it cannot be read.
    fn read<T>(&mut self, text: Option<&str>, words: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let value = read(text?);
        if value.is_none() {
            self.add(words);
        }
        value
    }
}

/// What is needed to read rows.
pub struct Reader<'a> {
    pub app: &'a App,
    pub organization: &'a OrganizationId,
    pub settings: &'a Settings,
    pub known: &'a [Field],
}

impl Reader<'_> {
    /// Reads a row. A value that is none of its field's, or a language that is none, is left out and told; the contact still
    /// comes.
    pub fn record(&self, row: &Row) -> Result<Record, Refusal> {
        let typed = self.first(row, &Column::Email).unwrap_or_default();
        let refused = |reason| {
            let email = (!typed.is_empty()).then(|| cut(&typed, 320));
            Err(Refusal { row: row.number, email, reason: Cow::Borrowed(reason), is_partial: false })
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
        let mut losses = Losses::default();
        let mut text = |what: &str, text: Option<String>, longest| text.map(|text| losses.cut(what, &text, longest));
        Ok(Record {
            row: row.number,
            hash: address.hash(self.app, self.organization),
            address,
            name: text("The name", self.name(row), NAME_LONGEST),
            company: text("The company", self.first(row, &Column::Company), NAME_LONGEST),
            consent_source: text("Where they agreed", self.first(row, &Column::ConsentSource), SOURCE_LONGEST),
            language: losses.read(
                self.first(row, &Column::Language).as_deref(),
                NO_LANGUAGE,
                validate::language_of_import,
            ),
            timezone: losses.read(self.first(row, &Column::TimeZone).as_deref(), NO_ZONE, |zone| {
                TimeZone::get(zone).is_ok().then(|| zone.to_owned())
            }),
            consent_at: losses.read(self.first(row, &Column::ConsentAt).as_deref(), NO_TIME, moment),
            fields: self.own(row, &mut losses),
            tags: self.tags(row, &mut losses),
            losses,
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

    fn own(&self, row: &Row, losses: &mut Losses) -> Map<String, Value> {
        let mut values = Map::new();
        for (column, cell) in self.settings.columns.iter().zip(&row.cells) {
            let Column::Field(key) = column else { continue };
            let Some(field) = self.known.iter().find(|field| field.key == *key) else { continue };
            let text = losses.cut(&field.label, &cleaned(cell), VALUE_LONGEST);
            if text.is_empty() {
                continue;
            }
            let text = if field.kind == Kind::Number { self.number(&text) } else { text };
            match field.read(&text) {
                Some(value) => {
                    values.insert(key.clone(), value);
                }
                None => losses.add(format!("{} What is none was left out.", field.expected())),
            }
        }
        values
    }

    /// A number as the program reads it: where a comma does not part the columns, it parts the fraction.
    fn number(&self, text: &str) -> String {
        let has_fraction = self.settings.delimiter != "," && text.matches(',').count() == 1;
        if has_fraction { text.replace('.', "").replace(',', ".") } else { text.to_owned() }
    }

    fn tags(&self, row: &Row, losses: &mut Losses) -> Vec<String> {
        let mut tags = self.settings.tags.clone();
        for cell in self.cells(row, &Column::Tags) {
            // Mailchimp puts each tag in quotation marks.
            for typed in cell.split(',').map(|tag| tag.trim().trim_matches('"').trim().to_lowercase()) {
                let tag = losses.cut("A tag", &typed, TAG_LONGEST);
                if tag.is_empty() || tags.contains(&tag) {
                    continue;
                }
                if tags.len() >= TAGS_MOST {
                    losses.add(format!("Tags beyond the first {TAGS_MOST} are left out."));
                    break;
                }
                tags.push(tag);
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
