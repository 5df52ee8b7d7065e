//! The beginning and the end of a campaign, as the calendar moves them.

use ::campaigns::campaign::draft::RawCampaign;
use ::campaigns::campaign::{Status, actions, store};
use jiff::Timestamp;
use kernel::Result;
use kernel::access::Caller;
use kernel::api::Patch;
use kernel::db::Tenant;
use kernel::validate::Problems;

use super::model::Event;

/// A campaign's name, and the time that stands in the calendar while it can be moved.
pub async fn find(tx: &Tenant, id: &str, event: Event) -> Result<Option<(String, Option<Timestamp>)>> {
    let Some(campaign) = store::find(tx, id).await? else { return Ok(None) };
    let is_over = matches!(campaign.status, Status::Completed | Status::Cancelled);
    let at = match event {
        Event::Expires if !is_over => campaign.end_date,
        Event::Scheduled if matches!(campaign.status, Status::Draft | Status::Planning) => campaign.start_date,
        _ => None,
    };
    Ok(Some((campaign.name, at)))
}

/// Gives a campaign another beginning or end, under the rules that its form has.
pub async fn set_time(caller: &Caller, id: &str, event: Event, at: Timestamp) -> Result<()> {
    let at = Patch::Set(at.to_string());
    let raw = match event {
        Event::Expires => RawCampaign { end_date: at, ..RawCampaign::default() },
        _ => RawCampaign { start_date: at, ..RawCampaign::default() },
    };
    actions::edit(caller, id, &raw, Problems::new(), None).await.map(|_| ())
}
