//! From JSON to triggers and steps. Every mistake is told with the place where it stands, such as `steps[2].tag`.

use kernel::error::FieldError;
use kernel::validate::{Lines, Problems};
use kernel::{Error, id};
use serde::Deserialize;
use serde_json::Value;

use super::model::{Day, Kind, Period, STEPS_MOST, Step, Trigger, Unit};
use crate::audience::{rule, rule_key};

/// The longest wait in days.
const DAYS_MOST: i64 = 365;
/// The furthest from a date in days.
const DAYS_FROM_DATE: i64 = 365;
/// The longest tag, as contacts have them.
const TAG_LONGEST: usize = 100;

/// A trigger as it was sent: what its kind has no use for is refused.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawTrigger {
    kind: String,
    form_id: Option<Value>,
    counts_added: Option<Value>,
    tag: Option<Value>,
    field: Option<Value>,
    every_year: Option<Value>,
    days: Option<Value>,
    hour: Option<Value>,
    in_local_time: Option<Value>,
    every: Option<Value>,
    weekday: Option<Value>,
    day: Option<Value>,
    audience: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawStep {
    id: Option<Value>,
    kind: String,
    amount: Option<Value>,
    unit: Option<Value>,
    weekday: Option<Value>,
    hour: Option<Value>,
    email_id: Option<Value>,
    rule: Option<Value>,
    skip: Option<Value>,
    tag: Option<Value>,
}

/// Reads values of one object and gathers what is wrong with them, each under its place.
struct Reader<'a> {
    problems: &'a mut Problems,
    at: String,
}

impl Reader<'_> {
    fn add(&mut self, field: &str, code: &'static str, words: impl Into<String>) {
        let place = format!("{}.{field}", self.at);
        self.problems.add(&place, code, words);
    }

    fn whole(&mut self, field: &str, value: Option<&Value>, (least, most): (i64, i64)) -> i64 {
        match value.and_then(Value::as_i64) {
            Some(number) if (least..=most).contains(&number) => number,
            _ => {
                self.add(field, "out_of_range", format!("Give a whole number from {least} to {most}."));
                least
            }
        }
    }

    fn hour(&mut self, value: Option<&Value>) -> i8 {
        i8::try_from(self.whole("hour", value, (0, 23))).unwrap_or(0)
    }

    fn yes(&mut self, field: &str, value: Option<&Value>) -> bool {
        match value {
            None | Some(Value::Null) => false,
            Some(Value::Bool(yes)) => *yes,
            Some(_) => {
                self.add(field, "wrong_type", "Use true or false.");
                false
            }
        }
    }

    fn text<'v>(&mut self, field: &str, value: Option<&'v Value>) -> Option<&'v str> {
        match value {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.trim()).filter(|text| !text.is_empty()),
            Some(_) => {
                self.add(field, "wrong_type", "Give a text.");
                None
            }
        }
    }

    fn tag(&mut self, value: Option<&Value>) -> String {
        let text = self.text("tag", value).unwrap_or_default().to_lowercase();
        let place = format!("{}.tag", self.at);
        let tag = self.problems.text(&place, "The tag", &text, TAG_LONGEST, Lines::One);
        if tag.is_empty() {
            self.add("tag", "required", "Name the tag.");
        } else if tag.contains(',') {
            self.add("tag", "comma", "A tag holds no comma. Name one tag.");
        }
        tag
    }

    fn weekday(&mut self, value: Option<&Value>) -> Option<Day> {
        let text = self.text("weekday", value)?;
        let day = Day::parse(text);
        if day.is_none() {
            self.add("weekday", "unknown_value", "Name a day of the week, such as monday.");
        }
        day
    }

    fn id(&mut self, field: &str, value: Option<&Value>) -> Option<String> {
        let text = self.text(field, value)?;
        if !id::is_well_formed(text) {
            self.add(field, "unknown", "There is nothing of this id.");
        }
        Some(text.to_owned())
    }

    fn rule(&mut self, field: &str, value: Option<&Value>) -> Value {
        let value = value.cloned().unwrap_or(Value::Null);
        if let Err(Error::Invalid(errors)) = rule::parse(&format!("{}.{field}", self.at), &value) {
            errors.into_iter().for_each(|FieldError { field, code, message }| self.problems.add(&field, code, message));
        }
        value
    }
}

/// Reads an object; none when it is no such object at all, which is told.
fn object<T: for<'a> Deserialize<'a>>(at: &str, value: &Value, problems: &mut Problems) -> Option<T> {
    match serde_json::from_value(value.clone()) {
        Ok(raw) => Some(raw),
        Err(error) => {
            let words = error.to_string();
            let unknown = words.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
            match unknown {
                Some(name) => {
                    problems.add(&format!("{at}.{name}"), "unknown_field", format!("There is no field named {name}."))
                }
                None => problems.add(
                    at,
                    "wrong_type",
                    "Send an object with a kind, such as {\"kind\": \"tag\", \"tag\": \"vip\"}.",
                ),
            }
            None
        }
    }
}

