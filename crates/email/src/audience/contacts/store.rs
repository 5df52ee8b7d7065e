//! Statements about contacts.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Row, Statements, Tenant};

use super::draft::ContactDraft;
use super::{Contact, Status};
use crate::automation::enter;

/// Everything of a contact, as [`Contact::from_row`] reads it.
pub const COLUMNS: &str =
    "contact.id, contact.email, contact.email_key, contact.email_hash, contact.name, contact.company,
    contact.language, contact.timezone, contact.fields, contact.status, contact.consent_source, contact.consent_at,
    contact.consent_wording, contact.unsubscribed_at, contact.paused_until, contact.created_at, contact.updated_at,
    contact.version, ARRAY(SELECT t.tag FROM app.contact_tags t WHERE t.organization_id = contact.organization_id
                           AND t.contact_id = contact.id ORDER BY t.tag) AS tags";

/// What holds for a contact that emails may be sent to now (`$now` stands for the parameter): subscribed, not pausing, and
/// not suppressed.
pub fn may_be_sent_to(now: &str) -> String {
    format!(
        "contact.status = 'subscribed' AND (contact.paused_until IS NULL OR contact.paused_until <= {now})
         AND contact.email_hash NOT IN (SELECT s.email_hash FROM app.suppressions s)"
    )
}

pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Contact>> {
    let sql = format!("SELECT {COLUMNS} FROM app.contacts AS contact WHERE contact.id = $1");
    Ok(tx.row(&sql, &[&id]).await?.as_ref().map(Contact::from_row))
}

/// The contact of this id, kept from changing until the transaction ends.
pub async fn lock(tx: &Tenant, id: &str) -> Result<Option<Contact>> {
    let sql = format!("SELECT {COLUMNS} FROM app.contacts AS contact WHERE contact.id = $1 FOR UPDATE");
    Ok(tx.row(&sql, &[&id]).await?.as_ref().map(Contact::from_row))
}

/// The contact of this address, as addresses are compared.
pub async fn find_by_key(tx: &Tenant, email_key: &str) -> Result<Option<Contact>> {
    let sql = format!("SELECT {COLUMNS} FROM app.contacts AS contact WHERE contact.email_key = $1");
    Ok(tx.row(&sql, &[&email_key]).await?.as_ref().map(Contact::from_row))
}

/// The contact of this address, by its keyed hash, kept from changing until the transaction ends.
pub async fn lock_by_hash(tx: &Tenant, email_hash: &[u8]) -> Result<Option<Contact>> {
    let sql = format!("SELECT {COLUMNS} FROM app.contacts AS contact WHERE contact.email_hash = $1 FOR UPDATE");
    Ok(tx.row(&sql, &[&email_hash]).await?.as_ref().map(Contact::from_row))
}

/// Adds a contact; `false` when there is one with this address.
pub async fn insert(
    tx: &Tenant,
    id: &str,
    (draft, email_hash): (&ContactDraft, &[u8]),
    now: Timestamp,
) -> Result<bool> {
    let sql = "INSERT INTO app.contacts
                 (organization_id, id, email, email_key, email_hash, name, company, language, timezone, fields, status,
                  consent_source, consent_at, consent_wording, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)
               ON CONFLICT (organization_id, email_key) DO NOTHING";
    let consent_at = draft.consent_source.is_some().then_some(now);
    let added = tx
        .execute(
            sql,
            &[
                &tx.organization().as_str(),
                &id,
                &draft.address.email,
                &draft.address.key,
                &email_hash,
                &draft.name,
                &draft.company,
                &draft.language,
                &draft.timezone,
                &draft.fields,
                &draft.status.as_str(),
                &draft.consent_source,
                &consent_at,
                &draft.consent_wording,
                &now,
            ],
        )
        .await?;
    Ok(added == 1)
}

