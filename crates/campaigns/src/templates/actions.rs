//! Every write to templates: permission, rule, store. The caller commits.

use kernel::access::{Caller, Permission};
use kernel::api::Patch;
use kernel::error::FieldError;
use kernel::validate::Problems;
use kernel::{Error, Result, audit};
use serde_json::json;

use super::model::{RawSave, RawStart, TEMPLATES_MOST, Template, days_of};
use super::store;
use crate::campaign::draft::{NAME_LONGEST, RawCampaign};
use crate::campaign::time::{self, Edge};
use crate::campaign::{self, Campaign};
use crate::money::{Money, RawMoney};

/// Keeps a campaign's details as a template, under its own or another name.
pub async fn save(caller: &Caller, id: &str, raw: &RawSave, mut problems: Problems) -> Result<Template> {
    caller.must(Permission::CampaignsManage)?;
    let campaign = campaign::store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    let name = raw.name.as_deref().unwrap_or(&campaign.name);
    let name = problems.required("name", "The name", name, NAME_LONGEST);
    problems.finish(())?;
    if store::count(&caller.tx).await? >= TEMPLATES_MOST {
        let words = format!("There are {TEMPLATES_MOST} templates already. Delete one that nobody needs first.");
        return Err(Error::invalid("name", "too_many", words));
    }
    let template = caller.new_id();
    let kept = (&campaign, days_of(&campaign));
    let by = (caller.actor.user_id.as_str(), caller.now);
    if !store::insert(&caller.tx, (&template, &name), kept, by).await? {
        let words = "Another template has this name. Choose a different one.";
        return Err(Error::Taken(FieldError::new("name", "taken", words)));
    }
    let details = json!({ "name": name, "of": id });
    audit::record(caller, "campaign_template.create", ("campaign_template", &template), details).await?;
    store::find(&caller.tx, &template).await?.ok_or_else(|| Error::internal("a template that was just written is gone"))
}

/// Begins a campaign from a template: a draft with its details, and an end where the template has days.
pub async fn start(caller: &Caller, id: &str, raw: &RawStart, mut problems: Problems) -> Result<Campaign> {
    caller.must(Permission::CampaignsManage)?;
    let template = store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    let zone = time::zone(&template.timezone);
    let mut start = None;
    if let Some(text) = raw.start_date.as_deref().filter(|text| !text.trim().is_empty()) {
        start = time::read(text, &zone, Edge::Begin);
        if start.is_none() {
            problems.add("start_date", "not_a_time", "Give a day like 2026-03-01, or a time like 2026-03-01T09:00.");
        }
    }
    let set = |at: Option<jiff::Timestamp>| at.map_or(Patch::Keep, |at| Patch::Set(at.to_string()));
    let text = |text: Option<String>| text.map_or(Patch::Keep, Patch::Set);
    let amount = |amount: Option<Money>| amount.map_or(Patch::Keep, |amount| Patch::Set(RawMoney(amount.as_text())));
    let end = start.and_then(|start| template.end(start));
    let values = RawCampaign {
        name: Some(raw.name.clone().unwrap_or_else(|| template.name.clone())),
        start_date: set(start),
        end_date: set(end),
        description: text(template.description),
        r#type: Some(template.r#type),
        status: None,
        timezone: Some(template.timezone),
        budget: amount(template.budget),
        goal_type: text(template.goal_type),
        goal_value: amount(template.goal_value),
    };
    campaign::actions::create(caller, &values, problems).await
}

/// Deletes a template. Campaigns that were begun from it stay as they are.
pub async fn delete(caller: &Caller, id: &str) -> Result<()> {
    caller.must(Permission::CampaignsManage)?;
    let template = store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    store::delete(&caller.tx, id).await?;
    let details = json!({ "name": template.name });
    audit::record(caller, "campaign_template.delete", ("campaign_template", id), details).await
}
