//! A person's right to see everything, and to be forgotten.

use kernel::Result;
use kernel::db::{Statements, Tenant};
use serde_json::{Value, json};

use super::{Contact, history};
use crate::audience::suppressions;

/// Everything that is known about a person.
pub async fn export(tx: &Tenant, contact: &Contact) -> Result<Value> {
    let sql = "SELECT coalesce(jsonb_agg(jsonb_build_object('form_id', form_id, 'asked_at', created_at, 'confirmed_at', confirmed_at,
                        'wording', consent_wording) ORDER BY id), '[]') AS requests
               FROM app.subscribe_requests WHERE email_hash = $1";
    let requests: Value = tx.one(sql, &[&contact.email_hash]).await?.get("requests");
    let sql = "SELECT coalesce(jsonb_agg(jsonb_build_object('email_id', email_id, 'address', email, 'state', state,
                        'sent_at', sent_at) ORDER BY id), '[]') AS sent FROM app.email_recipients WHERE contact_id = $1";
    let sent: Value = tx.one(sql, &[&contact.id]).await?.get("sent");
    let sql = "SELECT coalesce(jsonb_agg(jsonb_build_object('email_id', email_id, 'kind', kind, 'at', at,
                        'user_agent', user_agent) ORDER BY id), '[]') AS events FROM app.email_events WHERE contact_id = $1";
    let events: Value = tx.one(sql, &[&contact.id]).await?.get("events");
    let sql =
        "SELECT coalesce(jsonb_agg(jsonb_build_object('automation_id', automation_id, 'state', state, 'reason', reason,
                        'entered_at', entered_at, 'ended_at', ended_at) ORDER BY id), '[]') AS runs
               FROM app.automation_runs WHERE contact_id = $1";
    let runs: Value = tx.one(sql, &[&contact.id]).await?.get("runs");
    let suppression = suppressions::store::find(tx, &contact.email_hash).await?;
    let history = history::of(tx, &contact.id).await?;
    Ok(json!({ "contact": contact, "history": history, "sign_ups": requests, "emails": sent, "events": events,
        "automations": runs, "suppression": suppression }))
}

/// Takes the person out of what stays: rows that counts are made of, without address or browser.
pub async fn forget(tx: &Tenant, contact: &Contact) -> Result<()> {
    tx.execute("DELETE FROM app.subscribe_requests WHERE email_hash = $1", &[&contact.email_hash]).await?;
    tx.execute("UPDATE app.email_recipients SET email = '', reply = NULL WHERE contact_id = $1", &[&contact.id])
        .await?;
    let sql = "UPDATE app.email_events SET user_agent = NULL, details = NULL WHERE contact_id = $1";
    tx.execute(sql, &[&contact.id]).await?;
    let sql = "UPDATE app.contact_import_refusals SET email = NULL WHERE lower(email) = $1";
    tx.execute(sql, &[&contact.email_key]).await?;
    Ok(())
}