/// Reads a trigger; problems name `trigger` and the field.
pub fn trigger(value: &Value, problems: &mut Problems) -> Option<Trigger> {
    let raw: RawTrigger = object("trigger", value, problems)?;
    let mut reader = Reader { problems, at: "trigger".to_owned() };
    Some(match raw.kind.as_str() {
        "sign_up" => Trigger::SignUp {
            form_id: reader.id("form_id", raw.form_id.as_ref()),
            counts_added: reader.yes("counts_added", raw.counts_added.as_ref()),
        },
        "tag" => Trigger::Tag { tag: reader.tag(raw.tag.as_ref()) },
        "date" => date(&raw, &mut reader),
        "digest" => digest(&raw, &mut reader),
        _ => {
            reader.add("kind", "unknown_value", "Use sign_up, tag, date or digest.");
            return None;
        }
    })
}

fn date(raw: &RawTrigger, reader: &mut Reader<'_>) -> Trigger {
    let field = reader.text("field", raw.field.as_ref()).unwrap_or_default().to_owned();
    if !rule_key(&field) {
        reader.add("field", "required", "Choose a field of your contacts that holds a date.");
    }
    Trigger::Date {
        field,
        every_year: reader.yes("every_year", raw.every_year.as_ref()),
        days: match &raw.days {
            None => 0,
            days => i16::try_from(reader.whole("days", days.as_ref(), (-DAYS_FROM_DATE, DAYS_FROM_DATE))).unwrap_or(0),
        },
        hour: reader.hour(raw.hour.as_ref()),
        in_local_time: reader.yes("in_local_time", raw.in_local_time.as_ref()),
    }
}

fn digest(raw: &RawTrigger, reader: &mut Reader<'_>) -> Trigger {
    let every = match reader.text("every", raw.every.as_ref()) {
        Some("day") => Period::Day,
        Some("week") => Period::Week,
        Some("month") => Period::Month,
        _ => {
            reader.add("every", "unknown_value", "Use day, week or month.");
            Period::Week
        }
    };
    let weekday = match every {
        Period::Week => Some(reader.weekday(raw.weekday.as_ref()).unwrap_or(Day::Monday)),
        Period::Day | Period::Month => None,
    };
    let day = match (every, &raw.day) {
        (Period::Month, None) => Some(1),
        (Period::Month, day) => Some(i8::try_from(reader.whole("day", day.as_ref(), (1, 28))).unwrap_or(1)),
        (Period::Day | Period::Week, _) => None,
    };
    let everybody = serde_json::json!({ "all": true });
    Trigger::Digest {
        every,
        weekday,
        day,
        hour: reader.hour(raw.hour.as_ref()),
        audience: reader.rule("audience", Some(raw.audience.as_ref().unwrap_or(&everybody))),
    }
}

/// Reads the steps; those without an id get a new one of `new_id`.
pub fn steps(value: &Value, problems: &mut Problems, new_id: impl Fn() -> String) -> Vec<Step> {
    let Some(list) = value.as_array() else {
        problems.add("steps", "wrong_type", "Send a list of steps.");
        return Vec::new();
    };
    if list.len() > STEPS_MOST {
        problems.add("steps", "too_many", format!("An automation has at most {STEPS_MOST} steps."));
        return Vec::new();
    }
    let mut steps: Vec<Step> = Vec::new();
    for (place, value) in list.iter().enumerate() {
        let Some(step) = step((&format!("steps[{place}]"), value), problems, &new_id) else { continue };
        if steps.iter().any(|other| other.id == step.id) {
            problems.add(
                &format!("steps[{place}].id"),
                "taken",
                "Another step has this id. Leave it out for a new one.",
            );
        }
        steps.push(step);
    }
    steps
}

fn step((at, value): (&str, &Value), problems: &mut Problems, new_id: impl Fn() -> String) -> Option<Step> {
    let raw: RawStep = object(at, value, problems)?;
    let mut reader = Reader { problems, at: at.to_owned() };
    let id = reader.id("id", raw.id.as_ref()).unwrap_or_else(new_id);
    let kind = match raw.kind.as_str() {
        "wait" => wait(&raw, &mut reader),
        "wait_until" => {
            Kind::WaitUntil { weekday: reader.weekday(raw.weekday.as_ref()), hour: reader.hour(raw.hour.as_ref()) }
        }
        "send" => {
            let email_id = reader.id("email_id", raw.email_id.as_ref());
            if email_id.is_none() {
                reader.add("email_id", "required", "Name the email that is sent.");
            }
            Kind::Send { email_id: email_id.unwrap_or_default() }
        }
        "condition" => Kind::Condition {
            rule: reader.rule("rule", raw.rule.as_ref()),
            skip: raw.skip.as_ref().filter(|skip| !skip.is_null()).map(|skip| {
                let most = i64::try_from(STEPS_MOST).unwrap_or(1);
                i8::try_from(reader.whole("skip", Some(skip), (1, most))).unwrap_or(1)
            }),
        },
        "add_tag" => Kind::AddTag { tag: reader.tag(raw.tag.as_ref()) },
        "remove_tag" => Kind::RemoveTag { tag: reader.tag(raw.tag.as_ref()) },
        _ => {
            reader.add("kind", "unknown_value", "Use wait, wait_until, send, condition, add_tag or remove_tag.");
            return None;
        }
    };
    Some(Step { id, kind })
}

