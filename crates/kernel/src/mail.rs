//! The program's own mails: queued in the transaction that causes them, sent by a job, or kept in the development
//! outbox while no SMTP server is configured.

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use lettre::message::Mailbox;
use lettre::transport::smtp;
use lettre::transport::smtp::response::{Category, Code};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde::{Deserialize, Serialize};

use crate::db::{OrganizationId, Row, Statements};
use crate::jobs::{self, Job, Task};
use crate::{App, Error, Result};

/// How often a mail is tried before it is given up.
const TRIED_AT_MOST: i32 = 10;
/// How long the outbox remembers that a mail was sent.
const SENT_ARE_KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How many sent mails past that time are forgotten with each further one.
const FORGOTTEN_AT_ONCE: i64 = 100;

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
        // One that was given up has no text left.
        let sql = "SELECT id, recipient, subject, body_text, created_at, attempts FROM app.mails
                   WHERE id = $1 AND sent_at IS NULL AND body_text <> ''";
        let Some(row) = global.row(sql, &[&self.mail]).await? else { return Ok(()) };
        drop(global);
        let outcome = send(smtp_url, &app.settings.mail_from, &OutboxMail::from_row(&row)).await;
        let error = outcome.as_ref().err().map(ToString::to_string);
        let tries_again =
            matches!(outcome, Err(Failure::Passing(_))) && row.get::<_, i32>("attempts") + 1 < TRIED_AT_MOST;
        // The text may hold a link that lets somebody in; sent or given up, it has done its work.
        let sql = "UPDATE app.mails SET attempts = attempts + 1, last_error = $2::text,
                     sent_at = CASE WHEN $2::text IS NULL THEN $3 END,
                     body_text = CASE WHEN $4 THEN body_text ELSE '' END
                   WHERE id = $1";
        let global = app.database.global().await?;
        global.execute(sql, &[&self.mail, &error, &task.now, &tries_again]).await?;
        forget_sent(&global, task.now).await?;
        match outcome {
            Ok(()) => Ok(()),
            Err(failure) if tries_again => Err(Error::internal(failure)),
            // Not internal, so that the job is not tried again either.
            Err(failure) => Err(Error::Malformed(format!("the mail is given up: {failure}"))),
        }
    }
}

/// Forgets some of the mails that were sent long ago.
async fn forget_sent(global: &impl Statements, now: Timestamp) -> Result<()> {
    let sql = "DELETE FROM app.mails WHERE id IN (
                 SELECT id FROM app.mails WHERE sent_at < $1 ORDER BY sent_at LIMIT $2 FOR UPDATE SKIP LOCKED
               )";
    global.execute(sql, &[&(now - SENT_ARE_KEPT_FOR), &FORGOTTEN_AT_ONCE]).await?;
    Ok(())
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// Another attempt may succeed.
    #[error("{0:#}")]
    Passing(anyhow::Error),
    /// This mail will never be taken.
    #[error("{0:#}")]
    Lasting(anyhow::Error),
}

/// Whether an address of an SMTP server can be used. Nothing is opened.
pub fn is_smtp_url(smtp_url: &str) -> bool {
    AsyncSmtpTransport::<Tokio1Executor>::from_url(smtp_url).is_ok()
}

/// A connection to the SMTP server of this address. Needs a running runtime.
fn transport(smtp_url: &str) -> anyhow::Result<AsyncSmtpTransport<Tokio1Executor>> {
    Ok(AsyncSmtpTransport::<Tokio1Executor>::from_url(smtp_url)?.build())
}

async fn send(smtp_url: &str, from: &str, mail: &OutboxMail) -> Result<(), Failure> {
    let message = message(from, mail).map_err(Failure::Lasting)?;
    let transport = transport(smtp_url).map_err(Failure::Passing)?;
    match transport.send(message).await {
        Ok(_) => Ok(()),
        Err(error) => {
            let is_lasting = is_lasting(&error);
            let cause = anyhow::Error::new(error).context("the SMTP server did not take the mail");
            Err(if is_lasting { Failure::Lasting(cause) } else { Failure::Passing(cause) })
        }
    }
}

/// Whether the server refuses this mail for good. That it refuses our sign-in (530 to 538) is mended in the settings.
fn is_lasting(error: &smtp::Error) -> bool {
    let about_signing_in = |code: Code| matches!(code.category, Category::Unspecified3);
    error.is_permanent() && !error.status().is_some_and(about_signing_in)
}

fn message(from: &str, mail: &OutboxMail) -> anyhow::Result<Message> {
    let from: Mailbox = from.parse().context("the sender is no mail address")?;
    let to: Mailbox = mail.recipient.parse().context("the recipient is no mail address")?;
    let domain = from.email.domain().to_owned();
    Message::builder()
        .from(from)
        .to(to)
        .subject(&mail.subject)
        // The same on every attempt, so that a receiver can tell a repeated delivery (RFC 5322, 3.6.4).
        .message_id(Some(format!("<{}@{domain}>", mail.id)))
        // Without it a reader need not know of the encoding (RFC 2045, 4).
        .header(lettre::message::header::MIME_VERSION_1_0)
        .header(lettre::message::header::ContentType::TEXT_PLAIN)
        .body(mail.text.clone())
        .context("the mail cannot be put together")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_says_that_it_is_encoded() {
        let mail = OutboxMail {
            id: "m1".into(),
            recipient: "ada@example.org".into(),
            subject: "Grüße".into(),
            text: "Schöne Grüße".into(),
            created_at: Timestamp::UNIX_EPOCH,
        };
        let text = String::from_utf8(message("Harbor <news@harbor.test>", &mail).unwrap().formatted()).unwrap();
        assert!(
            text.contains("\r\nMIME-Version: 1.0\r\n") && text.contains("\r\nContent-Transfer-Encoding: "),
            "{text}"
        );
    }

    #[test]
    fn addresses_of_mail_servers_may_ask_for_encryption() {
        for url in ["smtps://user:password@mail.example.org", "smtp://mail.example.org:587?tls=required"] {
            assert!(is_smtp_url(url), "{url}");
        }
        assert!(!is_smtp_url("smtp+starttls://mail.example.org"));
    }
}
