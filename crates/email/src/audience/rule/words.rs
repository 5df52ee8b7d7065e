//! A rule as people read it.

use std::fmt;

use super::{EmailTest, Field, Happened, Rule, Test, VisitTest};

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => formatter.write_str("everybody"),
            Self::And(rules) => formatter.write_str(&joined(rules, " and ")),
            Self::Or(rules) => formatter.write_str(&joined(rules, " or ")),
            Self::Not(rule) => match rule.as_ref() {
                Self::Tag(tag) => write!(formatter, "not tagged “{tag}”"),
                Self::Email(test) => write!(formatter, "{}", email(test, true)),
                Self::Visited(test) => write!(formatter, "did not visit {}", visit(test)),
                other => write!(formatter, "not ({other})"),
            },
            Self::Tag(tag) => write!(formatter, "tagged “{tag}”"),
            Self::Email(test) => formatter.write_str(&email(test, false)),
            Self::Visited(test) => write!(formatter, "visited {}", visit(test)),
            Self::Field(field, test) => write!(formatter, "{} {}", name(field), asked(test)),
        }
    }
}

fn joined(rules: &[Rule], glue: &str) -> String {
    let parts = rules.iter().map(|rule| match rule {
        Rule::And(inner) | Rule::Or(inner) if inner.len() > 1 => format!("({rule})"),
        other => other.to_string(),
    });
    parts.collect::<Vec<_>>().join(glue)
}

fn name(field: &Field) -> String {
    match field {
        Field::Text("timezone") => "time zone".to_owned(),
        Field::Text("email") => "address".to_owned(),
        Field::Text(column) => (*column).to_owned(),
        Field::Status => "status".to_owned(),
        Field::Moment("created_at") => "added".to_owned(),
        Field::Moment("consent_at") => "consented".to_owned(),
        Field::Moment(_) => "unsubscribed".to_owned(),
        Field::Custom(key) => key.replace('_', " "),
    }
}

fn asked(test: &Test) -> String {
    match test {
        Test::Is(text) => format!("is “{text}”"),
        Test::IsNot(text) => format!("is not “{text}”"),
        Test::Contains(text) => format!("contains “{text}”"),
        Test::BeginsWith(text) => format!("begins with “{text}”"),
        Test::EndsWith(text) => format!("ends with “{text}”"),
        Test::IsEmpty(true) => "is empty".to_owned(),
        Test::IsEmpty(false) => "is not empty".to_owned(),
        Test::GreaterThan(number) => format!("is greater than {number}"),
        Test::LessThan(number) => format!("is less than {number}"),
        Test::Before(date) => format!("before {}", date.strftime("%-d %b %Y")),
        Test::Since(date) => format!("since {}", date.strftime("%-d %b %Y")),
        Test::InLastDays(days) => format!("in the last {}", in_days(*days)),
        Test::NotInLastDays(days) => format!("not in the last {}", in_days(*days)),
    }
}

fn in_days(days: i32) -> String {
    if days == 1 { "day".to_owned() } else { format!("{days} days") }
}

fn visit(test: &VisitTest) -> String {
    let when = test.days.map(|days| format!(" in the last {}", in_days(days))).unwrap_or_default();
    format!("“{}” from an email{when}", test.address)
}

fn email(test: &EmailTest, is_denied: bool) -> String {
    let verb = match (test.happened, is_denied) {
        (Happened::Sent, false) => "was sent",
        (Happened::Sent, true) => "was not sent",
        (Happened::Opened, false) => "opened",
        (Happened::Opened, true) => "did not open",
        (Happened::Clicked, false) => "clicked in",
        (Happened::Clicked, true) => "did not click in",
    };
    let which = test.id.as_ref().map_or_else(|| "any email".to_owned(), |id| format!("the email {id}"));
    let when = test.days.map(|days| format!(" in the last {}", in_days(days))).unwrap_or_default();
    format!("{verb} {which}{when}")
}
