//! Statements about emails.

use jiff::Timestamp;
use kernel::Result;
use kernel::db::{Statements, Tenant};
use kernel::jobs::Job;

use super::draft::EmailDraft;
use super::{Email, Status};
use crate::sending::jobs::SendTest;

/// Everything of an email but its texts, as [`super::model::Summary::from_row`] reads it.
pub const SUMMARY: &str = "id, campaign_id, automation_id, subject, preheader, from_name, from_email, reply_to, audience_segment, scheduled_for,
    in_local_time, trial, trial_chosen, sent_at, finished_at, paused_at, cancelled_at, status::text AS status, problem, recipients, sent, delivered, opened,
    opened_raw, clicked, clicked_raw, bounced, unsubscribed, complained, failed, uncertain, skipped, created_by, created_at,
    updated_at, version";

pub async fn find(tx: &Tenant, id: &str) -> Result<Option<Email>> {
    let sql =
        format!("SELECT {SUMMARY}, content, plain_text, composition, composed_text FROM email_campaigns WHERE id = $1");
    Ok(tx.row(&sql, &[&id]).await?.as_ref().map(Email::from_row))
}

/// The email of this id, kept from changing until the transaction ends.
pub async fn lock(tx: &Tenant, id: &str) -> Result<Option<Email>> {
    let sql = format!(
        "SELECT {SUMMARY}, content, plain_text, composition, composed_text FROM email_campaigns WHERE id = $1 FOR UPDATE"
    );
    Ok(tx.row(&sql, &[&id]).await?.as_ref().map(Email::from_row))
}

pub async fn insert(tx: &Tenant, id: &str, draft: &EmailDraft, (by, now): (&str, Timestamp)) -> Result<()> {
    let sql = "INSERT INTO email_campaigns
                 (organization_id, id, campaign_id, subject, preheader, content, plain_text, from_name, from_email, reply_to,
                  audience_segment, trial, composition, composed_text, created_by, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)";
    let EmailDraft {
        subject,
        preheader,
        content,
        plain_text,
        composition,
        composed_text,
        from_name,
        from_email,
        reply_to,
        audience_segment,
        campaign_id,
        trial,
    } = draft;
    let trial = trial.as_ref().map(serde_json::to_value).transpose()?;
    let composition = composition.as_ref().map(serde_json::to_value).transpose()?;
    let organization = tx.organization().as_str();
    tx.execute(
        sql,
        &[
            &organization,
            &id,
            campaign_id,
            subject,
            preheader,
            content,
            plain_text,
            from_name,
            from_email,
            reply_to,
            audience_segment,
            &trial,
            &composition,
            composed_text,
            &by,
            &now,
        ],
    )
    .await?;
    Ok(())
}

pub async fn update(tx: &Tenant, id: &str, draft: &EmailDraft) -> Result<()> {
    let sql =
        "UPDATE email_campaigns SET campaign_id = $2, subject = $3, preheader = $4, content = $5, plain_text = $6,
                 from_name = $7, from_email = $8, reply_to = $9, audience_segment = $10, trial = $11,
                 composition = $12, composed_text = $13, version = version + 1
               WHERE id = $1";
    let EmailDraft {
        subject,
        preheader,
        content,
        plain_text,
        composition,
        composed_text,
        from_name,
        from_email,
        reply_to,
        audience_segment,
        campaign_id,
        trial,
    } = draft;
    let trial = trial.as_ref().map(serde_json::to_value).transpose()?;
    let composition = composition.as_ref().map(serde_json::to_value).transpose()?;
    tx.execute(
        sql,
        &[
            &id,
            campaign_id,
            subject,
            preheader,
            content,
            plain_text,
            from_name,
            from_email,
            reply_to,
            audience_segment,
            &trial,
            &composition,
            composed_text,
        ],
    )
    .await?;
    Ok(())
}

pub async fn delete(tx: &Tenant, id: &str) -> Result<()> {
    tx.execute("DELETE FROM email_campaigns WHERE id = $1", &[&id]).await?;
    Ok(())
}

