//! What was typed for a trigger.

use kernel::Result;
use kernel::db::Tenant;
use serde::Deserialize;
use serde_json::{Value, json};
use ui::{FieldErrors, SelectOption};

use crate::audience::fields::{self, Kind};
use crate::audience::{forms, segments};
use crate::automation::model::{Day, Trigger};
use crate::automation::views::TriggerFields;

/// Segments to choose from at most.
const SEGMENTS_MOST: i64 = 100;
/// The choice that keeps a rule which is no segment's.
const AS_IT_IS: &str = "as-it-is";
/// The hour that a new trigger has: early enough to be read before work, late enough to wake nobody.
const USUAL_HOUR: &str = "9";

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TypedTrigger {
    pub name: String,
    pub kind: String,
    pub form_id: String,
    pub counts_added: String,
    pub tag: String,
    pub field: String,
    pub every_year: String,
    pub days: String,
    /// `before` or `after` the date.
    pub side: String,
    pub date_hour: String,
    pub in_local_time: String,
    pub every: String,
    pub weekday: String,
    pub day: String,
    pub digest_hour: String,
    pub audience: String,
    /// Whether a new automation gets an email to begin with.
    pub with_email: String,
    /// The version that was seen.
    pub version: String,
}

impl TypedTrigger {
    pub fn new() -> Self {
        Self {
            kind: "sign_up".to_owned(),
            every_year: "true".to_owned(),
            days: "0".to_owned(),
            side: "after".to_owned(),
            date_hour: USUAL_HOUR.to_owned(),
            digest_hour: USUAL_HOUR.to_owned(),
            every: "week".to_owned(),
            weekday: Day::Monday.as_str().to_owned(),
            day: "1".to_owned(),
            audience: "all".to_owned(),
            with_email: "true".to_owned(),
            ..Self::default()
        }
    }

    /// A trigger as it is stored.
    pub async fn of(tx: &Tenant, name: &str, trigger: &Trigger) -> Result<Self> {
        let mut typed =
            Self { name: name.to_owned(), kind: trigger.kind().to_owned(), with_email: String::new(), ..Self::new() };
        match trigger {
            Trigger::SignUp { form_id, counts_added } => {
                typed.form_id = form_id.clone().unwrap_or_default();
                typed.counts_added = checked(*counts_added);
            }
            Trigger::Tag { tag } => typed.tag.clone_from(tag),
            Trigger::Date { field, every_year, days, hour, in_local_time } => {
                typed.field.clone_from(field);
                typed.every_year = checked(*every_year);
                typed.days = days.unsigned_abs().to_string();
                typed.side = if *days < 0 { "before" } else { "after" }.to_owned();
                typed.date_hour = hour.to_string();
                typed.in_local_time = checked(*in_local_time);
            }
            Trigger::Digest { every, weekday, day, hour, audience } => {
                typed.every = serde_json::to_value(every)?.as_str().unwrap_or_default().to_owned();
                typed.weekday = weekday.unwrap_or(Day::Monday).as_str().to_owned();
                typed.day = day.unwrap_or(1).to_string();
                typed.digest_hour = hour.to_string();
                typed.audience = if *audience == json!({ "all": true }) {
                    "all".to_owned()
                } else {
                    let segments = segments::list(tx, None, SEGMENTS_MOST).await?;
                    segments
                        .into_iter()
                        .find(|one| one.rule == *audience)
                        .map_or_else(|| AS_IT_IS.to_owned(), |one| one.id)
                };
            }
        }
        Ok(typed)
    }

    /// The trigger as the API takes it; what `now` holds stays where the form cannot show it.
    pub async fn raw(&self, tx: &Tenant, now: Option<&Trigger>) -> Result<Value> {
        let yes = |text: &str| !text.is_empty();
        Ok(match self.kind.as_str() {
            "sign_up" => json!({ "kind": "sign_up", "form_id": self.form_id, "counts_added": yes(&self.counts_added) }),
            "tag" => json!({ "kind": "tag", "tag": self.tag }),
            "date" => {
                let days = number(&self.days);
                let days = if self.side == "before" { days.as_i64().map_or(days, |days| json!(-days)) } else { days };
                json!({
                    "kind": "date", "field": self.field, "every_year": yes(&self.every_year), "days": days,
                    "hour": number(&self.date_hour), "in_local_time": yes(&self.in_local_time),
                })
            }
            "digest" => json!({
                "kind": "digest", "every": self.every, "weekday": self.weekday, "day": number(&self.day),
                "hour": number(&self.digest_hour), "audience": self.audience_rule(tx, now).await?,
            }),
            other => json!({ "kind": other }),
        })
    }

    async fn audience_rule(&self, tx: &Tenant, now: Option<&Trigger>) -> Result<Value> {
        if self.audience == AS_IT_IS
            && let Some(Trigger::Digest { audience, .. }) = now
        {
            return Ok(audience.clone());
        }
        if kernel::id::is_well_formed(&self.audience)
            && let Some(segment) = segments::find(tx, &self.audience).await?
        {
            return Ok(segment.rule);
        }
        Ok(json!({ "all": true }))
    }

    /// Messages of the API under the names that the form has for its fields.
    pub fn errors(&self, errors: &FieldErrors) -> FieldErrors {
        let name = |field: &str| match (field.strip_prefix("trigger.").unwrap_or(field), self.kind.as_str()) {
            ("hour", "date") => "date_hour".to_owned(),
            ("hour", _) => "digest_hour".to_owned(),
            (field, _) => field.to_owned(),
        };
        errors.iter().map(|(field, message)| (name(field), message)).collect()
    }

    /// The form, with everything there is to choose from.
    pub async fn fields(self, tx: &Tenant) -> Result<TriggerFields> {
        let mut chosen_forms = vec![SelectOption::new("", "Any form")];
        chosen_forms.extend(forms::all(tx).await?.into_iter().map(|form| SelectOption::new(form.id, form.title)));
        let dates = fields::all(tx).await?.into_iter().filter(|field| field.kind == Kind::Date);
        let mut audiences = vec![SelectOption::new("all", "Everybody on the list")];
        if self.audience == AS_IT_IS {
            audiences.push(SelectOption::new(AS_IT_IS, "The rule it has now"));
        }
        let segments = segments::list(tx, None, SEGMENTS_MOST).await?;
        audiences.extend(segments.into_iter().map(|segment| SelectOption::new(segment.id, segment.name)));
        Ok(TriggerFields {
            forms: chosen_forms,
            dates: dates.map(|field| SelectOption::new(field.key, field.label)).collect(),
            audiences,
            typed: self,
        })
    }
}

fn checked(yes: bool) -> String {
    if yes { "true".to_owned() } else { String::new() }
}

/// A number as it was typed, or the text that is none, for the API to refuse.
pub fn number(text: &str) -> Value {
    text.trim().parse::<i64>().map_or_else(|_| json!(text), |number| json!(number))
}
