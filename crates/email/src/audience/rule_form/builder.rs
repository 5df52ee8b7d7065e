//! A rule as rows of a form: conditions that hold all together, or any of them.
//!
//! Rules that nest deeper are made through the API and have no rows.

use serde_json::{Map, Value, json};

/// The subject of conditions about tags, and of those about emails; the others are names of fields.
pub const TAG: &str = "tag";
pub const EMAILS: &str = "emails";
pub const VISITS: &str = "visits";
/// Days back that the form offers; others are given through the API.
const VISIT_DAYS: [&str; 3] = ["7", "30", "90"];
/// What the tests of emails that did not happen begin with.
const NOT: &str = "not_";
const HAS: &str = "has";
const HAS_NOT: &str = "has_not";
const IS_NOT_EMPTY: &str = "is_not_empty";

/// One condition as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// What is asked about: [`TAG`], [`EMAILS`], [`VISITS`] or a field.
    pub subject: String,
    pub test: String,
    /// What is compared with; of emails the days, empty for ever.
    pub value: String,
    /// The id of an email; empty for any.
    pub email: String,
}

/// A rule as rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Builder {
    /// Whether one condition is enough.
    pub is_any: bool,
    pub rows: Vec<Row>,
}

impl Builder {
    /// The rows of a rule; none when it nests deeper than rows do.
    pub fn of(rule: &Value) -> Option<Self> {
        let object = rule.as_object()?;
        let list = |name: &str| object.get(name).and_then(Value::as_array);
        let (is_any, conditions) = match (list("and"), list("or")) {
            (Some(conditions), _) => (false, conditions.clone()),
            (_, Some(conditions)) => (true, conditions.clone()),
            _ if object.contains_key("all") => (false, Vec::new()),
            _ => (false, vec![rule.clone()]),
        };
        let rows = conditions.iter().map(Row::of).collect::<Option<Vec<_>>>()?;
        Some(Self { is_any, rows })
    }

    /// The rule that the rows make, not yet checked.
    pub fn rule(&self) -> Value {
        if self.rows.is_empty() {
            return json!({ "all": true });
        }
        let conditions: Vec<Value> = self.rows.iter().map(Row::rule).collect();
        if self.is_any { json!({ "or": conditions }) } else { json!({ "and": conditions }) }
    }

    /// Which row a problem of the rule is about: `rule.and[2].days` is about the third.
    pub fn row_of(field: &str) -> Option<usize> {
        let (_, rest) = field.split_once('[')?;
        rest.split_once(']')?.0.parse().ok()
    }
}

impl Row {
    fn of(condition: &Value) -> Option<Self> {
        let object = condition.as_object()?;
        if let Some(denied) = object.get("not") {
            let row = Self::of_plain(denied.as_object()?)?;
            return match (row.subject.as_str(), row.test.as_str()) {
                (TAG, _) => Some(Self { test: HAS_NOT.to_owned(), ..row }),
                (EMAILS | VISITS, test) => Some(Self { test: format!("{NOT}{test}"), ..row }),
                _ => None,
            };
        }
        Self::of_plain(object)
    }

    fn of_plain(object: &Map<String, Value>) -> Option<Self> {
        let row = |subject: &str, test: &str, value: String| Self {
            subject: subject.to_owned(),
            test: test.to_owned(),
            value,
            email: String::new(),
        };
        if let Some(tag) = object.get("tag") {
            return Some(row(TAG, HAS, text(tag)));
        }
        if let Some(happened) = object.get("email") {
            let days = object.get("days").map(text).unwrap_or_default();
            let email = object.get("id").map(text).unwrap_or_default();
            return Some(Self { email, ..row(EMAILS, happened.as_str()?, days) });
        }
        if let Some(address) = object.get("visited") {
            let test = match object.get("days").map(text).filter(|days| !days.is_empty()) {
                None => "visited".to_owned(),
                Some(days) if VISIT_DAYS.contains(&days.as_str()) => format!("visited_{days}"),
                Some(_) => return None,
            };
            return Some(row(VISITS, &test, text(address)));
        }
        let subject = object.get("field")?.as_str()?;
        let (test, value) = object.iter().find(|(name, _)| *name != "field")?;
        Some(match (test.as_str(), value) {
            ("is_empty", Value::Bool(false)) => row(subject, IS_NOT_EMPTY, String::new()),
            ("is_empty", _) => row(subject, test, String::new()),
            _ => row(subject, test, text(value)),
        })
    }

