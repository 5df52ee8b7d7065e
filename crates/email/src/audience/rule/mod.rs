//! Rules that say which contacts are meant: a tree of conditions, written as JSON, read as a sentence, asked as SQL.
//!
//! `{"all": true}` means everybody. `{"and": […]}`, `{"or": […]}` and `{"not": …}` combine. A condition is one of
//! `{"field": "company", "is": "…"}`, `{"tag": "vip"}`, `{"email": "opened", "id": "…", "days": 30}` and
//! `{"visited": "https://example.org/prices", "days": 30}`.

mod parse;
mod sql;
mod subjects;
#[cfg(test)]
mod tests;
mod words;

use serde::{Deserialize, Serialize};

pub use parse::{is_key, parse};
pub use sql::{AsOf, Sql};
pub use subjects::{Subjects, in_words};

/// How deep rules nest at most.
pub const DEPTH_MOST: usize = 5;
/// How many conditions one rule holds at most.
pub const CONDITIONS_MOST: usize = 50;

/// Which contacts are meant.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    All,
    And(Vec<Rule>),
    Or(Vec<Rule>),
    Not(Box<Rule>),
    Field(Field, Test),
    Tag(String),
    Email(EmailTest),
    Visited(VisitTest),
}

/// A value of a contact that a condition looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    Text(&'static str),
    Status,
    Moment(&'static str),
    /// One of the organization's own, by its key.
    Custom(String),
}

/// What is asked of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    Is(String),
    IsNot(String),
    Contains(String),
    BeginsWith(String),
    EndsWith(String),
    IsEmpty(bool),
    GreaterThan(f64),
    LessThan(f64),
    /// Before midnight (UTC) of a date, `2026-03-01`.
    Before(jiff::civil::Date),
    /// On a date or after it.
    Since(jiff::civil::Date),
    InLastDays(i32),
    NotInLastDays(i32),
}

/// What became of emails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailTest {
    pub happened: Happened,
    /// One email, or any.
    pub id: Option<String>,
    /// Within the last days, or ever.
    pub days: Option<i32>,
}

/// A visit that began with a link of an email: others are not tied to contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitTest {
    /// What the page's address begins with, without `https://` and in lower case.
    pub address: String,
    /// Within the last days, or ever.
    pub days: Option<i32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Happened {
    Sent,
    Opened,
    Clicked,
}

impl Rule {
    pub fn is_all(&self) -> bool {
        matches!(self, Self::All)
    }
}
