//! Every write to contacts that a member of the organization makes.

use kernel::access::{Caller, Permission};
use kernel::error::FieldError;
use kernel::validate::Problems;
use kernel::{Error, Result, audit};
use serde_json::json;

use super::consent;
use super::draft::{ContactDraft, RawContact};
use super::{Contact, Status, history, store};
use crate::audience::fields;
use crate::audience::suppressions::{self, Reason};
use crate::automation::enter;

/// How many contacts are changed together at most.
pub const AT_ONCE: usize = 1000;

/// Adds a contact. An address that is suppressed is refused, with the reason.
pub async fn create(caller: &Caller, raw: &RawContact, problems: Problems) -> Result<Contact> {
    caller.must(Permission::CampaignsManage)?;
    let (raw, problems) = with_fields(caller, raw, problems).await?;
    let draft = ContactDraft::new(&raw, problems)?;
    if !matches!(draft.status, Status::Subscribed | Status::Pending | Status::Unsubscribed) {
        let words = "A new contact is subscribed, pending or unsubscribed.";
        return Err(Error::invalid("status", "not_allowed", words));
    }
    let hash = draft.address.hash(&caller.app, caller.tx.organization());
    refuse_suppressed(caller, &hash).await?;
    let id = caller.new_id();
    if !store::insert(&caller.tx, &id, (&draft, &hash), caller.now).await? {
        return Err(taken());
    }
    store::set_tags(&caller.tx, &id, &draft.tags, caller.now).await?;
    let words = match &draft.consent_source {
        Some(source) => format!("Added by hand; consent from: {source}"),
        None => "Added by hand, without a record of consent".to_owned(),
    };
    record(caller, &id, "added", &words).await?;
    enter::added(&caller.tx, std::slice::from_ref(&id), caller.now).await?;
    audit::record(caller, "contact.create", ("contact", &id), json!({})).await?;
    reread(caller, &id).await
}

/// Changes a contact. With `expected_version` set, only if nobody changed it since.
pub async fn edit(
    caller: &Caller,
    id: &str,
    raw: &RawContact,
    problems: Problems,
    expected_version: Option<i32>,
) -> Result<Contact> {
    caller.must(Permission::CampaignsManage)?;
    let contact = store::lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    crate::audience::check_version(expected_version, contact.version)?;
    let (raw, problems) = with_fields(caller, raw, problems).await?;
    let draft = ContactDraft::of(&contact, &raw, problems)?;
    let hash = draft.address.hash(&caller.app, caller.tx.organization());
    if draft.address.key != contact.email_key {
        refuse_suppressed(caller, &hash).await?;
    }
    if draft == ContactDraft::stored(&contact) {
        return Ok(contact);
    }
    store::update(&caller.tx, id, (&draft, &hash), caller.now).await.map_err(as_taken)?;
    if draft.tags != contact.tags {
        store::set_tags(&caller.tx, id, &draft.tags, caller.now).await?;
    }
    for (kind, words) in changes(&contact, &draft) {
        record(caller, id, kind, &words).await?;
    }
    if draft.status != contact.status {
        move_to(caller, &contact, &draft, &hash).await?;
    }
    audit::record(caller, "contact.change", ("contact", id), json!({})).await?;
    reread(caller, id).await
}

/// The same input with the values of the organization's own fields in their form.
async fn with_fields(caller: &Caller, raw: &RawContact, mut problems: Problems) -> Result<(RawContact, Problems)> {
    let mut raw = raw.clone();
    if let Some(values) = raw.fields.as_mut().filter(|values| !values.is_empty()) {
        fields::check(&fields::all(&caller.tx).await?, values, &mut problems);
    }
    Ok((raw, problems))
}

/// What changed, for the history.
fn changes(contact: &Contact, draft: &ContactDraft) -> Vec<(&'static str, String)> {
    let mut told = Vec::new();
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
    let pairs = [
        ("address", &Some(contact.email.clone()), &Some(draft.address.email.clone())),
        ("name", &contact.name, &draft.name),
        ("company", &contact.company, &draft.company),
        ("language", &contact.language, &draft.language),
        ("time zone", &contact.timezone, &draft.timezone),
    ];
    for (name, was, is) in pairs {
        if was != is {
            told.push(("edited", format!("Changed {name} from {} to {}", shown(was), shown(is))));
        }
    }
    if contact.fields != draft.fields {
        told.push(("edited", "Changed fields of your own".to_owned()));
    }
    if contact.tags != draft.tags {
        told.push(("tagged", format!("Tags are now: {}", draft.tags.join(", "))));
    }
    if draft.consents {
        let wording = draft.consent_wording.as_deref().map(|wording| format!(" “{wording}”")).unwrap_or_default();
        told.push(("consent", format!("Consent recorded from: {}{wording}", shown(&draft.consent_source))));
    }
    told
}

