//! Getting emails ready to be sent, and their ends.

use std::sync::Arc;

use jiff::Timestamp;
use kernel::db::{OrganizationId, Statements, Tenant};
use kernel::notify::{self, Kind, Notice};
use kernel::organization::site_settings;
use kernel::{App, Error, Result, events};

use super::letter::{Letter, Message, Texts, subject_line, templates};
use super::{frozen, store};
use crate::audience::rule;
use crate::automation;
use crate::composer;
use crate::returns::providers;
use crate::sending::compose::merge::Name;
use crate::sending::compose::{freeze, sender};
use crate::sending::domains;
use crate::sending::emails::{self, Email, Status};
use crate::sending::local_time::LocalTime;
use crate::sending::trial;

/// Freezes an email and makes its recipients, in the caller's transaction.
pub async fn start(tx: &Tenant, app: &App, email: &Email, now: Timestamp) -> Result<()> {
    if let Some(words) = sender::foreign_sender(tx, &email.from_email).await? {
        return Err(Error::invalid("from_email", "of_another", words));
    }
    let mut email = email.clone();
    composer::renew(tx, app, &mut email).await?;
    composer::note_uses(tx, (&email.id, &email.content), now).await?;
    let email = &email;
    let frozen = freeze::freeze(email)?;
    let value = email.audience_segment.clone().unwrap_or_default();
    let rule = rule::parse("audience_segment", &value)?;
    let home = site_settings(tx).await?.zone();
    let local = email.scheduled_for.filter(|_| email.in_local_time).map(|at| LocalTime::of(at, &home));
    let recipients = frozen::freeze(tx, email, &frozen, (&rule, local.as_ref(), now)).await?;
    if let Some(trial) = &email.trial {
        trial::begin(tx, email, trial, now).await?;
    }
    if recipients == 0 {
        rest_or_finish(tx, app, &email.id, now).await?;
    }
    Ok(())
}

/// The letter of a frozen email.
pub async fn letter(tx: &Tenant, app: &App, email_id: &str) -> Result<Letter> {
    let missing = || Error::internal(format!("the frozen texts of the email {email_id} are gone"));
    let email = emails::store::find(tx, email_id).await?.ok_or_else(missing)?;
    let body = store::body(tx, email_id).await?.ok_or_else(missing)?;
    let letter = make_letter(tx, app, &email, (&body.html, &body.plain_text, None)).await?;
    Ok(Letter { frozen_at: Some(body.frozen_at), ..letter })
}

/// A letter of these texts; with links of a test, nothing of it is counted.
pub async fn make_letter(
    tx: &Tenant,
    app: &App,
    email: &Email,
    (html, plain, links_of_test): (&str, &str, Option<Vec<String>>),
) -> Result<Letter> {
    let (subject, html, plain) = templates(&Texts { subject: &email.subject, html, plain })?;
    let second = email.trial.as_ref().map(|trial| subject_line(&trial.subject));
    let domain = email.from_email.rsplit('@').next().unwrap_or_default();
    let (signer, return_path) = domains::store::signer(tx, app, domain).await?;
    Ok(Letter {
        email_id: email.id.clone(),
        organization: tx.organization().clone(),
        organization_name: organization_name(tx).await?,
        from: (email.from_name.clone(), email.from_email.clone()),
        reply_to: email.reply_to.clone(),
        subject,
        second_subject: second.transpose()?,
        html,
        plain,
        providers: providers::kinds(tx).await?,
        return_path: return_path.or_else(|| app.settings.bounce_host.clone()),
        signer: signer.map(Arc::new),
        began: email.sent_at.unwrap_or(email.updated_at),
        frozen_at: None,
        links_of_test,
    })
}

/// Lets an email rest until something is due again, or ends it when everybody has an answer.
pub async fn rest_or_finish(tx: &Tenant, app: &App, email_id: &str, now: Timestamp) -> Result<()> {
    let is_paused = "SELECT paused_at IS NOT NULL AS is_paused FROM email_campaigns WHERE id = $1";
    let is_paused = tx.row(is_paused, &[&email_id]).await?.is_some_and(|row| row.get("is_paused"));
    let due = store::next_due(tx, email_id, now).await?;
    // A paused email waits for nothing but what is on its way, and is left alone then until it is woken.
    let until = if is_paused { due.lease } else { due.at }.map(|at| at.max(now));
    store::rest(tx, email_id, (&due, until)).await?;
    if due.at.is_some() {
        return Ok(());
    }
    let Some((status, told)) = store::finish(tx, email_id, now).await? else { return Ok(()) };
    let event = if status == Status::Sent { "email.sent" } else { "email.failed" };
    events::emit(tx, event, (email_id, told), now).await?;
    tell(tx, app, email_id, now).await
}

/// Tells who made an email how it ended.
async fn tell(tx: &Tenant, app: &App, email_id: &str, now: Timestamp) -> Result<()> {
    let Some(email) = emails::store::find(tx, email_id).await? else { return Ok(()) };
    let subject = for_nobody(tx, &email.subject).await?;
    let (kind, title) = match email.status {
        Status::Sent => (Kind::EmailSent, format!("“{subject}” was sent to {}", email.counts.sent)),
        _ => (Kind::EmailFailed, format!("“{subject}” could not be sent")),
    };
    let title: String = title.chars().take(200).collect();
    let detail = email.problem.clone().unwrap_or_default();
    let path = format!("emails/{email_id}");
    let notice = Notice { kind, title: &title, detail: &detail, path: &path };
    notify::tell(app, tx, std::slice::from_ref(&email.created_by), &notice, now).await
}

/// A subject as somebody reads it of whom nothing is known.
async fn for_nobody(tx: &Tenant, subject: &str) -> Result<String> {
    let Ok(line) = subject_line(subject) else { return Ok(subject.to_owned()) };
    let name = organization_name(tx).await?;
    Ok(line.render(&|tag| (*tag == Name::OrganizationName).then(|| name.clone())))
}

async fn organization_name(tx: &Tenant) -> Result<String> {
    let sql = "SELECT name FROM organizations WHERE id = $1";
    Ok(tx.one(sql, &[&tx.organization().as_str()]).await?.get("name"))
}

/// An email that cannot even begin: who made it reads why.
pub async fn fail(tx: &Tenant, app: &App, email_id: &str, (why, now): (&str, Timestamp)) -> Result<()> {
    let sql = r#"UPDATE email_campaigns SET status = 'FAILED', problem = left($2, 500), finished_at = $3, version = version + 1
               WHERE id = $1"#;
    tx.execute(sql, &[&email_id, &why, &now]).await?;
    automation::issue_failed(tx, email_id, why).await?;
    events::emit(tx, "email.failed", (email_id, serde_json::json!({ "problem": why })), now).await?;
    tell(tx, app, email_id, now).await
}

/// Keeps a message where people look at what would have been sent.
pub async fn keep_in_outbox(app: &App, organization: &OrganizationId, message: &Message) -> Result<()> {
    let now = app.clock.now();
    let sql = "INSERT INTO app.mails (id, organization_id, recipient, subject, body_text, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    let (id, organization) = (kernel::id::new(now), organization.as_str());
    let global = app.database.global().await?;
    global.execute(sql, &[&id, &organization, &message.recipient, &message.subject, &message.plain, &now]).await?;
    Ok(())
}