    fn rule(&self) -> Value {
        let value = self.value.trim();
        match self.subject.as_str() {
            TAG if self.test == HAS_NOT => json!({ "not": { "tag": value } }),
            TAG => json!({ "tag": value }),
            EMAILS => self.about_emails(),
            VISITS => self.about_visits(),
            field => json!({ "field": field, self.test_name(): self.compared() }),
        }
    }

    fn about_visits(&self) -> Value {
        let (is_denied, test) = self.denied();
        let mut condition = json!({ "visited": self.value.trim() });
        if let Some(days) = test.strip_prefix("visited_") {
            condition["days"] = whole(days);
        }
        if is_denied { json!({ "not": condition }) } else { condition }
    }

    /// Whether the test asks for what did not happen, and the test without that.
    fn denied(&self) -> (bool, &str) {
        match self.test.strip_prefix(NOT) {
            Some(test) => (true, test),
            None => (false, &self.test),
        }
    }

    fn about_emails(&self) -> Value {
        let (is_denied, happened) = self.denied();
        let mut condition = json!({ "email": happened });
        if !self.email.is_empty() {
            condition["id"] = Value::String(self.email.clone());
        }
        if !self.value.trim().is_empty() {
            condition["days"] = whole(&self.value);
        }
        if is_denied { json!({ "not": condition }) } else { condition }
    }

    fn test_name(&self) -> &str {
        if self.test == IS_NOT_EMPTY { "is_empty" } else { &self.test }
    }

    fn compared(&self) -> Value {
        match self.test.as_str() {
            "is_empty" => Value::Bool(true),
            IS_NOT_EMPTY => Value::Bool(false),
            "in_last_days" | "not_in_last_days" => whole(&self.value),
            "greater_than" | "less_than" => match self.value.trim().parse::<f64>() {
                Ok(number) => json!(number),
                Err(_) => Value::String(self.value.clone()),
            },
            _ => Value::String(self.value.trim().to_owned()),
        }
    }
}

/// A whole number; a text that is none stays one, for the rule's own words about it.
fn whole(text: &str) -> Value {
    text.trim().parse::<i64>().map_or_else(|_| Value::String(text.to_owned()), Value::from)
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_a_rule_and_the_rule_the_same_rows() {
        let rules = [
            json!({ "all": true }),
            json!({ "and": [{ "tag": "vip" }, { "not": { "tag": "gone" } }] }),
            json!({ "or": [{ "email": "opened", "days": 30 }, { "not": { "email": "clicked", "id": "e1" } }] }),
            json!({ "or": [{ "visited": "sea.example/boats", "days": 30 }, { "not": { "visited": "sea.example" } }] }),
            json!({ "and": [{ "field": "company", "is": "Sea" }, { "field": "name", "is_empty": false }] }),
            json!({ "and": [{ "field": "fields.size", "greater_than": 12.5 }, { "field": "created_at", "in_last_days": 7 }] }),
        ];
        for rule in rules {
            assert_eq!(Builder::of(&rule).unwrap().rule(), rule);
            assert!(crate::audience::rule::parse("rule", &rule).is_ok(), "{rule}");
        }
        let one = Builder::of(&json!({ "tag": "vip" })).unwrap();
        assert_eq!(one.rule(), json!({ "and": [{ "tag": "vip" }] }));
    }

    #[test]
    fn what_nests_deeper_has_no_rows() {
        for rule in [
            json!({ "and": [{ "or": [{ "tag": "a" }] }] }),
            json!({ "not": { "field": "name", "is": "x" } }),
            json!({ "not": { "and": [{ "tag": "a" }] } }),
            json!({ "visited": "sea.example", "days": 12 }),
        ] {
            assert_eq!(Builder::of(&rule), None, "{rule}");
        }
    }

    #[test]
    fn a_problem_is_told_at_its_row() {
        assert_eq!(Builder::row_of("rule.and[2].days"), Some(2));
        assert_eq!(Builder::row_of("rule"), None);
    }
}
