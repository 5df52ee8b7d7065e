//! Statements that freeze an email and make its recipients.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};

use super::store::wake;
use crate::audience::contacts::store::may_be_sent_to;
use crate::audience::rule::{AsOf, Rule, Sql};
use crate::sending::compose::freeze::Frozen;
use crate::sending::emails::Email;
use crate::sending::local_time::LocalTime;

/// Writes down what is sent and to whom, and lets sending begin. Gives the number of recipients.
///
/// One statement makes the recipients, so a million of them cost one round trip; whoever is suppressed or has left the list
/// is none of them.
pub async fn freeze(
    tx: &Tenant,
    email: &Email,
    frozen: &Frozen,
    (rule, local, now): (&Rule, Option<&LocalTime>, Timestamp),
) -> Result<u64> {
    // Suppressions are looked up in a hash, which has to fit; and a large audience takes its time.
    tx.rows("SELECT set_config('work_mem', '128MB', true), set_config('statement_timeout', '10min', true)", &[])
        .await?;
    let organization = tx.organization().as_str();
    // Contacts that are deleted meanwhile would stay recipients.
    tx.rows("SELECT pg_advisory_xact_lock(app.recipients_lock($1))", &[&organization]).await?;
    for table in ["app.email_recipients", "app.email_links"] {
        // What is left of an earlier try of which nothing went out.
        let sql = format!("DELETE FROM {table} WHERE organization_id = $1 AND email_id = $2");
        tx.execute(&sql, &[&organization, &email.id]).await?;
    }
    write(tx, &email.id, frozen, now).await?;
    let recipients = insert_recipients(tx, email, (rule, local), now).await?;
    let sql = r#"UPDATE email_campaigns SET status = 'SENDING', sent_at = $2, problem = NULL WHERE id = $1"#;
    tx.execute(sql, &[&email.id, &now]).await?;
    wake(tx, &email.id, now).await?;
    Ok(recipients)
}

/// Writes down what is sent from now on. Links that are there already stay, for what was sent leads to them.
pub async fn write(tx: &Tenant, email_id: &str, frozen: &Frozen, now: Timestamp) -> Result<()> {
    let organization = tx.organization().as_str();
    let sql =
        "INSERT INTO app.email_bodies (organization_id, id, html, plain_text, frozen_at) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (organization_id, id) DO UPDATE
               SET html = excluded.html, plain_text = excluded.plain_text, frozen_at = excluded.frozen_at";
    tx.execute(sql, &[&organization, &email_id, &frozen.html, &frozen.plain_text, &now]).await?;
    let sql = "INSERT INTO app.email_links (organization_id, id, email_id, url, position)
               SELECT $1, $2 || '-' || (place - 1), $2, url, place - 1 FROM unnest($3::text[]) WITH ORDINALITY AS link (url, place)
               ON CONFLICT DO NOTHING";
    tx.execute(sql, &[&organization, &email_id, &frozen.links]).await?;
    let sql = "INSERT INTO app.return_paths (organization_id, email_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    tx.execute(sql, &[&organization, &email_id]).await?;
    Ok(())
}

async fn insert_recipients(
    tx: &Tenant,
    email: &Email,
    (rule, local): (&Rule, Option<&LocalTime>),
    now: Timestamp,
) -> Result<u64> {
    let mut sql = Sql::new();
    let condition = rule.condition(&mut sql, &AsOf::of(tx, now).await?)?;
    let (organization, id, at) =
        (sql.param(tx.organization().as_str().to_owned()), sql.param(email.id.clone()), sql.param(now));
    let (mut due, mut begins, mut join) = (at.clone(), "NULL::timestamptz".to_owned(), String::new());
    if let Some(local) = local {
        let (zones, moments) = moments(tx, local).await?;
        let (zones, moments, home) = (sql.param(zones), sql.param(moments), sql.param(local.in_zone(None)));
        join = format!("LEFT JOIN unnest({zones}, {moments}) AS zone (name, due) ON zone.name = contact.timezone");
        // Whose hour has passed gets it now.
        due = format!("greatest(coalesce(zone.due, {home}), {at})");
        begins.clone_from(&due);
    }
    let text = format!(
        "WITH made AS (
           INSERT INTO app.email_recipients (organization_id, id, email_id, contact_id, email, state, due_at, begins_at)
           SELECT {organization}, {id} || '-' || row_number() OVER (), {id}, contact.id, contact.email, 'queued', {due}, {begins}
           FROM app.contacts AS contact {join}
           WHERE contact.organization_id = {organization} AND {} AND {condition}
           RETURNING 1)
         SELECT count(*) AS count FROM made",
        may_be_sent_to(&at),
    );
    let rows = tx.rows_unprepared(&text, &sql.params()).await?;
    let count = rows.first().map_or(0, |row| row.get::<_, i64>("count"));
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Time zones at most: there are some six hundred names.
const ZONES_MOST: i64 = 2000;

/// The zones of contacts, and when it is time in each.
async fn moments(tx: &Tenant, local: &LocalTime) -> Result<(Vec<String>, Vec<Timestamp>)> {
    let sql = "SELECT DISTINCT timezone FROM app.contacts WHERE organization_id = $1 AND timezone IS NOT NULL LIMIT $2";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &ZONES_MOST]).await?;
    let zones: Vec<String> = rows.iter().map(|row| row.get("timezone")).collect();
    let moments = zones.iter().map(|zone| local.in_zone(Some(zone))).collect();
    Ok((zones, moments))
}
