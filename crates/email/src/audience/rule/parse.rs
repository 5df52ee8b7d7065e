//! From JSON to a rule. Every mistake is told with the place where it stands.

use jiff::civil::Date;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde_json::{Map, Value};

use super::{CONDITIONS_MOST, DEPTH_MOST, EmailTest, Field, Happened, Rule, Test, VisitTest};

/// The longest value that is compared, in characters.
const VALUE_LONGEST: usize = 200;
/// The longest time to look back.
const DAYS_MOST: i64 = 3650;
const TEXTS: [&str; 5] = ["email", "name", "company", "language", "timezone"];
const MOMENTS: [&str; 3] = ["created_at", "consent_at", "unsubscribed_at"];
const STATUSES: [&str; 5] = ["pending", "subscribed", "unsubscribed", "bounced", "complained"];

/// Reads a rule; problems name `field` and the path below it, such as `rule.and[1].tag`.
pub fn parse(field: &str, value: &Value) -> Result<Rule> {
    let mut reader = Reader { problems: Problems::new(), conditions: 0 };
    let rule = reader.rule(field, value, 1);
    if reader.conditions > CONDITIONS_MOST {
        reader.problems.add(field, "too_many", format!("A rule holds at most {CONDITIONS_MOST} conditions."));
    }
    let rule = reader.problems.finish(rule)?;
    rule.ok_or_else(|| Error::invalid(field, "required", "The rule is missing. Send {\"all\": true} for everybody."))
}

struct Reader {
    problems: Problems,
    conditions: usize,
}

impl Reader {
    fn refuse<T>(&mut self, at: &str, words: &str) -> Option<T> {
        self.problems.add(at, "not_a_rule", words);
        None
    }

    fn rule(&mut self, at: &str, value: &Value, depth: usize) -> Option<Rule> {
        if depth > DEPTH_MOST {
            return self.refuse(at, &format!("Rules nest at most {DEPTH_MOST} deep. Split this one in two segments."));
        }
        let Some(object) = value.as_object() else {
            return self.refuse(at, "A rule is an object, such as {\"tag\": \"vip\"} or {\"and\": […]}.");
        };
        let names: Vec<&str> = object.keys().map(String::as_str).collect();
        match names.as_slice() {
            ["all"] if object["all"] == Value::Bool(true) => Some(Rule::All),
            ["and"] => self.list(&format!("{at}.and"), &object["and"], depth).map(Rule::And),
            ["or"] => self.list(&format!("{at}.or"), &object["or"], depth).map(Rule::Or),
            ["not"] => self.rule(&format!("{at}.not"), &object["not"], depth + 1).map(|rule| Rule::Not(Box::new(rule))),
            ["tag"] => {
                self.conditions += 1;
                self.text(&format!("{at}.tag"), &object["tag"]).map(|tag| Rule::Tag(tag.to_lowercase()))
            }
            _ if object.contains_key("visited") => self.visit(at, object),
            _ if object.contains_key("email") => self.email(at, object),
            _ if object.contains_key("field") => self.field(at, object),
            _ => self.refuse(at, "Use one of all, and, or, not, tag, email, visited and field."),
        }
    }

    fn list(&mut self, at: &str, value: &Value, depth: usize) -> Option<Vec<Rule>> {
        let Some(values) = value.as_array().filter(|values| !values.is_empty()) else {
            return self.refuse(at, "Give a list of at least one rule.");
        };
        if values.len() > CONDITIONS_MOST {
            return self.refuse(at, &format!("A rule holds at most {CONDITIONS_MOST} conditions."));
        }
        let rules: Vec<_> = values
            .iter()
            .enumerate()
            .map(|(place, value)| self.rule(&format!("{at}[{place}]"), value, depth + 1))
            .collect();
        rules.into_iter().collect()
    }

