//! Coming and going: the writes that a person causes through a signed link, and those that mail servers report.
//!
//! The caller has checked the link or the report; that takes the place of a permission.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::Tenant;

use super::{Status, history, store};
use crate::audience::suppressions::{self, Reason};

/// Takes an address off the list for good: for a click on unsubscribe, a hard bounce, a complaint. Safe to repeat, also for
/// an address whose contact is gone.
pub async fn suppress(tx: &Tenant, email_hash: &[u8], (reason, details): (Reason, &str), now: Timestamp) -> Result<()> {
    let contact = store::lock_by_hash(tx, email_hash).await?;
    let email = contact.as_ref().map(|contact| contact.email.as_str());
    suppressions::store::add(tx, email_hash, (email, reason, details), now).await?;
    let Some(contact) = contact else { return Ok(()) };
    let status = match reason {
        Reason::HardBounce | Reason::SoftBounces => Status::Bounced,
        Reason::Complaint => Status::Complained,
        Reason::Unsubscribed | Reason::Manual | Reason::Erased => Status::Unsubscribed,
    };
    if contact.status == status || contact.status == Status::Complained {
        return Ok(());
    }
    store::set_status(tx, &contact.id, status, now).await?;
    let words = format!("{}: {details}", status.label());
    history::record(tx, &contact.id, ("status", &words), None, now).await
}

/// Takes a person off the list, at their own wish.
pub async fn unsubscribe(tx: &Tenant, email_hash: &[u8], how: &str, now: Timestamp) -> Result<()> {
    suppress(tx, email_hash, (Reason::Unsubscribed, how), now).await
}
