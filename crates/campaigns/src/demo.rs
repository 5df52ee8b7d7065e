//! Sample campaigns for the demonstration organization.

use content::items::list::{Filter as ItemFilter, ListQuery, Sort, first};
use content::items::model::ContentStatus;
use jiff::{SignedDuration, Timestamp};
use kernel::Result;
use kernel::access::Caller;
use kernel::api::Patch;
use kernel::validate::Problems;

use crate::attached::model::RawAttached;
use crate::attached::{Role, actions as attached};
use crate::campaign::draft::RawCampaign;
use crate::campaign::list::{self, Filter};
use crate::campaign::{CampaignType, Status, actions};
use crate::money::RawMoney;
use crate::spend::{RawEntry, actions as spend};

/// Articles that the campaign that runs shows.
const ARTICLES: i64 = 4;

/// Gives an organization sample campaigns, unless it has any already.
pub async fn seed(caller: &Caller) -> Result<()> {
    if list::count(&caller.tx, &Filter::default()).await? > 0 {
        return Ok(());
    }
    let running = RawCampaign {
        name: Some("Better cups at home".into()),
        description: Patch::Set("Recipes that make our beans taste at home as they do at the counter.".into()),
        r#type: Some(CampaignType::ContentMarketing),
        status: Some(Status::Active),
        start_date: days_away(caller, -12),
        end_date: days_away(caller, 18),
        budget: Patch::Set(RawMoney("800".into())),
        goal_type: Patch::Set("published_content".into()),
        goal_value: Patch::Set(RawMoney("6".into())),
        ..RawCampaign::default()
    };
    let running = actions::create(caller, &running, Problems::new()).await?;
    let filter = ItemFilter { status: Some(ContentStatus::Published), stream_only: true, ..ItemFilter::default() };
    for (place, item) in first(&caller.tx, &ListQuery::new(filter, Sort::NEWEST, ARTICLES)).await?.iter().enumerate() {
        let role = if place == 0 { Role::Featured } else { Role::Supporting };
        let raw = RawAttached { content_id: Some(item.id.clone()), role: Some(role), priority: None };
        attached::attach(caller, &running.id, &raw, Problems::new()).await?;
    }
    for (amount, purpose) in [("180", "Photographs of the brewing table"), ("95.50", "Printed recipe cards")] {
        let raw = RawEntry { amount: RawMoney(amount.into()), spent_on: None, purpose: purpose.into() };
        spend::add(caller, &running.id, &raw, Problems::new()).await?;
    }
    let planned = RawCampaign {
        name: Some("The new Guatemala".into()),
        r#type: Some(CampaignType::ProductLaunch),
        status: Some(Status::Planning),
        start_date: days_away(caller, 25),
        end_date: days_away(caller, 46),
        budget: Patch::Set(RawMoney("1500".into())),
        goal_type: Patch::Set("clicks".into()),
        goal_value: Patch::Set(RawMoney("400".into())),
        ..RawCampaign::default()
    };
    actions::create(caller, &planned, Problems::new()).await?;
    Ok(())
}

fn days_away(caller: &Caller, days: i64) -> Patch<String> {
    let at: Timestamp = caller.now + SignedDuration::from_hours(24 * days);
    Patch::Set(at.to_string())
}
