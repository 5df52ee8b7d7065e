//! From raw input about a contact to what may be stored.

use kernel::Result;
use kernel::api::Patch;
use kernel::validate::{self, Lines, Problems};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Contact, Status};
use crate::audience::address::Address;
use crate::audience::rule_key;

pub const NAME_LONGEST: usize = 200;
pub const WORDING_LONGEST: usize = 2000;
const TAG_LONGEST: usize = 100;
const TAGS_MOST: usize = 100;
/// Fields of one's own at most, of an organization and of a contact.
pub const FIELDS_MOST: usize = 100;
/// The longest value of a field of one's own, in characters.
const VALUE_LONGEST: usize = 1000;

/// What somebody sent about a contact: for a new one, or as changes to one that exists.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawContact {
    #[schema(min_length = 3, max_length = 254)]
    pub email: Option<String>,
    #[schema(value_type = Option<String>, max_length = 200)]
    pub name: Patch<String>,
    #[schema(value_type = Option<String>, max_length = 200)]
    pub company: Patch<String>,
    /// BCP 47 tag.
    #[schema(value_type = Option<String>, max_length = 35)]
    pub language: Patch<String>,
    /// IANA name.
    #[schema(value_type = Option<String>, max_length = 64)]
    pub timezone: Patch<String>,
    /// Values of the organization's own fields; null clears one, one left out stays.
    #[schema(value_type = Option<Object>)]
    pub fields: Option<Map<String, Value>>,
    pub tags: Option<Vec<String>>,
    /// `subscribed` and `pending` for a new contact; to subscribe one again takes a new consent.
    pub status: Option<Status>,
    /// Where consent was given, such as "Trade fair, form on paper".
    #[schema(value_type = Option<String>, max_length = 200)]
    pub consent_source: Patch<String>,
    /// The words that were agreed to.
    #[schema(value_type = Option<String>, max_length = 2000)]
    pub consent_wording: Patch<String>,
}

/// Checked values of everything of a contact that can be edited.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactDraft {
    pub address: Address,
    pub name: Option<String>,
    pub company: Option<String>,
    pub language: Option<String>,
    pub timezone: Option<String>,
    pub fields: Value,
    pub tags: Vec<String>,
    pub status: Status,
    pub consent_source: Option<String>,
    pub consent_wording: Option<String>,
    /// Whether this input tells of a consent that was not known before.
    pub consents: bool,
}

impl ContactDraft {
    pub fn new(raw: &RawContact, problems: Problems) -> Result<Self> {
        let empty = Self {
            address: Address { email: String::new(), key: String::new() },
            name: None,
            company: None,
            language: None,
            timezone: None,
            fields: Value::Object(Map::new()),
            tags: Vec::new(),
            status: Status::Subscribed,
            consent_source: None,
            consent_wording: None,
            consents: false,
        };
        let raw = RawContact { email: raw.email.clone().or(Some(String::new())), ..raw.clone() };
        empty.changed_by(&raw, problems)
    }

    pub fn of(contact: &Contact, raw: &RawContact, problems: Problems) -> Result<Self> {
        Self::stored(contact).changed_by(raw, problems)
    }

    pub fn stored(contact: &Contact) -> Self {
        Self {
            address: Address { email: contact.email.clone(), key: contact.email_key.clone() },
            name: contact.name.clone(),
            company: contact.company.clone(),
            language: contact.language.clone(),
            timezone: contact.timezone.clone(),
            fields: contact.fields.clone(),
            tags: contact.tags.clone(),
            status: contact.status,
            consent_source: contact.consent_source.clone(),
            consent_wording: contact.consent_wording.clone(),
            consents: false,
        }
    }