pub async fn update(tx: &Tenant, id: &str, (draft, email_hash): (&ContactDraft, &[u8]), now: Timestamp) -> Result<()> {
    let sql = "UPDATE app.contacts SET email = $2, email_key = $3, email_hash = $4, name = $5, company = $6, language = $7,
                 timezone = $8, fields = $9, consent_source = $10, consent_wording = $11,
                 consent_at = CASE WHEN $12 THEN $13 WHEN $10 IS NULL THEN NULL ELSE consent_at END, version = version + 1
               WHERE id = $1";
    tx.execute(
        sql,
        &[
            &id,
            &draft.address.email,
            &draft.address.key,
            &email_hash,
            &draft.name,
            &draft.company,
            &draft.language,
            &draft.timezone,
            &draft.fields,
            &draft.consent_source,
            &draft.consent_wording,
            &draft.consents,
            &now,
        ],
    )
    .await?;
    Ok(())
}

pub async fn set_status(tx: &Tenant, id: &str, status: Status, now: Timestamp) -> Result<()> {
    let sql = "UPDATE app.contacts SET status = $2, version = version + 1,
                 unsubscribed_at = CASE WHEN $2 = 'unsubscribed' THEN $3 WHEN $2 = 'subscribed' THEN NULL ELSE unsubscribed_at END
               WHERE id = $1";
    tx.execute(sql, &[&id, &status.as_str(), &now]).await?;
    Ok(())
}

/// Gives a contact exactly these tags.
pub async fn set_tags(tx: &Tenant, id: &str, tags: &[String], now: Timestamp) -> Result<()> {
    tx.execute("DELETE FROM app.contact_tags WHERE contact_id = $1 AND NOT tag = ANY ($2)", &[&id, &tags]).await?;
    add_tags(tx, &[id.to_owned()], tags, now).await?;
    Ok(())
}

/// Adds tags to contacts, and gives how many were not there before. Those may begin automations.
pub async fn add_tags(tx: &Tenant, ids: &[String], tags: &[String], now: Timestamp) -> Result<u64> {
    let sql = "INSERT INTO app.contact_tags (organization_id, contact_id, tag, created_at)
               SELECT $1, c.id, t.tag, $4 FROM app.contacts c, unnest($3::text[]) AS t (tag)
               WHERE c.organization_id = $1 AND c.id = ANY ($2) ON CONFLICT DO NOTHING RETURNING contact_id, tag";
    let added = tx.rows(sql, &[&tx.organization().as_str(), &ids, &tags, &now]).await?;
    note_tagged(tx, &added, now).await?;
    Ok(u64::try_from(added.len()).unwrap_or(0))
}

/// Begins the automations that wait for tags: the rows tell `contact_id` and `tag`.
pub async fn note_tagged(tx: &Tenant, added: &[Row], now: Timestamp) -> Result<()> {
    let column = |name: &str| added.iter().map(|row| row.get::<_, String>(name)).collect::<Vec<_>>();
    enter::tagged(tx, (&column("contact_id"), &column("tag")), now).await
}

pub async fn remove_tags(tx: &Tenant, ids: &[String], tags: &[String]) -> Result<u64> {
    tx.execute("DELETE FROM app.contact_tags WHERE contact_id = ANY ($1) AND tag = ANY ($2)", &[&ids, &tags]).await
}

pub async fn delete(tx: &Tenant, ids: &[String]) -> Result<u64> {
    tx.execute("DELETE FROM app.contacts WHERE id = ANY ($1)", &[&ids]).await
}

/// Tags in use, by name. Hops from one to the next in the index, so that a million contacts with the same few tags cost
/// no more than ten.
pub async fn tags_in_use(tx: &Tenant, most: i64) -> Result<Vec<String>> {
    let sql = "WITH RECURSIVE used AS (
                 (SELECT tag, 1 AS place FROM app.contact_tags ORDER BY tag LIMIT 1)
                 UNION ALL
                 SELECT (SELECT t.tag FROM app.contact_tags t WHERE t.tag > used.tag ORDER BY t.tag LIMIT 1), place + 1
                 FROM used WHERE used.tag IS NOT NULL AND place < $1
               )
               SELECT tag FROM used WHERE tag IS NOT NULL";
    Ok(tx.rows(sql, &[&most]).await?.iter().map(|row| row.get("tag")).collect())
}
