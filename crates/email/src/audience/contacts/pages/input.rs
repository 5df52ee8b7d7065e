//! The form of a contact: from what was typed to raw input, and back.

use kernel::api::Patch;
use kernel::validate::Problems;
use serde_json::{Map, Value};
use ui::SelectOption;

use crate::audience::contacts::draft::RawContact;
use crate::audience::contacts::views::{ContactForm, OwnField};
use crate::audience::contacts::{Contact, Status};
use crate::audience::fields::{self, Field, Kind};

/// What the names of fields of one's own begin with.
const OWN: &str = "fields.";

impl ContactForm {
    pub fn read(fields: Vec<(String, String)>) -> Self {
        let mut form = Self::default();
        for (name, value) in fields {
            let place = match name.as_str() {
                "email" => &mut form.email,
                "name" => &mut form.name,
                "company" => &mut form.company,
                "language" => &mut form.language,
                "timezone" => &mut form.timezone,
                "tags" => &mut form.tags,
                "status" => &mut form.status,
                "consent_source" => &mut form.consent_source,
                "consent_wording" => &mut form.consent_wording,
                "version" => &mut form.version,
                own if own.starts_with(OWN) => {
                    form.own.push((name, value));
                    continue;
                }
                _ => continue,
            };
            *place = value;
        }
        form
    }

    pub fn of(contact: &Contact) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let values = contact.fields.as_object().into_iter().flatten();
        Self {
            email: contact.email.clone(),
            name: text(&contact.name),
            company: text(&contact.company),
            language: text(&contact.language),
            timezone: text(&contact.timezone),
            tags: contact.tags.join(", "),
            status: contact.status.as_str().to_owned(),
            consent_source: text(&contact.consent_source),
            consent_wording: text(&contact.consent_wording),
            own: values.map(|(key, value)| (format!("{OWN}{key}"), fields::shown(value))).collect(),
            version: contact.version.to_string(),
        }
    }

    /// What the form says, for the action. Values that fit no field are told where they stand.
    pub fn raw(&self, known: &[Field]) -> (RawContact, Problems) {
        let mut problems = Problems::new();
        let mut values = Map::new();
        for (name, text) in &self.own {
            let Some(field) = known.iter().find(|field| name.strip_prefix(OWN) == Some(&field.key)) else { continue };
            let value = if text.trim().is_empty() { Value::Null } else { Value::String(text.replace("\r\n", "\n")) };
            values.insert(field.key.clone(), value);
        }
        fields::check(known, &mut values, &mut problems);
        let raw = RawContact {
            email: Some(self.email.clone()),
            name: patch(&self.name),
            company: patch(&self.company),
            language: patch(&self.language),
            timezone: patch(&self.timezone),
            fields: Some(values),
            tags: Some(self.tags.split(',').map(str::to_owned).collect()),
            status: Status::parse(&self.status),
            consent_source: patch(&self.consent_source),
            consent_wording: patch(&self.consent_wording),
        };
        (raw, problems)
    }

    /// The inputs of the organization's own fields with what stands in them.
    pub fn own_fields(&self, known: &[Field]) -> Vec<OwnField> {
        known.iter().map(|field| self.own_field(field)).collect()
    }

    fn own_field(&self, field: &Field) -> OwnField {
        let name = format!("{OWN}{}", field.key);
        let value = self.own.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone()).unwrap_or_default();
        let mut options = match field.kind {
            Kind::Boolean => vec![SelectOption::new("yes", "Yes"), SelectOption::new("no", "No")],
            Kind::Choice => field.choices.iter().map(|choice| SelectOption::new(choice, choice)).collect(),
            Kind::Text | Kind::Number | Kind::Date => Vec::new(),
        };
        if !options.is_empty() {
            options.insert(0, SelectOption::new("", "Not known"));
        }
        let input = match field.kind {
            Kind::Date => "date",
            Kind::Text | Kind::Number | Kind::Boolean | Kind::Choice => "text",
        };
        OwnField { name, label: field.label.clone(), value, input, options }
    }
}

fn patch(text: &str) -> Patch<String> {
    if text.trim().is_empty() { Patch::Clear } else { Patch::Set(text.replace("\r\n", "\n")) }
}