/// Forgets where the links of an email lead.
pub async fn delete_links(tx: &Tenant, id: &str) -> Result<()> {
    let sql = "DELETE FROM app.email_links WHERE organization_id = $1 AND email_id = $2";
    tx.execute(sql, &[&tx.organization().as_str(), &id]).await?;
    Ok(())
}

/// How many tests were sent since a moment.
pub async fn tests_since(tx: &Tenant, since: Timestamp) -> Result<i64> {
    let sql = "SELECT count(*) AS count FROM app.jobs WHERE organization_id = $1 AND kind = $2 AND created_at > $3";
    Ok(tx.one(sql, &[&tx.organization().as_str(), &SendTest::KIND, &since]).await?.get("count"))
}

/// Puts an email where it stands now. Whatever troubled it before is forgotten.
pub async fn set_status(tx: &Tenant, id: &str, status: Status, scheduled_for: Option<Timestamp>) -> Result<()> {
    let sql = r#"UPDATE email_campaigns SET status = $2::text::"EmailStatus", scheduled_for = $3, problem = NULL, paused_at = NULL,
                   cancelled_at = NULL, finished_at = NULL, sent_at = NULL, trial_chosen = NULL, version = version + 1 WHERE id = $1"#;
    tx.execute(sql, &[&id, &status.as_str(), &scheduled_for]).await?;
    Ok(())
}

/// Says whether it comes at the reader's own time of day.
pub async fn set_local_time(tx: &Tenant, id: &str, in_local_time: bool) -> Result<()> {
    tx.execute("UPDATE email_campaigns SET in_local_time = $2 WHERE id = $1", &[&id, &in_local_time]).await?;
    Ok(())
}

/// Pauses sending, or lets it go on.
pub async fn set_paused(tx: &Tenant, id: &str, paused_at: Option<Timestamp>, why: Option<&str>) -> Result<()> {
    let sql = "UPDATE email_campaigns SET paused_at = $2, problem = left($3, 500), version = version + 1 WHERE id = $1";
    tx.execute(sql, &[&id, &paused_at, &why]).await?;
    Ok(())
}

/// Leaves out everybody who was not written to yet. What is on its way at this moment comes to its own end.
pub async fn cancel_rest(tx: &Tenant, id: &str, now: Timestamp) -> Result<u64> {
    let sql = "UPDATE email_campaigns SET cancelled_at = $2, paused_at = NULL, problem = NULL, version = version + 1 WHERE id = $1";
    tx.execute(sql, &[&id, &now]).await?;
    skip_waiting(tx, id).await
}

/// Leaves out who still waits. Those whom a worker claims at this moment are passed over: it holds them and may wait for
/// the email that we hold; should they come back, the worker leaves them out.
pub async fn skip_waiting(tx: &Tenant, id: &str) -> Result<u64> {
    let sql = "WITH waiting AS (
                 SELECT organization_id, id FROM app.email_recipients
                 WHERE organization_id = $1 AND email_id = $2 AND state = 'queued' FOR UPDATE SKIP LOCKED)
               UPDATE app.email_recipients AS r SET state = 'skipped', due_at = NULL, reply = 'cancelled'
               FROM waiting WHERE r.organization_id = waiting.organization_id AND r.id = waiting.id";
    tx.execute(sql, &[&tx.organization().as_str(), &id]).await
}

/// Writes what is made of an email's blocks anew, where an article changed since. It is no new version: nobody wrote anything.
pub async fn set_rendered(tx: &Tenant, id: &str, (html, text): (&str, &str)) -> Result<()> {
    let sql = "UPDATE email_campaigns SET content = $2, composed_text = $3 WHERE id = $1";
    tx.execute(sql, &[&id, &html, &text]).await?;
    Ok(())
}

pub async fn is_campaign(tx: &Tenant, id: &str) -> Result<bool> {
    Ok(tx.row("SELECT FROM campaigns WHERE id = $1", &[&id]).await?.is_some())
}
