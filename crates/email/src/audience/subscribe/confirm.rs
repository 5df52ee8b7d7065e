//! The click that confirms a sign-up.

use jiff::{SignedDuration, Timestamp};
use kernel::db::Tenant;
use kernel::{Error, Result, secret};

use super::requests::{self, Request};
use crate::audience::address::Address;
use crate::audience::contacts::consent::{self, Consent};
use crate::audience::forms::{self, SubscribeForm};
use crate::audience::suppressions::{self, Reason};
use crate::automation::enter;

/// How long the link in a mail works.
pub const CONFIRMED_WITHIN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The request of a link with its form, unless it is over.
pub async fn find(tx: &Tenant, (token, now): (&str, Timestamp)) -> Result<(Request, SubscribeForm)> {
    let request = requests::lock(tx, &secret::hash(token)).await?.ok_or(Error::NotFound)?;
    if request.created_at + CONFIRMED_WITHIN < now {
        return Err(Error::NotFound);
    }
    let form = forms::find(tx, &request.form_id).await?.ok_or(Error::NotFound)?;
    Ok((request, form))
}

/// Puts the person on the list, with the record of what they agreed to. Safe to repeat.
pub async fn confirm(tx: &Tenant, (token, now): (&str, Timestamp)) -> Result<SubscribeForm> {
    let (request, form) = find(tx, (token, now)).await?;
    if request.confirmed_at.is_some() {
        return Ok(form);
    }
    let address = Address::parse(&request.email).ok_or(Error::NotFound)?;
    match suppressions::store::find(tx, &request.email_hash).await?.map(|found| found.reason) {
        None => {}
        // The mail arrived, and the person wants to be written to again: the old block is answered.
        Some(Reason::Unsubscribed | Reason::Erased | Reason::HardBounce | Reason::SoftBounces) => {
            suppressions::store::remove(tx, &request.email_hash).await?;
        }
        Some(Reason::Complaint | Reason::Manual) => {
            let words = "This address cannot be subscribed here. Write to the sender if you want to get their emails.";
            return Err(Error::Conflict(words.into()));
        }
    }
    requests::confirm(tx, &request.id, now).await?;
    subscribe(tx, (&form, &request), &address, now).await?;
    Ok(form)
}

/// The contact of a request, subscribed.
pub async fn subscribe(
    tx: &Tenant,
    (form, request): (&SubscribeForm, &Request),
    address: &Address,
    now: Timestamp,
) -> Result<()> {
    let consent = Consent {
        address,
        email_hash: &request.email_hash,
        name: request.name.as_deref(),
        company: request.company.as_deref(),
        tags: &form.tags,
        source: format!("Form “{}”", form.title).chars().take(200).collect(),
        wording: &request.consent_wording,
    };
    let contact = consent::subscribe(tx, &consent, now).await?;
    enter::signed_up(tx, &contact, &form.id, now).await
}
