//! Every write to what was spent: permission, rule, store. The caller commits.

use kernel::access::{Caller, Permission};
use kernel::validate::Problems;
use kernel::{Error, Result, audit};
use serde_json::json;

use super::model::{Draft, ENTRIES_MOST, Entry, RawEntry};
use super::store;
use crate::campaign::actions::lock;
use crate::campaign::time;
use crate::money::Money;

/// Writes down money that was spent on a campaign.
pub async fn add(caller: &Caller, id: &str, raw: &RawEntry, problems: Problems) -> Result<Entry> {
    caller.must(Permission::CampaignsManage)?;
    let campaign = lock(caller, id, None).await?;
    let today = caller.now.to_zoned(time::zone(&campaign.timezone)).date();
    let draft = Draft::new(raw, today, problems)?;
    if campaign.spend.hundredths() + draft.amount.hundredths() > Money::LARGEST.hundredths() {
        let words = format!("With this, the campaign would have cost more than {}.", Money::LARGEST.shown());
        return Err(Error::invalid("amount", "too_large", words));
    }
    if store::count(&caller.tx, id).await? >= ENTRIES_MOST {
        let words = format!("A campaign holds at most {ENTRIES_MOST} entries. Write several costs down as one.");
        return Err(Error::invalid("amount", "too_many", words));
    }
    let entry = caller.new_id();
    store::insert(&caller.tx, (&entry, id), &draft, (&caller.actor.user_id, caller.now)).await?;
    let details = json!({ "name": campaign.name, "amount": draft.amount, "spent_on": draft.spent_on });
    audit::record(caller, "campaign.spend", ("campaign", id), details).await?;
    store::find(&caller.tx, id, &entry).await?.ok_or_else(|| Error::internal("an entry that was just written is gone"))
}

/// Takes back an entry that was wrong.
pub async fn remove(caller: &Caller, id: &str, entry: &str) -> Result<()> {
    caller.must(Permission::CampaignsManage)?;
    let campaign = lock(caller, id, None).await?;
    let entry = store::find(&caller.tx, id, entry).await?.ok_or(Error::NotFound)?;
    store::delete(&caller.tx, &entry.id).await?;
    let details = json!({ "name": campaign.name, "amount": entry.amount, "spent_on": entry.spent_on });
    audit::record(caller, "campaign.unspend", ("campaign", id), details).await
}