/// Who left comes back only by a new consent; who complained, or cannot be reached, only after somebody lifted the block.
async fn move_to(caller: &Caller, contact: &Contact, draft: &ContactDraft, hash: &[u8]) -> Result<()> {
    match draft.status {
        Status::Unsubscribed => {
            let how = format!("by {}", caller.actor.name);
            return consent::suppress(&caller.tx, hash, (Reason::Unsubscribed, &how), caller.now).await;
        }
        Status::Subscribed if contact.status == Status::Pending && draft.consent_source.is_some() => {}
        Status::Subscribed => {
            if !draft.consents {
                let words = "To subscribe somebody again, record the new consent: where it was given, and its words.";
                return Err(Error::invalid("status", "needs_consent", words));
            }
            match suppressions::store::find(&caller.tx, hash).await? {
                Some(found) if found.reason == Reason::Unsubscribed => {
                    suppressions::store::remove(&caller.tx, hash).await?;
                }
                Some(found) => return Err(suppressed(found.reason)),
                None => {}
            }
        }
        Status::Pending | Status::Bounced | Status::Complained => {
            let words = "A contact can be made subscribed or unsubscribed; the other states come about by themselves.";
            return Err(Error::invalid("status", "not_allowed", words));
        }
    }
    store::set_status(&caller.tx, &contact.id, draft.status, caller.now).await?;
    record(caller, &contact.id, "status", &format!("{}, was {}", draft.status.label(), contact.status.label())).await
}

async fn refuse_suppressed(caller: &Caller, hash: &[u8]) -> Result<()> {
    match suppressions::store::find(&caller.tx, hash).await? {
        Some(found) => Err(suppressed(found.reason)),
        None => Ok(()),
    }
}

fn suppressed(reason: Reason) -> Error {
    let words = format!(
        "This address is on the suppression list ({}). Take it from there first, if you have the person's word.",
        reason.label().to_lowercase()
    );
    Error::invalid("email", "suppressed", words)
}

/// Adds and removes tags of many contacts.
pub async fn tag_many(caller: &Caller, ids: &[String], (add, remove): (&[String], &[String])) -> Result<u64> {
    caller.must(Permission::CampaignsManage)?;
    refuse_too_many(ids)?;
    let mut problems = Problems::new();
    let add = super::draft::check_tags(&mut problems, add);
    let remove = super::draft::check_tags(&mut problems, remove);
    problems.finish(())?;
    let added = store::add_tags(&caller.tx, ids, &add, caller.now).await?;
    Ok(added + store::remove_tags(&caller.tx, ids, &remove).await?)
}

/// Takes many contacts off the list.
pub async fn unsubscribe_many(caller: &Caller, ids: &[String]) -> Result<u64> {
    caller.must(Permission::CampaignsManage)?;
    refuse_too_many(ids)?;
    let mut count = 0;
    for id in ids {
        let Some(contact) = store::lock(&caller.tx, id).await? else { continue };
        if contact.status == Status::Subscribed || contact.status == Status::Pending {
            let how = format!("by {}", caller.actor.name);
            consent::unsubscribe(&caller.tx, &contact.email_hash, &how, caller.now).await?;
            count += 1;
        }
    }
    audit::record(caller, "contact.unsubscribe", ("contact", ""), json!({ "count": count })).await?;
    Ok(count)
}

/// Deletes contacts. Who had left stays suppressed.
pub async fn delete(caller: &Caller, ids: &[String]) -> Result<u64> {
    caller.must(Permission::CampaignsManage)?;
    refuse_too_many(ids)?;
    let count = store::delete(&caller.tx, ids).await?;
    audit::record(
        caller,
        "contact.delete",
        ("contact", ids.first().map_or("", String::as_str)),
        json!({ "count": count }),
    )
    .await?;
    Ok(count)
}

/// Erases a person: the row and what hangs on it go, the hash of the address stays, so that no import brings them back.
/// Counts of emails stay, without the person.
pub async fn erase(caller: &Caller, id: &str) -> Result<()> {
    caller.must(Permission::CampaignsManage)?;
    let contact = store::lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    super::erasure::forget(&caller.tx, &contact).await?;
    suppressions::store::replace(&caller.tx, &contact.email_hash, Reason::Erased, caller.now).await?;
    store::delete(&caller.tx, &[contact.id]).await?;
    audit::record(caller, "contact.erase", ("contact", id), json!({})).await
}

fn refuse_too_many(ids: &[String]) -> Result<()> {
    if ids.len() <= AT_ONCE {
        return Ok(());
    }
    Err(Error::invalid("ids", "too_many", format!("Change at most {AT_ONCE} contacts at once.")))
}

async fn record(caller: &Caller, id: &str, kind: &str, words: &str) -> Result<()> {
    history::record(&caller.tx, id, (kind, words), Some(&caller.actor.name), caller.now).await
}

async fn reread(caller: &Caller, id: &str) -> Result<Contact> {
    store::find(&caller.tx, id).await?.ok_or_else(|| Error::internal("a contact that was just written is gone"))
}

fn taken() -> Error {
    Error::Taken(FieldError::new("email", "taken", "There is a contact with this address already."))
}

fn as_taken(error: Error) -> Error {
    match kernel::db::violated_constraint(&error) {
        Some("contacts_email_key" | "contacts_email_hash") => taken(),
        _ => error,
    }
}
