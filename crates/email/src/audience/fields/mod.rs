//! Fields that an organization keeps of its contacts beside the fixed ones.

pub mod actions;
pub mod api;
pub mod pages;
mod uses;

use jiff::civil::Date;
use kernel::Result;
use kernel::db::{Row, Statements, Tenant};
use kernel::validate::Problems;
use serde::Serialize;
use serde_json::{Map, Value};

use utoipa::ToSchema;

use super::contacts::draft::FIELDS_MOST;

/// What values of a field look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ContactFieldKind)]
pub enum Kind {
    Text,
    Number,
    /// A day: `2026-03-01`.
    Date,
    Boolean,
    /// One of the field's choices.
    Choice,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::Text, Self::Number, Self::Date, Self::Boolean, Self::Choice];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Date => "date",
            Self::Boolean => "boolean",
            Self::Choice => "choice",
        }
    }

    /// The kind as a person reads it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Number => "Number",
            Self::Date => "Date",
            Self::Boolean => "Yes or no",
            Self::Choice => "One of several",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A field of the organization's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ContactField)]
pub struct Field {
    pub id: String,
    /// The key of its values in a contact's `fields`.
    pub key: String,
    pub label: String,
    pub kind: Kind,
    /// Of a field of the kind `choice`.
    pub choices: Vec<String>,
}

impl Field {
    fn from_row(row: &Row) -> Self {
        Self {
            id: row.get("id"),
            key: row.get("key"),
            label: row.get("label"),
            kind: Kind::parse(row.get("kind")).unwrap_or(Kind::Text),
            choices: row.get("choices"),
        }
    }

    /// A value that somebody typed, as it is kept; none when it is none of this field's.
    pub fn read(&self, text: &str) -> Option<Value> {
        let text = text.trim();
        match self.kind {
            Kind::Text => Some(Value::String(text.to_owned())),
            Kind::Number => number(text),
            Kind::Date => text.parse::<Date>().ok().map(|date| Value::String(date.to_string())),
            Kind::Boolean => match text.to_lowercase().as_str() {
                "true" | "yes" | "y" | "1" | "on" => Some(Value::Bool(true)),
                "false" | "no" | "n" | "0" | "off" => Some(Value::Bool(false)),
                _ => None,
            },
            Kind::Choice => {
                let found = self.choices.iter().find(|choice| choice.to_lowercase() == text.to_lowercase());
                found.map(|choice| Value::String(choice.clone()))
            }
        }
    }

    /// The same for a value of JSON, which may have its type already.
    fn take(&self, value: &Value) -> Option<Value> {
        match (self.kind, value) {
            (Kind::Number, Value::Number(_)) | (Kind::Boolean, Value::Bool(_)) => Some(value.clone()),
            (_, Value::String(text)) => self.read(text),
            (Kind::Text | Kind::Choice, Value::Number(number)) => self.read(&number.to_string()),
            _ => None,
        }
    }

    /// What to tell somebody whose value does not fit.
    pub fn expected(&self) -> String {
        match self.kind {
            Kind::Text => format!("{} is a text.", self.label),
            Kind::Number => format!("{} is a number, such as 12 or 3.5.", self.label),
            Kind::Date => format!("{} is a date like 2026-03-01.", self.label),
            Kind::Boolean => format!("{} is yes or no.", self.label),
            Kind::Choice => format!("{} is one of: {}.", self.label, self.choices.join(", ")),
        }
    }
}

/// A number as it is kept, with or without a fraction.
fn number(text: &str) -> Option<Value> {
    if let Ok(whole) = text.parse::<i64>() {
        return Some(Value::from(whole));
    }
    text.parse::<f64>()
        .ok()
        .filter(|number| number.is_finite())
        .and_then(serde_json::Number::from_f64)
        .map(Value::Number)
}

/// A value as people read it.
pub fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// All fields, by their labels.
pub async fn all(tx: &Tenant) -> Result<Vec<Field>> {
    let sql = "SELECT id, key, label, kind, choices FROM app.contact_fields ORDER BY lower(label), key LIMIT $1";
    let most = i64::try_from(FIELDS_MOST).unwrap_or(i64::MAX);
    Ok(tx.rows(sql, &[&most]).await?.iter().map(Field::from_row).collect())
}

pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Field>> {
    let sql = "SELECT id, key, label, kind, choices FROM app.contact_fields WHERE id = $1";
    Ok(tx.row(sql, &[&id]).await?.as_ref().map(Field::from_row))
}

/// Brings values to the form of their fields; what fits no field of its key is told.
pub fn check(known: &[Field], values: &mut Map<String, Value>, problems: &mut Problems) {
    for (key, value) in values.iter_mut().filter(|(_, value)| !value.is_null()) {
        let Some(field) = known.iter().find(|field| field.key == *key) else { continue };
        match field.take(value) {
            Some(taken) => *value = taken,
            None => problems.add(&format!("fields.{key}"), "wrong_type", field.expected()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: Kind) -> Field {
        let choices = vec!["Red".to_owned(), "Blue".to_owned()];
        Field { id: "f".into(), key: "f".into(), label: "Field".into(), kind, choices }
    }

    #[test]
    fn values_come_to_the_form_of_their_field_or_not_at_all() {
        let cases = [
            (Kind::Text, " tide ", Some(Value::from("tide"))),
            (Kind::Number, "12", Some(Value::from(12))),
            (Kind::Number, "3.5", Some(Value::from(3.5))),
            (Kind::Number, "NaN", None),
            (Kind::Date, "2026-02-28", Some(Value::from("2026-02-28"))),
            (Kind::Date, "2026-02-30", None),
            (Kind::Boolean, "Yes", Some(Value::from(true))),
            (Kind::Boolean, "perhaps", None),
            (Kind::Choice, "red", Some(Value::from("Red"))),
            (Kind::Choice, "green", None),
        ];
        for (kind, text, expected) in cases {
            assert_eq!(field(kind).read(text), expected, "{kind:?} {text}");
        }
    }

    #[test]
    fn values_of_fields_nobody_made_are_left_as_they_are() {
        let mut values = Map::from_iter([("f".to_owned(), Value::from("x")), ("other".to_owned(), Value::from("x"))]);
        let mut problems = Problems::new();
        check(&[field(Kind::Number)], &mut values, &mut problems);
        let told = problems.into_vec();
        assert_eq!((told.len(), told[0].field.as_str()), (1, "fields.f"));
        assert_eq!(values["other"], "x");
    }
}
