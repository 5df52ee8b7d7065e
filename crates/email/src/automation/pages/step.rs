//! What was typed for one step.

use serde_json::{Value, json};

use super::trigger::number;
use crate::audience::rule_form::typed::{TypedRule, empty_row};
use crate::automation::model::{Kind, Step};
use crate::automation::words;

#[derive(Debug, Clone, Default)]
pub struct TypedStep {
    pub kind: String,
    /// The step behind which a new one stands; empty for the beginning.
    pub after: String,
    pub amount: String,
    pub unit: String,
    pub weekday: String,
    pub hour: String,
    /// Empty for a new email.
    pub email_id: String,
    /// Of a new email, and what that begins with.
    pub subject: String,
    pub start: String,
    pub tag: String,
    /// How many steps are passed over; empty for leaving.
    pub skip: String,
    pub rule: TypedRule,
}

impl TypedStep {
    /// A new step of a kind; none when there is no such kind.
    pub fn new(kind: &str, after: String) -> Option<Self> {
        let mut rule = TypedRule::default();
        rule.builder.rows = vec![empty_row()];
        let typed = Self {
            kind: kind.to_owned(),
            after,
            amount: "3".to_owned(),
            unit: "days".to_owned(),
            hour: "9".to_owned(),
            start: "blank".to_owned(),
            rule,
            ..Self::default()
        };
        words::STEP_KINDS.iter().any(|one| one.name == kind).then_some(typed)
    }

    /// A step as it is stored.
    pub fn of(step: &Step) -> Self {
        let mut typed = Self { kind: step.kind.name().to_owned(), start: "blank".to_owned(), ..Self::default() };
        match &step.kind {
            Kind::Wait { amount, unit } => {
                typed.amount = amount.to_string();
                typed.unit = unit.as_str().to_owned();
            }
            Kind::WaitUntil { weekday, hour } => {
                typed.weekday = weekday.map(|day| day.as_str().to_owned()).unwrap_or_default();
                typed.hour = hour.to_string();
            }
            Kind::Send { email_id } => typed.email_id.clone_from(email_id),
            Kind::Condition { rule, skip } => {
                typed.rule = TypedRule::of(rule, &step.id);
                typed.skip = skip.map(|skip| skip.to_string()).unwrap_or_default();
            }
            Kind::AddTag { tag } | Kind::RemoveTag { tag } => typed.tag.clone_from(tag),
        }
        typed
    }

    pub fn read(sent: &[(String, String)]) -> Self {
        let mut typed = Self { rule: TypedRule::read(sent), ..Self::default() };
        for (name, value) in sent {
            let field = match name.as_str() {
                "kind" => &mut typed.kind,
                "after" => &mut typed.after,
                "amount" => &mut typed.amount,
                "unit" => &mut typed.unit,
                "weekday" => &mut typed.weekday,
                "hour" => &mut typed.hour,
                "email_id" => &mut typed.email_id,
                "email_subject" => &mut typed.subject,
                "start" => &mut typed.start,
                "tag" => &mut typed.tag,
                "skip" => &mut typed.skip,
                _ => continue,
            };
            field.clone_from(value);
        }
        typed
    }

    pub fn is(&self, kind: &str) -> bool {
        self.kind == kind
    }

    pub fn title(&self) -> &'static str {
        words::STEP_KINDS.iter().find(|one| one.name == self.kind).map_or("", |one| one.label)
    }

    /// Whether it sends an email that is yet to be made.
    pub fn makes_email(&self) -> bool {
        self.is("send") && self.email_id.is_empty()
    }

    /// The step as the API takes it. `email` is the one that was made for it; a rule that the form cannot show stays that of
    /// the stored step.
    pub fn raw(&self, stored: Option<&Step>, email: Option<&str>) -> Value {
        let mut raw = match self.kind.as_str() {
            "wait" => json!({ "kind": "wait", "amount": number(&self.amount), "unit": self.unit }),
            "wait_until" => json!({ "kind": "wait_until", "weekday": self.weekday, "hour": number(&self.hour) }),
            "send" => json!({ "kind": "send", "email_id": email.unwrap_or(&self.email_id) }),
            "condition" => {
                let kept = match stored.map(|step| &step.kind) {
                    Some(Kind::Condition { rule, .. }) if !self.rule.kept.is_empty() => Some(rule.clone()),
                    _ => None,
                };
                let skip = if self.skip.trim().is_empty() { Value::Null } else { number(&self.skip) };
                json!({ "kind": "condition", "rule": kept.unwrap_or_else(|| self.rule.builder.rule()), "skip": skip })
            }
            "add_tag" | "remove_tag" => json!({ "kind": self.kind, "tag": self.tag }),
            other => json!({ "kind": other }),
        };
        if let Some(step) = stored {
            raw["id"] = json!(step.id);
        }
        raw
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::automation::check;
    use kernel::validate::Problems;

    #[test]
    fn every_kind_of_step_comes_back_from_its_form_as_it_was() {
        let stored = json!([
            { "id": "a", "kind": "wait", "amount": 3, "unit": "hours" },
            { "id": "b", "kind": "wait_until", "weekday": "friday", "hour": 7 },
            { "id": "c", "kind": "wait_until", "weekday": null, "hour": 0 },
            { "id": "d", "kind": "send", "email_id": "e1" },
            { "id": "e", "kind": "condition", "rule": { "and": [{ "tag": "vip" }] }, "skip": 2 },
            { "id": "f", "kind": "condition", "rule": { "not": { "or": [{ "tag": "a" }, { "tag": "b" }] } }, "skip": null },
            { "id": "g", "kind": "add_tag", "tag": "welcomed" },
            { "id": "h", "kind": "remove_tag", "tag": "new" },
        ]);
        let mut problems = Problems::new();
        let steps = check::steps(&stored, &mut problems, || unreachable!("each has its id"));
        assert!(problems.is_empty(), "{problems:?}");
        let again: Vec<Value> = steps.iter().map(|step| TypedStep::of(step).raw(Some(step), None)).collect();
        let mut problems = Problems::new();
        let read = check::steps(&Value::Array(again), &mut problems, || unreachable!("each keeps its id"));
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(read, steps);
    }
}
