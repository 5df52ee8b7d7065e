//! Every write to fields of an organization's own.

use kernel::access::{Caller, Permission};
use kernel::db::Statements;
use kernel::error::FieldError;
use kernel::validate::{Problems, slug_from};
use kernel::{Error, Result, audit};
use serde_json::json;

use super::Kind;
use crate::audience::contacts::draft::FIELDS_MOST;

const LABEL_LONGEST: usize = 100;
const KEY_LONGEST: usize = 40;
/// Choices of one field at most.
const CHOICES_MOST: usize = 100;

/// What was typed for a field.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct RawField {
    pub label: String,
    /// Of a new field only; left empty, it is made of the label.
    pub key: String,
    /// Of a new field only: values are kept in its form.
    pub kind: String,
    /// Choices with commas.
    pub choices: String,
}

struct Checked {
    label: String,
    choices: Vec<String>,
}

fn check(raw: &RawField, kind: Kind, problems: &mut Problems) -> Checked {
    let label = problems.required("label", "The name", &raw.label, LABEL_LONGEST);
    let mut choices: Vec<String> = Vec::new();
    for choice in raw.choices.split(',') {
        let choice = problems.text("choices", "A choice", choice, LABEL_LONGEST, kernel::validate::Lines::One);
        if !choice.is_empty() && !choices.contains(&choice) {
            choices.push(choice);
        }
    }
    if kind != Kind::Choice {
        choices.clear();
    } else if choices.is_empty() || choices.len() > CHOICES_MOST {
        problems.add("choices", "required", format!("Give 1 to {CHOICES_MOST} choices, with commas between them."));
    }
    Checked { label, choices }
}

/// The key that a label makes: `Shoe size` is `shoe_size`.
pub fn key_of(label: &str) -> String {
    let mut key = slug_from(label).replace('-', "_");
    key.truncate(KEY_LONGEST);
    key.trim_end_matches('_').to_owned()
}

/// Adds a field and gives its key.
pub async fn create(caller: &Caller, raw: &RawField) -> Result<String> {
    caller.must(Permission::CampaignsManage)?;
    let mut problems = Problems::new();
    let kind = Kind::parse(&raw.kind).unwrap_or(Kind::Text);
    let checked = check(raw, kind, &mut problems);
    let key = if raw.key.trim().is_empty() { key_of(&checked.label) } else { raw.key.trim().to_owned() };
    if !checked.label.is_empty() && !crate::audience::rule_key(&key) {
        let words = "The key has 1 to 40 of a-z, 0-9 and _. Type one, such as shoe_size.";
        problems.add("key", "not_a_key", words);
    }
    let checked = problems.finish(checked)?;
    if super::all(&caller.tx).await?.len() >= FIELDS_MOST {
        return Err(Error::Conflict(format!("There are {FIELDS_MOST} fields already. Delete one that is not used.")));
    }
    let sql = "INSERT INTO app.contact_fields (organization_id, id, key, label, kind, choices, created_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (organization_id, key) DO NOTHING";
    let id = caller.new_id();
    let params: &[&dyn kernel::db::Param] =
        &[&caller.organization_id(), &id, &key, &checked.label, &kind.as_str(), &checked.choices, &caller.now];
    if caller.tx.execute(sql, params).await? == 0 {
        let words = "There is a field with this key already. Choose another name or key.";
        return Err(Error::Taken(FieldError::new("key", "taken", words)));
    }
    audit::record(caller, "contact_field.create", ("contact_field", &id), json!({ "key": key })).await?;
    Ok(key)
}

/// Changes the name and the choices of a field; its key and kind stay, for values are kept by them.
pub async fn edit(caller: &Caller, id: &str, raw: &RawField) -> Result<()> {
    caller.must(Permission::CampaignsManage)?;
    let fields = super::all(&caller.tx).await?;
    let field = fields.iter().find(|field| field.id == id).ok_or(Error::NotFound)?;
    let mut problems = Problems::new();
    let checked = check(raw, field.kind, &mut problems);
    let checked = problems.finish(checked)?;
    let sql = "UPDATE app.contact_fields SET label = $2, choices = $3 WHERE id = $1";
    caller.tx.execute(sql, &[&id, &checked.label, &checked.choices]).await?;
    audit::record(caller, "contact_field.change", ("contact_field", id), json!({ "key": field.key })).await
}

/// Deletes a field. Its values stay with the contacts and are shown again when a field with its key is made.
pub async fn delete(caller: &Caller, id: &str) -> Result<()> {
    caller.must(Permission::CampaignsManage)?;
    if caller.tx.execute("DELETE FROM app.contact_fields WHERE id = $1", &[&id]).await? == 0 {
        return Err(Error::NotFound);
    }
    audit::record(caller, "contact_field.delete", ("contact_field", id), json!({})).await
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
