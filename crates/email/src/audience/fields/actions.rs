//! Every write to fields of an organization's own.

use kernel::access::{Caller, Permission};
use kernel::db::Statements;
use kernel::error::FieldError;
use kernel::validate::{Problems, slug_from};
use kernel::{Error, Result, audit};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{Field, Kind, uses};
use crate::audience::contacts::draft::FIELDS_MOST;

const LABEL_LONGEST: usize = 100;
const KEY_LONGEST: usize = 40;
/// What contacts have anyhow: a field of such a key would be taken for it in rules and merge tags.
const RESERVED: [&str; 15] = [
    "email",
    "name",
    "first_name",
    "last_name",
    "company",
    "language",
    "timezone",
    "status",
    "tags",
    "fields",
    "created_at",
    "updated_at",
    "consent_at",
    "consent_source",
    "unsubscribed_at",
];
/// Choices of one field at most.
const CHOICES_MOST: usize = 100;

/// What somebody sent about a field: for a new one, or as changes to one that exists.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = RawContactField)]
pub struct RawField {
    #[schema(min_length = 1, max_length = 100)]
    pub label: Option<String>,
    /// Of a new field only; left out, it is made of the label.
    #[schema(max_length = 40)]
    pub key: Option<String>,
    /// Of a new field only, for values are kept in its form: `text` when left out.
    #[schema(value_type = Option<super::Kind>)]
    pub kind: Option<String>,
    /// Of a field of the kind `choice`: 1 to 100.
    pub choices: Option<Vec<String>>,
}

fn check_label(label: &str, problems: &mut Problems) -> String {
    problems.required("label", "The name", label, LABEL_LONGEST)
}

fn check_choices(kind: Kind, typed: &[String], problems: &mut Problems) -> Vec<String> {
    if kind != Kind::Choice {
        return Vec::new();
    }
    let mut choices: Vec<String> = Vec::new();
    for choice in typed {
        let choice = problems.text("choices", "A choice", choice, LABEL_LONGEST, kernel::validate::Lines::One);
        if !choice.is_empty() && !choices.contains(&choice) {
            choices.push(choice);
        }
    }
    if choices.is_empty() || choices.len() > CHOICES_MOST {
        problems.add("choices", "required", format!("Give 1 to {CHOICES_MOST} choices, each another one."));
    }
    choices
}

fn check_kind(kind: Option<&str>, problems: &mut Problems) -> Kind {
    let Some(text) = kind.filter(|text| !text.is_empty()) else { return Kind::Text };
    Kind::parse(text).unwrap_or_else(|| {
        let known: Vec<&str> = Kind::ALL.into_iter().map(Kind::as_str).collect();
        problems.add("kind", "unknown_value", format!("Use one of: {}.", known.join(", ")));
        Kind::Text
    })
}

/// The key that a label makes: `Shoe size` is `shoe_size`.
pub fn key_of(label: &str) -> String {
    let mut key = slug_from(label).replace('-', "_");
    key.truncate(KEY_LONGEST);
    key.trim_end_matches('_').to_owned()
}

/// Whether contacts have this of their own, so that no field can be called so.
pub fn is_reserved(key: &str) -> bool {
    RESERVED.contains(&key)
}

/// Adds a field.
pub async fn create(caller: &Caller, raw: &RawField, mut problems: Problems) -> Result<Field> {
    caller.must(Permission::CampaignsManage)?;
    let kind = check_kind(raw.kind.as_deref(), &mut problems);
    let label = check_label(raw.label.as_deref().unwrap_or_default(), &mut problems);
    let choices = check_choices(kind, raw.choices.as_deref().unwrap_or_default(), &mut problems);
    let typed = raw.key.as_deref().unwrap_or_default().trim();
    let key = if typed.is_empty() { key_of(&label) } else { typed.to_owned() };
    if !label.is_empty() && !crate::audience::rule_key(&key) {
        let words = "The key has 1 to 40 of a-z, 0-9 and _. Type one, such as shoe_size.";
        problems.add("key", "not_a_key", words);
    } else if is_reserved(&key) {
        let words = format!("Contacts have {key} already. Choose another name, or type another key.");
        problems.add("key", "reserved", words);
    }
    let field = problems.finish(Field { id: caller.new_id(), key, label, kind, choices })?;
    if super::all(&caller.tx).await?.len() >= FIELDS_MOST {
        return Err(Error::Conflict(format!("There are {FIELDS_MOST} fields already. Delete one that is not used.")));
    }
    let sql = "INSERT INTO app.contact_fields (organization_id, id, key, label, kind, choices, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (organization_id, key) DO NOTHING";
    let params: &[&dyn kernel::db::Param] = &[
        &caller.organization_id(),
        &field.id,
        &field.key,
        &field.label,
        &field.kind.as_str(),
        &field.choices,
        &caller.now,
    ];
    if caller.tx.execute(sql, params).await? == 0 {
        let words = "There is a field with this key already. Choose another name or key.";
        return Err(Error::Taken(FieldError::new("key", "taken", words)));
    }
    audit::record(caller, "contact_field.create", ("contact_field", &field.id), json!({ "key": field.key })).await?;
    Ok(field)
}

/// Changes the name and the choices of a field; its key and kind stay, for values are kept by them.
pub async fn edit(caller: &Caller, id: &str, raw: &RawField, mut problems: Problems) -> Result<Field> {
    caller.must(Permission::CampaignsManage)?;
    let field = super::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    let stays = [("key", &raw.key, field.key.as_str()), ("kind", &raw.kind, field.kind.as_str())];
    for (name, sent, stored) in stays {
        if sent.as_deref().is_some_and(|sent| sent != stored) {
            let words = format!("The {name} stays as it is, for values are kept by it. Make another field.");
            problems.add(name, "fixed", words);
        }
    }
    let label = raw.label.as_deref().map_or(field.label.clone(), |label| check_label(label, &mut problems));
    let choices = raw.choices.as_deref().unwrap_or(&field.choices);
    let choices = check_choices(field.kind, choices, &mut problems);
    let field = problems.finish(Field { label, choices, ..field })?;
    let sql = "UPDATE app.contact_fields SET label = $2, choices = $3 WHERE id = $1";
    caller.tx.execute(sql, &[&id, &field.label, &field.choices]).await?;
    audit::record(caller, "contact_field.change", ("contact_field", id), json!({ "key": field.key })).await?;
    Ok(field)
}

/// Deletes a field that nothing asks for any more. Its values stay with the contacts and are shown again when a field with
/// its key is made.
pub async fn delete(caller: &Caller, id: &str) -> Result<()> {
    caller.must(Permission::CampaignsManage)?;
    let field = super::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    let (uses, total) = uses::of(&caller.tx, &field.key).await?;
    if total > 0 {
        let more = if total > uses.len() { format!(" and {} more", total - uses.len()) } else { String::new() };
        let words = format!("{} is used by {}{more}. Change that first.", field.label, uses.join(", "));
        return Err(Error::Conflict(words));
    }
    caller.tx.execute("DELETE FROM app.contact_fields WHERE id = $1", &[&id]).await?;
    audit::record(caller, "contact_field.delete", ("contact_field", id), json!({ "key": field.key })).await
}

#[cfg(test)]
mod tests {
    #[test]
    fn keys_are_made_of_labels() {
        assert_eq!(super::key_of("Shoe size (EU)"), "shoe_size_eu");
        assert_eq!(super::key_of("Größe"), "grosse");
        assert!(crate::audience::rule_key(&super::key_of(&"a long name ".repeat(20))));
    }
}
