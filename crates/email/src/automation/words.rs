//! Automations in words.

use kernel::Error;
use ui::FieldErrors;

use super::clock::Rhythm;
use super::list::EmailOfLine;
use super::model::{Automation, Day, Kind, Period, Trigger, Unit};
use super::store::State;
use crate::audience::rule;

/// A kind of step, as people choose it.
pub struct StepKind {
    pub name: &'static str,
    pub label: &'static str,
    pub icon: &'static str,
}

pub const STEP_KINDS: &[StepKind] = &[
    StepKind { name: "send", label: "Send an email", icon: "mail" },
    StepKind { name: "wait", label: "Wait for a while", icon: "clock" },
    StepKind { name: "wait_until", label: "Wait until an hour", icon: "calendar-clock" },
    StepKind { name: "condition", label: "Ask a condition", icon: "list-filter" },
    StepKind { name: "add_tag", label: "Add a tag", icon: "tags" },
    StepKind { name: "remove_tag", label: "Take a tag away", icon: "tags" },
];

/// The icon of a step.
pub fn icon(kind: &Kind) -> &'static str {
    STEP_KINDS.iter().find(|one| one.name == kind.name()).map_or("circle-alert", |one| one.icon)
}

/// How many are in an automation; `number` writes a number.
pub fn people(automation: &Automation, number: fn(i64) -> String) -> String {
    let words = if automation.trigger.is_digest() {
        [("sent", automation.done), ("without news", automation.left), ("failed", automation.failed), ("", 0)]
    } else {
        [
            ("on the way", automation.waiting),
            ("came to the end", automation.done),
            ("left", automation.left),
            ("failed", automation.failed),
        ]
    };
    let told: Vec<String> = words
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| format!("{} {word}", number(count)))
        .collect();
    match (told.is_empty(), automation.trigger.is_digest()) {
        (false, _) => told.join(" · "),
        (true, true) => "No issue yet".to_owned(),
        (true, false) => "Nobody yet".to_owned(),
    }
}

pub fn state(state: State) -> &'static str {
    match state {
        State::Waiting => "On the way",
        State::Done => "At the end",
        State::Left => "Left",
        State::Failed => "Failed",
    }
}

/// The colour that a state has as a badge.
pub fn tone(state: State) -> &'static str {
    match state {
        State::Waiting => "scheduled",
        State::Done => "published",
        State::Left => "archived",
        State::Failed => "failed",
    }
}

/// How an email of the line stands.
pub fn of_sent(email: &EmailOfLine, number: fn(i64) -> String) -> String {
    if email.is_paused {
        return "Paused: see the email for why".to_owned();
    }
    if email.sent == 0 {
        return if email.is_draft { "A draft" } else { "Nobody got it yet" }.to_owned();
    }
    format!("Sent to {}, opened by {}, clicked by {}", number(email.sent), number(email.opened), number(email.clicked))
}

/// What went wrong, for people.
pub fn of_error(error: &Error) -> String {
    match error {
        Error::Invalid(problems) => problems.first().map_or_else(String::new, |problem| problem.message.clone()),
        Error::Internal(_) | Error::Unavailable => "Something broke on the server, again and again.".to_owned(),
        other => other.to_string(),
    }
}

/// What stands in the way of a line, each under the number of its step.
pub fn of_problems(errors: &FieldErrors) -> String {
    let words = |(field, message): (&str, &str)| {
        let place = field.strip_prefix("steps[").and_then(|rest| rest.split_once(']')).map(|(place, _)| place);
        match place.and_then(|place| place.parse::<usize>().ok()) {
            Some(place) => format!("Step {}: {message}", place + 1),
            None => message.to_owned(),
        }
    };
    errors.iter().map(words).collect::<Vec<_>>().join(" ")
}

/// A rule as people read it.
pub fn of_rule(value: &serde_json::Value) -> String {
    rule::parse("rule", value).map_or_else(|_| "a rule that cannot be read".to_owned(), |rule| rule.to_string())
}

