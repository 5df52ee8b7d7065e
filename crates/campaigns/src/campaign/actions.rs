//! Every write to campaigns: permission, rule, store, in that order. The caller commits.

use kernel::access::{Caller, Permission};
use kernel::organization::site_settings;
use kernel::validate::Problems;
use kernel::{Error, Result, audit};
use serde_json::json;

use super::draft::{CampaignDraft, NAME_LONGEST, RawCampaign};
use super::model::Campaign;
use super::status::{Move, Status};
use super::{limits, store};
use crate::attached;

const COPY: &str = " (copy)";

/// Makes a draft, and moves it on where the input says so.
pub async fn create(caller: &Caller, raw: &RawCampaign, problems: Problems) -> Result<Campaign> {
    caller.must(Permission::CampaignsManage)?;
    let draft = CampaignDraft::new(raw, site_settings(&caller.tx).await?.time_zone, problems)?;
    let campaign = insert(caller, &draft, ("campaign.create", None)).await?;
    match raw.status.filter(|status| *status != Status::Draft) {
        Some(status) => put(caller, &campaign, status).await,
        None => Ok(campaign),
    }
}

async fn insert(caller: &Caller, draft: &CampaignDraft, (action, of): (&str, Option<&str>)) -> Result<Campaign> {
    limits::must_have_room(&caller.tx, caller.now).await?;
    let id = caller.new_id();
    store::insert(&caller.tx, &id, draft, (&caller.actor.user_id, caller.now)).await?;
    let details = match of {
        Some(of) => json!({ "name": draft.name, "of": of }),
        None => json!({ "name": draft.name }),
    };
    audit::record(caller, action, ("campaign", &id), details).await?;
    reread(caller, &id).await
}

/// Changes a campaign. With `expected_version` set, only if nobody changed it since.
pub async fn edit(
    caller: &Caller,
    id: &str,
    raw: &RawCampaign,
    problems: Problems,
    expected_version: Option<i32>,
) -> Result<Campaign> {
    caller.must(Permission::CampaignsManage)?;
    let campaign = lock(caller, id, expected_version).await?;
    let draft = CampaignDraft::of(&campaign, raw, problems)?;
    let mut changed = campaign.clone();
    if draft != CampaignDraft::stored(&campaign) {
        store::update(&caller.tx, id, &draft).await?;
        audit::record(caller, "campaign.change", ("campaign", id), json!({ "name": draft.name })).await?;
        changed = reread(caller, id).await?;
    }
    match raw.status.filter(|status| *status != campaign.status) {
        Some(status) => put(caller, &changed, status).await,
        None => Ok(changed),
    }
}

/// Makes a move of a campaign's status; [`Error::Conflict`], naming those that are possible, when it is none of them.
pub async fn make(caller: &Caller, id: &str, step: Move, expected_version: Option<i32>) -> Result<Campaign> {
    caller.must(Permission::CampaignsManage)?;
    let campaign = lock(caller, id, expected_version).await?;
    let to = campaign.status.after(step)?;
    put(caller, &campaign, to).await
}

/// Puts a campaign where it is to stand, by the legal move that leads there. Does nothing if it already is there.
pub async fn move_to(caller: &Caller, id: &str, to: Status) -> Result<Campaign> {
    caller.must(Permission::CampaignsManage)?;
    let campaign = lock(caller, id, None).await?;
    if campaign.status == to { Ok(campaign) } else { put(caller, &campaign, to).await }
}

async fn put(caller: &Caller, campaign: &Campaign, to: Status) -> Result<Campaign> {
    campaign.status.way_to(to)?;
    store::set_status(&caller.tx, &campaign.id, to).await?;
    let details = json!({ "name": campaign.name, "from": campaign.status.as_str(), "to": to.as_str() });
    audit::record(caller, "campaign.move", ("campaign", &campaign.id), details).await?;
    reread(caller, &campaign.id).await
}

/// Makes a draft with the same details and content. Emails, posts and what was spent stay where they are.
pub async fn duplicate(caller: &Caller, id: &str) -> Result<Campaign> {
    caller.must(Permission::CampaignsManage)?;
    let campaign = store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    let mut draft = CampaignDraft::stored(&campaign);
    let beginning: String = draft.name.chars().take(NAME_LONGEST - COPY.len()).collect();
    draft.name = format!("{beginning}{COPY}");
    let copy = insert(caller, &draft, ("campaign.duplicate", Some(id))).await?;
    attached::store::copy(caller, id, &copy.id).await?;
    reread(caller, &copy.id).await
}

/// Deletes a campaign with what was spent on it. Its content, emails and posts stay as they are.
pub async fn delete(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<()> {
    caller.must(Permission::CampaignsManage)?;
    store::leave(&caller.tx, id).await?;
    let campaign = lock(caller, id, expected_version).await?;
    store::delete(&caller.tx, id).await?;
    audit::record(caller, "campaign.delete", ("campaign", id), json!({ "name": campaign.name })).await
}

pub async fn lock(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<Campaign> {
    let campaign = store::lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    crate::check_version(expected_version, campaign.version)?;
    Ok(campaign)
}

async fn reread(caller: &Caller, id: &str) -> Result<Campaign> {
    store::find(&caller.tx, id).await?.ok_or_else(|| Error::internal("a campaign that was just written is gone"))
}
