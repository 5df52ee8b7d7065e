//! Every write to templates.

use kernel::access::{Caller, Permission};
use kernel::db::Statements;
use kernel::error::FieldError;
use kernel::validate::Problems;
use kernel::{Error, Result, audit};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{EmailTemplate, MOST, count, find, lock};
use crate::composer::blocks::Composition;
use crate::composer::check;

const NAME_LONGEST: usize = 200;

/// What somebody sent about a template: for a new one, or as changes to one that exists.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawEmailTemplate {
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    #[schema(value_type = Option<Composition>)]
    pub composition: Option<Value>,
}

/// Keeps a composition as a template.
pub async fn create(caller: &Caller, raw: &RawEmailTemplate, mut problems: Problems) -> Result<EmailTemplate> {
    caller.must(Permission::CampaignsManage)?;
    let name = problems.required("name", "The name", raw.name.as_deref().unwrap_or_default(), NAME_LONGEST);
    let composition = match &raw.composition {
        Some(value) => check::parse("composition", value, &mut problems).unwrap_or_default(),
        None => {
            problems.add("composition", "required", "A template is made of blocks. Send them as `composition`.");
            Composition::default()
        }
    };
    problems.finish(())?;
    if count(&caller.tx).await? >= MOST {
        let words = format!("There are {MOST} templates, and no more fit. Delete one that nobody uses.");
        return Err(Error::Conflict(words));
    }
    let (id, value) = (caller.new_id(), serde_json::to_value(&composition)?);
    let sql =
        "INSERT INTO app.email_templates (organization_id, id, name, composition, created_by, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (organization_id, name) DO NOTHING";
    let params: &[&dyn kernel::db::Param] =
        &[&caller.organization_id(), &id, &name, &value, &caller.actor.user_id, &caller.now];
    if caller.tx.execute(sql, params).await? == 0 {
        return Err(taken());
    }
    audit::record(caller, "email_template.create", ("email_template", &id), json!({ "name": name })).await?;
    reread(caller, &id).await
}

/// Changes a template. With `expected_version` set, only if nobody changed it since.
pub async fn edit(
    caller: &Caller,
    id: &str,
    raw: &RawEmailTemplate,
    mut problems: Problems,
    expected_version: Option<i32>,
) -> Result<EmailTemplate> {
    caller.must(Permission::CampaignsManage)?;
    let template = lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    crate::audience::check_version(expected_version, template.version)?;
    let name = raw.name.as_deref().unwrap_or(&template.name);
    let name = problems.required("name", "The name", name, NAME_LONGEST);
    let composition = match &raw.composition {
        Some(value) => check::parse("composition", value, &mut problems).unwrap_or_default(),
        None => template.composition.clone(),
    };
    problems.finish(())?;
    if name == template.name && composition == template.composition {
        return Ok(template);
    }
    let value = serde_json::to_value(&composition)?;
    let sql = "UPDATE app.email_templates SET name = $2, composition = $3, version = version + 1 WHERE id = $1";
    caller.tx.execute(sql, &[&id, &name, &value]).await.map_err(|error| {
        if kernel::db::violated_constraint(&error) == Some("email_templates_name_key") { taken() } else { error }
    })?;
    audit::record(caller, "email_template.change", ("email_template", id), json!({ "name": name })).await?;
    reread(caller, id).await
}

/// Deletes a template; emails that began with it stay.
pub async fn delete(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<()> {
    caller.must(Permission::CampaignsManage)?;
    let template = lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    crate::audience::check_version(expected_version, template.version)?;
    caller.tx.execute("DELETE FROM app.email_templates WHERE id = $1", &[&id]).await?;
    audit::record(caller, "email_template.delete", ("email_template", id), json!({ "name": template.name })).await
}

async fn reread(caller: &Caller, id: &str) -> Result<EmailTemplate> {
    find(&caller.tx, id).await?.ok_or_else(|| Error::internal("a template that was just written is gone"))
}

fn taken() -> Error {
    Error::Taken(FieldError::new("name", "taken", "There is a template of this name already. Choose another name."))
}