/// What lets contacts in, as a sentence without its end. `form` is the title of the form it names.
pub fn of_trigger(trigger: &Trigger, form: Option<&str>) -> String {
    match trigger {
        Trigger::SignUp { form_id: Some(_), .. } => {
            format!("Somebody signs up by the form “{}”", form.unwrap_or("that is gone"))
        }
        Trigger::SignUp { counts_added: true, .. } => "Somebody signs up, or is added".to_owned(),
        Trigger::SignUp { .. } => "Somebody signs up".to_owned(),
        Trigger::Tag { tag } => format!("The tag “{tag}” is put on somebody"),
        Trigger::Date { field, every_year, days, hour, .. } => {
            let name = field.replace('_', " ");
            let when = match days {
                0 => format!("On the day of {name}"),
                days if *days < 0 => format!("{} before {name}", counted(-i32::from(*days), "day")),
                days => format!("{} after {name}", counted(i32::from(*days), "day")),
            };
            format!("{when}{}, at {hour}:00", if *every_year { ", every year" } else { "" })
        }
        Trigger::Digest { every, weekday, day, hour, audience } => {
            let when = match every {
                Period::Day => "Every day".to_owned(),
                Period::Week => format!("Every {}", weekday.unwrap_or(Day::Monday).label()),
                Period::Month => format!("Every month on day {}", day.unwrap_or(1)),
            };
            format!("{when} at {hour}:00, to {}", of_rule(audience))
        }
    }
}

/// What a step does, as a sentence without its end. `subject` is the subject of its email.
pub fn of_step(kind: &Kind, subject: Option<&str>) -> String {
    match kind {
        Kind::Wait { amount, unit } => format!("Wait {}", counted(*amount, unit_word(*unit))),
        Kind::WaitUntil { weekday: Some(day), hour } => format!("Wait until {}, {hour}:00", day.label()),
        Kind::WaitUntil { weekday: None, hour } => format!("Wait until {hour}:00"),
        Kind::Send { .. } => format!("Send “{}”", subject.unwrap_or("an email that is gone")),
        Kind::Condition { rule, .. } => format!("Go on only if: {}", of_rule(rule)),
        Kind::AddTag { tag } => format!("Add the tag “{tag}”"),
        Kind::RemoveTag { tag } => format!("Take away the tag “{tag}”"),
    }
}

/// What becomes of whom a condition does not mean.
pub fn otherwise(skip: Option<i8>) -> String {
    match skip {
        None => "Everybody else leaves.".to_owned(),
        Some(1) => "Everybody else passes over the next step.".to_owned(),
        Some(skip) => format!("Everybody else passes over the next {skip} steps."),
    }
}

fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Minutes => "minute",
        Unit::Hours => "hour",
        Unit::Days => "day",
    }
}

/// `1 day`, `2 days`.
pub fn counted(count: i32, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// When a digest goes out, of a trigger that is one.
pub fn rhythm(trigger: &Trigger) -> Option<Rhythm> {
    match trigger {
        Trigger::Digest { every, weekday, day, hour, .. } => {
            Some(Rhythm { every: *every, weekday: *weekday, day: *day, hour: *hour })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn triggers_and_steps_are_read_as_sentences() {
        let date =
            Trigger::Date { field: "birth_day".into(), every_year: true, days: -1, hour: 9, in_local_time: true };
        assert_eq!(of_trigger(&date, None), "1 day before birth day, every year, at 9:00");
        let digest = Trigger::Digest {
            every: Period::Week,
            weekday: Some(Day::Friday),
            day: None,
            hour: 7,
            audience: json!({ "all": true }),
        };
        assert_eq!(of_trigger(&digest, None), "Every Friday at 7:00, to everybody");
        assert_eq!(of_step(&Kind::Wait { amount: 1, unit: Unit::Days }, None), "Wait 1 day");
        assert_eq!(of_step(&Kind::WaitUntil { weekday: Some(Day::Monday), hour: 9 }, None), "Wait until Monday, 9:00");
        let rule = Kind::Condition { rule: json!({ "tag": "vip" }), skip: None };
        assert_eq!(of_step(&rule, None), "Go on only if: tagged “vip”");
    }
}