fn wait(raw: &RawStep, reader: &mut Reader<'_>) -> Kind {
    let (unit, most) = match reader.text("unit", raw.unit.as_ref()) {
        Some("minutes") => (Unit::Minutes, DAYS_MOST * 24 * 60),
        Some("hours") => (Unit::Hours, DAYS_MOST * 24),
        Some("days") => (Unit::Days, DAYS_MOST),
        _ => {
            reader.add("unit", "unknown_value", "Use minutes, hours or days.");
            (Unit::Days, DAYS_MOST)
        }
    };
    Kind::Wait { amount: i32::try_from(reader.whole("amount", raw.amount.as_ref(), (1, most))).unwrap_or(1), unit }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(value: &Value) -> Vec<(String, &'static str)> {
        let mut problems = Problems::new();
        steps(value, &mut problems, || "new".to_owned());
        problems.into_vec().into_iter().map(|problem| (problem.field, problem.code)).collect()
    }

    #[test]
    fn steps_are_read_and_each_mistake_has_its_place() {
        let right = json!([
            { "kind": "wait", "amount": 3, "unit": "days" },
            { "id": "a", "kind": "wait_until", "weekday": "monday", "hour": 9 },
            { "id": "b", "kind": "send", "email_id": "e1" },
            { "id": "c", "kind": "condition", "rule": { "tag": "VIP" }, "skip": 2 },
            { "id": "d", "kind": "add_tag", "tag": " Welcomed " },
        ]);
        let mut problems = Problems::new();
        let read = steps(&right, &mut problems, || "new".to_owned());
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!((read.len(), read[0].id.as_str()), (5, "new"));
        assert_eq!(read[4].kind, Kind::AddTag { tag: "welcomed".into() });

        let wrong = json!([
            { "kind": "wait", "amount": 0, "unit": "weeks" },
            { "kind": "wait_until", "weekday": "noday", "hour": 24, "id": "x" },
            { "kind": "send", "id": "x" },
            { "kind": "condition", "rule": { "tag": "" }, "skip": 0, "id": "y" },
            { "kind": "add_tag", "tag": "a,b", "id": "z" },
            { "kind": "dance", "id": "v" },
            { "kind": "wait", "colour": "red" },
            5,
        ]);
        let places: Vec<String> = told(&wrong).into_iter().map(|(place, _)| place).collect();
        assert_eq!(
            places,
            [
                "steps[0].unit",
                "steps[0].amount",
                "steps[1].weekday",
                "steps[1].hour",
                "steps[2].email_id",
                "steps[2].id",
                "steps[3].rule.tag",
                "steps[3].skip",
                "steps[4].tag",
                "steps[5].kind",
                "steps[6].colour",
                "steps[7]",
            ]
        );
        let many = Value::Array(vec![json!({ "kind": "add_tag", "tag": "x" }); STEPS_MOST + 1]);
        assert_eq!(told(&many), [("steps".to_owned(), "too_many")]);
    }

    #[test]
    fn triggers_are_read_and_a_digest_has_what_its_period_needs() {
        let read = |value: Value| {
            let mut problems = Problems::new();
            let trigger = trigger(&value, &mut problems);
            let fields: Vec<String> = problems.into_vec().into_iter().map(|problem| problem.field).collect();
            (trigger, fields)
        };
        assert_eq!(read(json!({ "kind": "tag", "tag": "VIP" })).0, Some(Trigger::Tag { tag: "vip".into() }));
        let weekly = read(json!({ "kind": "digest", "every": "week", "hour": 9, "day": 3 })).0.unwrap();
        let Trigger::Digest { weekday, day, audience, .. } = weekly else { panic!("{weekly:?}") };
        assert_eq!((weekday, day, audience), (Some(Day::Monday), None, json!({ "all": true })));
        assert_eq!(read(json!({ "kind": "date", "days": 400, "hour": 9 })).1, ["trigger.field", "trigger.days"]);
        assert_eq!(read(json!({ "kind": "digest", "hour": "x" })).1, ["trigger.every", "trigger.hour"]);
        assert_eq!(read(json!({ "kind": "moon" })).1, ["trigger.kind"]);
        assert_eq!(read(json!({ "kind": "tag", "tag": "" })).1, ["trigger.tag"]);
    }
}
