//! How contacts come into automations: one statement whatever their number, and a job for each of them.
//!
//! What lets somebody in has a name, the entry; the same entry lets nobody in twice.

use jiff::Timestamp;
use kernel::db::{Row, Statements, Tenant};
use kernel::{Result, jobs};

use super::run::TakeSteps;

/// What all entries insert; ids are made by the database, for it alone knows how many there are.
const INSERT: &str =
    "INSERT INTO app.automation_runs (organization_id, id, automation_id, contact_id, entry, wake_at, entered_at)
     SELECT $1, gen_random_uuid()::text, a.id, contact.id,";

/// Somebody confirmed a sign-up by a form.
pub async fn signed_up(tx: &Tenant, contact: &str, form: &str, now: Timestamp) -> Result<()> {
    let sql = format!(
        "{INSERT} 'sign-up', $2, $2 FROM app.automations AS a
         JOIN app.contacts AS contact ON contact.organization_id = a.organization_id AND contact.id = $3
         WHERE a.organization_id = $1 AND a.status = 'ACTIVE' AND a.trigger ->> 'kind' = 'sign_up'
           AND coalesce(a.trigger ->> 'form_id', $4) = $4 AND contact.status = 'subscribed'
         ON CONFLICT DO NOTHING RETURNING id"
    );
    let entered = tx.rows(&sql, &[&tx.organization().as_str(), &now, &contact, &form]).await?;
    begin(tx, &entered, now).await
}

/// Contacts were added by hand or by an import.
pub async fn added(tx: &Tenant, contacts: &[String], now: Timestamp) -> Result<()> {
    let sql = format!(
        "{INSERT} 'sign-up', $2, $2 FROM app.automations AS a
         JOIN app.contacts AS contact ON contact.organization_id = a.organization_id AND contact.id = ANY ($3)
         WHERE a.organization_id = $1 AND a.status = 'ACTIVE' AND a.trigger ->> 'kind' = 'sign_up'
           AND a.trigger ->> 'form_id' IS NULL AND a.trigger ->> 'counts_added' = 'true' AND contact.status = 'subscribed'
         ON CONFLICT DO NOTHING RETURNING id"
    );
    let entered = tx.rows(&sql, &[&tx.organization().as_str(), &now, &contacts]).await?;
    begin(tx, &entered, now).await
}

/// Contacts were given tags that they did not have: pairs of a contact's id and a tag.
pub async fn tagged(tx: &Tenant, (contacts, tags): (&[String], &[String]), now: Timestamp) -> Result<()> {
    if contacts.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "{INSERT} 'tag', $2, $2 FROM unnest($3::text[], $4::text[]) AS given (contact_id, tag)
         JOIN app.automations AS a ON a.organization_id = $1 AND a.status = 'ACTIVE' AND a.trigger ->> 'kind' = 'tag'
           AND a.trigger ->> 'tag' = given.tag
         JOIN app.contacts AS contact ON contact.organization_id = $1 AND contact.id = given.contact_id
         WHERE contact.status = 'subscribed' ON CONFLICT DO NOTHING RETURNING id"
    );
    let entered = tx.rows(&sql, &[&tx.organization().as_str(), &now, &contacts, &tags]).await?;
    begin(tx, &entered, now).await
}

/// Dates that have come, in the zones in which they have.
#[derive(Default)]
pub struct Due {
    /// Names of contacts' zones; empty for the organization's own.
    pub zones: Vec<String>,
    /// Dates as contacts keep them, or their ends without the year.
    pub days: Vec<String>,
    /// The year or the whole date: what lets each in once.
    pub entries: Vec<String>,
    /// Zones that count; contacts in others, or in none, count as being in the organization's.
    pub known: Vec<String>,
}

/// The date of contacts has come.
pub async fn dated(tx: &Tenant, (automation, field): (&str, &str), due: &Due, now: Timestamp) -> Result<()> {
    // An anniversary is none before the year it is counted from.
    let sql = format!(
        "{INSERT} 'date ' || due.entry, $2, $2
         FROM unnest($5::text[], $6::text[], $7::text[]) AS due (zone, day, entry)
         JOIN app.automations AS a ON a.organization_id = $1 AND a.id = $3
         JOIN app.contacts AS contact ON contact.organization_id = $1 AND contact.status = 'subscribed'
           AND right(contact.fields ->> $4, char_length(due.day)) = due.day
           AND left(contact.fields ->> $4, 4) <= left(due.entry, 4)
           AND CASE WHEN contact.timezone = ANY ($8) THEN contact.timezone ELSE '' END = due.zone
         ON CONFLICT DO NOTHING RETURNING id"
    );
    let organization = tx.organization().as_str();
    let Due { zones, days, entries, known } = due;
    let entered = tx.rows(&sql, &[&organization, &now, &automation, &field, zones, days, entries, known]).await?;
    begin(tx, &entered, now).await
}

/// Lets one contact in by hand; none while it is on its way already.
pub async fn by_hand(tx: &Tenant, automation: &str, contact: &str, now: Timestamp) -> Result<Option<String>> {
    let sql = format!(
        "{INSERT} 'by hand ' || $4, $2, $2 FROM app.automations AS a
         JOIN app.contacts AS contact ON contact.organization_id = a.organization_id AND contact.id = $5
         WHERE a.organization_id = $1 AND a.id = $3 AND NOT EXISTS (
           SELECT FROM app.automation_runs AS r WHERE r.organization_id = $1 AND r.automation_id = $3
             AND r.contact_id = contact.id AND r.state = 'WAITING')
         ON CONFLICT DO NOTHING RETURNING id"
    );
    let organization = tx.organization().as_str();
    let entered = tx.rows(&sql, &[&organization, &now, &automation, &now.to_string(), &contact]).await?;
    begin(tx, &entered, now).await?;
    Ok(entered.first().map(|row| row.get("id")))
}

async fn begin(tx: &Tenant, entered: &[Row], now: Timestamp) -> Result<()> {
    let steps: Vec<(TakeSteps, Timestamp)> =
        entered.iter().map(|row| (TakeSteps { run: row.get("id") }, now)).collect();
    jobs::enqueue_all(tx, tx.organization(), &steps).await
}