    fn text(&mut self, at: &str, value: &Value) -> Option<String> {
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Bool(is_so) => is_so.to_string(),
            _ => String::new(),
        };
        if text.is_empty() || text.chars().count() > VALUE_LONGEST || text.chars().any(char::is_control) {
            return self.refuse(at, "Give a text of 1 to 200 characters to compare with.");
        }
        Some(text)
    }

    fn days(&mut self, at: &str, value: &Value) -> Option<i32> {
        match value.as_i64().filter(|days| (1..=DAYS_MOST).contains(days)).and_then(|days| i32::try_from(days).ok()) {
            Some(days) => Some(days),
            None => self.refuse(at, "Give a number of days from 1 to 3650."),
        }
    }

    fn email(&mut self, at: &str, object: &Map<String, Value>) -> Option<Rule> {
        self.conditions += 1;
        if let Some(odd) = object.keys().find(|name| !["email", "id", "days"].contains(&name.as_str())) {
            return self.refuse(&format!("{at}.{odd}"), "A condition about emails has email, id and days alone.");
        }
        let happened: Option<Happened> = serde_json::from_value(object["email"].clone()).ok();
        let Some(happened) = happened else {
            return self.refuse(&format!("{at}.email"), "Use one of sent, opened and clicked.");
        };
        let id = match object.get("id") {
            None | Some(Value::Null) => None,
            Some(Value::String(id)) if kernel::id::is_well_formed(id) => Some(id.clone()),
            Some(_) => return self.refuse(&format!("{at}.id"), "Give the id of an email, or leave it out for any."),
        };
        let days = self.optional_days(at, object)?;
        Some(Rule::Email(EmailTest { happened, id, days }))
    }

    fn visit(&mut self, at: &str, object: &Map<String, Value>) -> Option<Rule> {
        self.conditions += 1;
        if let Some(odd) = object.keys().find(|name| !["visited", "days"].contains(&name.as_str())) {
            return self.refuse(&format!("{at}.{odd}"), "A condition about visits has visited and days alone.");
        }
        let address = self.text(&format!("{at}.visited"), &object["visited"])?.to_lowercase();
        let address = address.trim_start_matches("https://").trim_start_matches("http://");
        if !address.split('/').next().is_some_and(|host| host.contains('.') || host.starts_with("localhost")) {
            let words = "Give the address of a page or what it begins with, such as https://example.org/prices.";
            return self.refuse(&format!("{at}.visited"), words);
        }
        let days = self.optional_days(at, object)?;
        Some(Rule::Visited(VisitTest { address: address.to_owned(), days }))
    }

    /// The days of a condition, if it has any; none at all when they cannot be read.
    #[allow(clippy::option_option, reason = "the outer one is the reader's: something was refused")]
    fn optional_days(&mut self, at: &str, object: &Map<String, Value>) -> Option<Option<i32>> {
        match object.get("days") {
            None | Some(Value::Null) => Some(None),
            Some(value) => Some(Some(self.days(&format!("{at}.days"), value)?)),
        }
    }

    fn field(&mut self, at: &str, object: &Map<String, Value>) -> Option<Rule> {
        self.conditions += 1;
        let name = object["field"].as_str().unwrap_or_default();
        let Some(field) = field_of(name) else {
            let words = "Use one of email, name, company, language, timezone, status, created_at, consent_at, unsubscribed_at \
                         and fields.… for one of your own.";
            return self.refuse(&format!("{at}.field"), words);
        };
        let mut tests = object.iter().filter(|(name, _)| *name != "field");
        let (Some((test, value)), None) = (tests.next(), tests.next()) else {
            return self.refuse(at, "Say one thing about the field, such as \"is\": \"…\".");
        };
        let test_at = format!("{at}.{test}");
        if !allows(&field, test) {
            let words = format!("{name} cannot be asked for {test}. Use {}.", allowed(&field).join(", "));
            return self.refuse(&test_at, &words);
        }
        let test = self.test(&test_at, test, value)?;
        match (&field, &test) {
            (Field::Status, Test::Is(word) | Test::IsNot(word)) if !STATUSES.contains(&word.as_str()) => {
                self.refuse(&test_at, "A status is one of pending, subscribed, unsubscribed, bounced and complained.")
            }
            _ => Some(Rule::Field(field, test)),
        }
    }

    fn test(&mut self, at: &str, test: &str, value: &Value) -> Option<Test> {
        match test {
            "is" => self.text(at, value).map(Test::Is),
            "is_not" => self.text(at, value).map(Test::IsNot),
            "contains" => self.text(at, value).map(Test::Contains),
            "begins_with" => self.text(at, value).map(Test::BeginsWith),
            "ends_with" => self.text(at, value).map(Test::EndsWith),
            "is_empty" => match value.as_bool() {
                Some(is_empty) => Some(Test::IsEmpty(is_empty)),
                None => self.refuse(at, "Give true or false."),
            },
            "greater_than" | "less_than" => match value.as_f64() {
                Some(number) if test == "less_than" => Some(Test::LessThan(number)),
                Some(number) => Some(Test::GreaterThan(number)),
                None => self.refuse(at, "Give a number to compare with."),
            },
            "before" | "since" => match value.as_str().and_then(|text| text.parse::<Date>().ok()) {
                Some(date) if test == "before" => Some(Test::Before(date)),
                Some(date) => Some(Test::Since(date)),
                None => self.refuse(at, "Give a date like 2026-03-01."),
            },
            "in_last_days" => self.days(at, value).map(Test::InLastDays),
            "not_in_last_days" => self.days(at, value).map(Test::NotInLastDays),
            _ => self.refuse(at, "There is no such test."),
        }
    }
}

fn field_of(name: &str) -> Option<Field> {
    if let Some(key) = name.strip_prefix("fields.") {
        return is_key(key).then(|| Field::Custom(key.to_owned()));
    }
    let text = TEXTS.into_iter().find(|text| *text == name).map(Field::Text);
    let moment = || MOMENTS.into_iter().find(|moment| *moment == name).map(Field::Moment);
    text.or_else(moment).or_else(|| (name == "status").then_some(Field::Status))
}

/// Whether this can be the key of a field of one's own.
pub fn is_key(key: &str) -> bool {
    (1..=40).contains(&key.len())
        && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// What a field can be asked for.
pub fn allowed(field: &Field) -> &'static [&'static str] {
    match field {
        Field::Text(_) => &["is", "is_not", "contains", "begins_with", "ends_with", "is_empty"],
        Field::Status => &["is", "is_not"],
        Field::Moment(_) => &["before", "since", "in_last_days", "not_in_last_days", "is_empty"],
        Field::Custom(_) => &[
            "is",
            "is_not",
            "contains",
            "begins_with",
            "ends_with",
            "is_empty",
            "greater_than",
            "less_than",
            "before",
            "since",
            "in_last_days",
            "not_in_last_days",
        ],
    }
}

fn allows(field: &Field, test: &str) -> bool {
    allowed(field).contains(&test)
}
