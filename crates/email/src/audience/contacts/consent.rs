//! Coming and going: the writes that a person causes through a signed link, and those that mail servers report.
//!
//! The caller has checked the link or the report; that takes the place of a permission.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};
use serde_json::{Map, Value};

use super::draft::ContactDraft;
use super::{Status, history, store};
use crate::audience::address::Address;
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

/// What a person agreed to by a form, and what they said of themselves.
pub struct Consent<'a> {
    pub address: &'a Address,
    pub email_hash: &'a [u8],
    pub name: Option<&'a str>,
    pub company: Option<&'a str>,
    pub tags: &'a [String],
    pub source: String,
    pub wording: &'a str,
}

/// Puts a person on the list at their own wish, with the record of it. Whoever calls has seen that the address is theirs,
/// and lifted what stood against it. Gives the contact's id.
pub async fn subscribe(tx: &Tenant, consent: &Consent<'_>, now: Timestamp) -> Result<String> {
    let words = format!("Subscribed by: {} “{}”", consent.source, consent.wording);
    let id = match store::lock_by_hash(tx, consent.email_hash).await? {
        Some(contact) => {
            // What is known already outweighs what a stranger might have typed into a form.
            let sql = "UPDATE app.contacts SET status = 'subscribed', name = coalesce(name, $2), company = coalesce(company, $3),
                         consent_source = $4, consent_at = $5, consent_wording = $6, unsubscribed_at = NULL, paused_until = NULL,
                         version = version + 1 WHERE id = $1";
            let Consent { name, company, source, wording, .. } = consent;
            tx.execute(sql, &[&contact.id, name, company, source, &now, wording]).await?;
            contact.id
        }
        None => {
            let id = kernel::id::new(now);
            store::insert(tx, &id, (&draft(consent), consent.email_hash), now).await?;
            id
        }
    };
    store::add_tags(tx, std::slice::from_ref(&id), consent.tags, now).await?;
    history::record(tx, &id, ("form", &words), None, now).await?;
    Ok(id)
}

fn draft(consent: &Consent<'_>) -> ContactDraft {
    ContactDraft {
        address: consent.address.clone(),
        name: consent.name.map(str::to_owned),
        company: consent.company.map(str::to_owned),
        language: None,
        timezone: None,
        fields: Value::Object(Map::new()),
        tags: consent.tags.to_vec(),
        status: Status::Subscribed,
        consent_source: Some(consent.source.clone()),
        consent_wording: Some(consent.wording.to_owned()),
        consents: true,
    }
}