    fn changed_by(mut self, raw: &RawContact, mut problems: Problems) -> Result<Self> {
        let was = (self.consent_source.clone(), self.consent_wording.clone());
        if let Some(email) = &raw.email {
            match Address::parse(email) {
                Some(address) => self.address = address,
                None => {
                    problems.add("email", "not_an_email", "That is no e-mail address. Enter one like name@example.org.")
                }
            }
        }
        text(&mut problems, &mut self.name, &raw.name, ("name", "The name", NAME_LONGEST));
        text(&mut problems, &mut self.company, &raw.company, ("company", "The company", NAME_LONGEST));
        text(&mut problems, &mut self.language, &raw.language, ("language", "The language", 35));
        text(&mut problems, &mut self.timezone, &raw.timezone, ("timezone", "The time zone", 64));
        text(&mut problems, &mut self.consent_source, &raw.consent_source, ("consent_source", "The source", 200));
        if let Patch::Set(wording) = &raw.consent_wording {
            let wording = problems.text("consent_wording", "The wording", wording, WORDING_LONGEST, Lines::Many);
            self.consent_wording = (!wording.is_empty()).then_some(wording);
        } else if raw.consent_wording == Patch::Clear {
            self.consent_wording = None;
        }
        if matches!(raw.language, Patch::Set(_)) {
            check_language(&mut problems, &mut self.language);
        }
        if let Some(zone) = &self.timezone
            && jiff::tz::TimeZone::get(zone).is_err()
        {
            problems.add("timezone", "unknown", "There is no such time zone. Use a name like Europe/Berlin.");
        }
        if let Some(fields) = &raw.fields {
            merge_fields(&mut problems, &mut self.fields, fields);
        }
        if let Some(tags) = &raw.tags {
            self.tags = check_tags(&mut problems, tags);
        }
        self.status = raw.status.unwrap_or(self.status);
        self.consents =
            self.consent_source.is_some() && was != (self.consent_source.clone(), self.consent_wording.clone());
        problems.finish(self)
    }
}

fn text(
    problems: &mut Problems,
    place: &mut Option<String>,
    patch: &Patch<String>,
    (field, label, longest): (&str, &str, usize),
) {
    match patch {
        Patch::Keep => {}
        Patch::Clear => *place = None,
        Patch::Set(text) => *place = problems.optional(field, label, Some(text), longest),
    }
}

/// A language as its tag is usually written.
pub fn check_language(problems: &mut Problems, language: &mut Option<String>) {
    let Some(typed) = language else { return };
    match validate::language_tag(typed) {
        Some(tag) => *typed = tag,
        None => problems.add("language", "not_a_language", "A language is a short tag, such as en, de or pt-BR."),
    }
}

/// Tags as they are kept: in lower case, each once.
pub fn check_tags(problems: &mut Problems, tags: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for tag in tags {
        let tag = problems.text("tags", "A tag", tag, TAG_LONGEST, Lines::One).to_lowercase();
        if tag.contains(',') {
            problems.add("tags", "comma", "A tag holds no comma; commas part tags from each other.");
        }
        if !tag.is_empty() && !kept.contains(&tag) {
            kept.push(tag);
        }
    }
    if kept.len() > TAGS_MOST {
        problems.add("tags", "too_many", format!("A contact has at most {TAGS_MOST} tags."));
    }
    kept.sort();
    kept
}

fn merge_fields(problems: &mut Problems, stored: &mut Value, sent: &Map<String, Value>) {
    let Some(kept) = stored.as_object_mut() else { return };
    for (key, value) in sent {
        let field = format!("fields.{key}");
        if !rule_key(key) {
            problems.add(&field, "not_a_key", "The key of a field has 1 to 40 of a-z, 0-9 and _.");
            continue;
        }
        match value {
            Value::Null => {
                kept.remove(key);
            }
            Value::String(text) => {
                let text = problems.text(&field, "The value", text, VALUE_LONGEST, Lines::Many);
                kept.insert(key.clone(), Value::String(text));
            }
            Value::Number(_) | Value::Bool(_) => {
                kept.insert(key.clone(), value.clone());
            }
            _ => problems.add(&field, "wrong_type", "A value is a text, a number, true or false."),
        }
    }
    if kept.len() > FIELDS_MOST {
        problems.add("fields", "too_many", format!("A contact has at most {FIELDS_MOST} fields of your own."));
    }
}
