//! The program's own mails: queued in the transaction that causes them, sent by a job, or kept in the development
//! outbox while no SMTP server is configured.

use anyhow::Context;
use jiff::Timestamp;
use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde::{Deserialize, Serialize};

use crate::db::{OrganizationId, Row, Statements};
use crate::jobs::{self, Job, Task};
use crate::{App, Error, Result};

/// A mail in plain text to one person.
pub struct Mail<'a> {
    pub recipient: &'a str,
    pub subject: &'a str,
    pub text: &'a str,
}

/// A mail as the outbox shows it.
pub struct OutboxMail {
    pub id: String,
    pub recipient: String,
    pub subject: String,
    pub text: String,
    pub created_at: Timestamp,
}

impl OutboxMail {
    fn from_row(row: &Row) -> Self {
        Self {
            id: row.get("id"),
            recipient: row.get("recipient"),
            subject: row.get("subject"),
            text: row.get("body_text"),
            created_at: row.get("created_at"),
        }
    }
}

/// Queues a mail in the caller's transaction.
pub async fn queue(
    tx: &impl Statements,
    organization: Option<&OrganizationId>,
    mail: &Mail<'_>,
    now: Timestamp,
) -> Result<()> {
    let id = crate::id::new(now);
    let sql = "INSERT INTO app.mails (id, organization_id, recipient, subject, body_text, created_at)
               VALUES ($1, $2, $3, $4, $5, $6)";
    let organization_id = organization.map(OrganizationId::as_str);
    tx.execute(sql, &[&id, &organization_id, &mail.recipient, &mail.subject, &mail.text, &now]).await?;
    jobs::enqueue(tx, organization, &DeliverMail { mail: id }, now).await
}

/// Hands a queued mail to the SMTP server. Without one the mail stays in the outbox and the job is done.
#[derive(Serialize, Deserialize)]
pub struct DeliverMail {
    mail: String,
}

impl Job for DeliverMail {
    const KIND: &'static str = "mail.deliver";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let Some(smtp_url) = &app.settings.smtp_url else { return Ok(()) };
        let global = app.database.global().await?;
        let sql =
            "SELECT id, recipient, subject, body_text, created_at FROM app.mails WHERE id = $1 AND sent_at IS NULL";
        let Some(mail) = global.row(sql, &[&self.mail]).await?.as_ref().map(OutboxMail::from_row) else {
            return Ok(());
        };
        drop(global);
        let outcome = send(smtp_url, &app.settings.mail_from, &mail).await;
        let error = outcome.as_ref().err().map(|error| format!("{error:#}"));
        // A sent mail's text may hold a link that lets somebody in; it has done its work.
        let sql = "UPDATE app.mails SET attempts = attempts + 1, last_error = $2::text,
                     sent_at = CASE WHEN $2::text IS NULL THEN $3 END,
                     body_text = CASE WHEN $2::text IS NULL THEN '' ELSE body_text END
                   WHERE id = $1";
        app.database.global().await?.execute(sql, &[&self.mail, &error, &task.now]).await?;
        outcome.map_err(Error::Internal)
    }
}

/// Whether an address of an SMTP server can be used. Nothing is opened.
pub fn is_smtp_url(smtp_url: &str) -> bool {
    AsyncSmtpTransport::<Tokio1Executor>::from_url(smtp_url).is_ok()
}

/// A connection to the SMTP server of this address. Needs a running runtime.
fn transport(smtp_url: &str) -> anyhow::Result<AsyncSmtpTransport<Tokio1Executor>> {
    Ok(AsyncSmtpTransport::<Tokio1Executor>::from_url(smtp_url)?.build())
}

async fn send(smtp_url: &str, from: &str, mail: &OutboxMail) -> anyhow::Result<()> {
    let from: Mailbox = from.parse().context("the sender is no mail address")?;
    let to: Mailbox = mail.recipient.parse().context("the recipient is no mail address")?;
    let domain = from.email.domain().to_owned();
    let message = Message::builder()
        .from(from)
        .to(to)
        .subject(&mail.subject)
        // The same on every attempt, so that a receiver can tell a repeated delivery (RFC 5322, 3.6.4).
        .message_id(Some(format!("<{}@{domain}>", mail.id)))
        .header(lettre::message::header::ContentType::TEXT_PLAIN)
        .body(mail.text.clone())
        .context("the mail cannot be put together")?;
    transport(smtp_url)?.send(message).await.context("the SMTP server did not take the mail")?;
    Ok(())
}
