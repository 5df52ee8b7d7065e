//! What happens in an organization, told to the endpoints that asked to hear of it.
//!
//! A message and its deliveries are rows of the transaction that does the thing, so nobody hears of what was rolled back
//! and nothing that was done goes unheard. Whoever writes an entry of the audit log tells it by that alone, when its
//! action stands in [`KINDS`].

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::db::{Statements, Tenant};
use crate::{Result, jobs};

/// The kind of job that sends what is due in one organization.
pub const DELIVER: &str = "webhooks.deliver";
/// What a test sends; no endpoint needs to ask for it.
pub const PING: &str = "webhook.ping";

/// One kind of event: its name, what it says, and the actions of the audit log that bring it about.
pub struct Kind {
    pub name: &'static str,
    pub words: &'static str,
    actions: &'static [&'static str],
}

const fn kind(name: &'static str, words: &'static str, actions: &'static [&'static str]) -> Kind {
    Kind { name, words, actions }
}

/// Every kind there is. A feature adds its own here; the names follow Standard Webhooks (dotted, past tense).
pub const KINDS: &[Kind] = &[
    kind("content.created", "An item was made", &["content.create", "content.duplicate"]),
    kind("content.updated", "An item's text or details changed", &["content.withdraw"]),
    kind("content.submitted", "An item waits for a review", &["content.submit"]),
    kind("content.approved", "An item was approved", &["content.approve"]),
    kind("content.changes_requested", "A review asked for changes", &["content.request-changes"]),
    kind("content.scheduled", "An item will be published at a time", &["content.schedule"]),
    kind("content.published", "An item went public", &["content.publish"]),
    kind("content.unpublished", "An item is public no more", &["content.unpublish"]),
    kind("content.archived", "An item was archived", &["content.archive"]),
    kind("content.restored", "An item came back from the archive or the bin", &["content.restore", "content.undelete"]),
    kind("content.deleted", "An item was deleted", &["content.delete"]),
    kind("release.scheduled", "A release will be published at a time", &["release.schedule"]),
    kind("release.published", "All items of a release went public together", &["release.publish"]),
    kind("release.failed", "A release's time came and nothing of it was published", &["release.fail"]),
    kind("category.created", "A category was made", &["category.create"]),
    kind("category.updated", "A category changed or moved", &["category.change", "category.move"]),
    kind("category.deleted", "A category was deleted", &["category.delete"]),
    kind("tag.created", "A tag was made", &["tag.create"]),
    kind("tag.updated", "A tag changed", &["tag.change"]),
    kind("tag.merged", "A tag was merged into another", &["tag.merge"]),
    kind("tag.deleted", "A tag was deleted", &["tag.delete"]),
    kind("comment.created", "Somebody wrote a comment", &["comment.create"]),
    kind("comment.updated", "A comment was changed or decided about", &["comment.change"]),
    kind("comment.deleted", "A comment was deleted", &["comment.delete"]),
    kind("media.created", "A file came into the library", &["media.upload"]),
    kind("media.updated", "A file's details changed", &[]),
    kind("media.restored", "A file came back from the bin", &["media.restore"]),
    kind("media.deleted", "A file went into the bin", &["media.delete"]),
    kind("campaign.created", "A campaign was made", &["campaign.create", "campaign.duplicate"]),
    kind("campaign.updated", "A campaign changed", &["campaign.change"]),
    kind("campaign.moved", "A campaign's status changed", &["campaign.move"]),
    kind("campaign.deleted", "A campaign was deleted", &["campaign.delete"]),
    kind("email.created", "An email was made", &["email.create", "email.duplicate"]),
    kind("email.updated", "An email changed", &["email.change"]),
    kind("email.scheduled", "An email will be sent at a time", &["email.schedule"]),
    kind("email.sending", "An email is being sent", &["email.send"]),
    kind("email.paused", "The sending of an email was paused", &["email.pause"]),
    kind("email.resumed", "The sending of an email goes on", &["email.resume"]),
    kind("email.cancelled", "The sending of an email was cancelled", &["email.cancel"]),
    kind("email.sent", "An email went out to everybody", &[]),
    kind("email.failed", "An email could not be sent", &[]),
    kind("email.deleted", "An email was deleted", &["email.delete"]),
];

/// Tells what an entry of the audit log stands for, if that is an event.
pub(crate) async fn of_action(
    tx: &Tenant,
    action: &str,
    entity: (&str, &str),
    details: &Value,
    now: Timestamp,
) -> Result<()> {
    let Some(kind) = KINDS.iter().find(|kind| kind.actions.contains(&action)) else { return Ok(()) };
    emit(tx, kind.name, (entity.1, details.clone()), now).await
}

/// Queues an event for every active endpoint that asked for its kind: `{"type", "timestamp", "data"}`, where the data is
/// the thing's id (none where the details list `ids`) and what tells one thing from another. Thin on purpose: who wants
/// the whole thing reads it through the API, with the rights of a key.
pub async fn emit(tx: &Tenant, kind: &str, (id, details): (&str, Value), now: Timestamp) -> Result<()> {
    let sql = "SELECT id FROM app.webhook_endpoints
               WHERE organization_id = $1 AND is_active AND (events = '{}' OR $2 = ANY (events))";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &kind]).await?;
    let endpoints: Vec<String> = rows.iter().map(|row| row.get("id")).collect();
    send_to(tx, &endpoints, kind, (id, details), now).await
}

/// Queues an event for these endpoints, whether they asked for it or not.
pub async fn send_to(
    tx: &Tenant,
    endpoints: &[String],
    kind: &str,
    (id, details): (&str, Value),
    now: Timestamp,
) -> Result<()> {
    if endpoints.is_empty() {
        return Ok(());
    }
    let mut data = if details.is_object() { details } else { json!({}) };
    if !id.is_empty() {
        data["id"] = json!(id);
    }
    let payload = json!({ "type": kind, "timestamp": now, "data": data }).to_string();
    let message = format!("msg_{}", crate::id::new(now));
    let ids: Vec<String> = endpoints.iter().map(|_| crate::id::new(now)).collect();
    let sql = "WITH message AS (
                 INSERT INTO app.webhook_messages (organization_id, id, kind, payload, created_at)
                 VALUES ($1, $2, $3, $4, $5))
               INSERT INTO app.webhook_deliveries (organization_id, id, endpoint_id, message_id, next_attempt_at, created_at)
               SELECT $1, t.id, t.endpoint_id, $2, $5, $5 FROM unnest($6::text[], $7::text[]) AS t (id, endpoint_id)";
    let organization = tx.organization();
    tx.execute(sql, &[&organization.as_str(), &message, &kind, &payload, &now, &ids, &endpoints]).await?;
    deliver_at(tx, now).await
}

/// Queues the sending of what is due in this organization then.
pub async fn deliver_at(tx: &Tenant, at: Timestamp) -> Result<()> {
    jobs::enqueue_kind(tx, Some(tx.organization()), (DELIVER, &json!({})), at).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_dotted_and_no_action_tells_two_events() {
        let actions: Vec<&str> = KINDS.iter().flat_map(|kind| kind.actions).copied().collect();
        let mut unique = actions.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), actions.len());
        assert!(KINDS.iter().all(|kind| kind.name.split('.').count() == 2 && !kind.words.is_empty()));
    }
}
