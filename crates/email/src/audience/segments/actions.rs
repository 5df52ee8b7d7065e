//! Every write to segments.

use kernel::access::{Caller, Permission};
use kernel::db::Statements;
use kernel::error::FieldError;
use kernel::validate::Problems;
use kernel::{Error, Result, audit};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{Segment, find, lock};
use crate::audience::rule;

const NAME_LONGEST: usize = 200;

/// What somebody sent about a segment: for a new one, or as changes to one that exists.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawSegment {
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    #[schema(value_type = Option<Object>)]
    pub rule: Option<Value>,
}

fn check(name: &str, rule: &Value, mut problems: Problems) -> Result<String> {
    let name = problems.required("name", "The name", name, NAME_LONGEST);
    if let Err(Error::Invalid(errors)) = rule::parse("rule", rule) {
        errors.into_iter().for_each(|error| problems.add(&error.field, error.code, error.message));
    }
    problems.finish(name)
}

/// Adds a segment.
pub async fn create(caller: &Caller, raw: &RawSegment, problems: Problems) -> Result<Segment> {
    caller.must(Permission::CampaignsManage)?;
    let rule = raw.rule.clone().unwrap_or(Value::Null);
    let name = check(raw.name.as_deref().unwrap_or_default(), &rule, problems)?;
    let id = caller.new_id();
    let sql = "INSERT INTO app.segments (organization_id, id, name, rule, created_by, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (organization_id, name) DO NOTHING";
    let params: &[&dyn kernel::db::Param] =
        &[&caller.organization_id(), &id, &name, &rule, &caller.actor.user_id, &caller.now];
    if caller.tx.execute(sql, params).await? == 0 {
        return Err(taken());
    }
    audit::record(caller, "segment.create", ("segment", &id), json!({ "name": name })).await?;
    reread(caller, &id).await
}

/// Changes a segment. With `expected_version` set, only if nobody changed it since.
pub async fn edit(
    caller: &Caller,
    id: &str,
    raw: &RawSegment,
    problems: Problems,
    expected_version: Option<i32>,
) -> Result<Segment> {
    caller.must(Permission::CampaignsManage)?;
    let segment = lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    crate::audience::check_version(expected_version, segment.version)?;
    let rule = raw.rule.clone().unwrap_or(segment.rule.clone());
    let name = check(raw.name.as_deref().unwrap_or(&segment.name), &rule, problems)?;
    if name == segment.name && rule == segment.rule {
        return Ok(segment);
    }
    let sql = "UPDATE app.segments SET name = $2, rule = $3, version = version + 1 WHERE id = $1";
    caller.tx.execute(sql, &[&id, &name, &rule]).await.map_err(|error| {
        if kernel::db::violated_constraint(&error) == Some("segments_name_key") { taken() } else { error }
    })?;
    audit::record(caller, "segment.change", ("segment", id), json!({ "name": name })).await?;
    reread(caller, id).await
}

/// Deletes a segment; its contacts stay.
pub async fn delete(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<()> {
    caller.must(Permission::CampaignsManage)?;
    let segment = lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    crate::audience::check_version(expected_version, segment.version)?;
    caller.tx.execute("DELETE FROM app.segments WHERE id = $1", &[&id]).await?;
    audit::record(caller, "segment.delete", ("segment", id), json!({ "name": segment.name })).await
}

async fn reread(caller: &Caller, id: &str) -> Result<Segment> {
    find(&caller.tx, id).await?.ok_or_else(|| Error::internal("a segment that was just written is gone"))
}

fn taken() -> Error {
    Error::Taken(FieldError::new("name", "taken", "There is a segment of this name already. Choose another name."))
}
