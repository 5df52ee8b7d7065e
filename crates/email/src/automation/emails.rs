//! The emails of an automation: they are sent on by the machine that sends all others, and get their recipients one by one.

use jiff::Timestamp;
use kernel::access::Caller;
use kernel::db::{Statements, Tenant};
use kernel::validate::Problems;
use kernel::{Error, Result};

use super::model::{Kind, Step, emails_of};
use super::store::Walker;
use crate::composer;
use crate::sending::compose::{checks, freeze};
use crate::sending::delivery::{frozen, store as queue};
use crate::sending::emails::{Email, Status, store};

/// Makes the emails of new steps the automation's own, and lets go of those whose steps are gone.
pub async fn follow(caller: &Caller, automation: &str, (old, new): (&[Step], &[Step])) -> Result<()> {
    let mut problems = Problems::new();
    let (before, now) = (emails_of(old), emails_of(new));
    for (place, step) in new.iter().enumerate() {
        let Kind::Send { email_id } = &step.kind else { continue };
        let field = format!("steps[{place}].email_id");
        if now.iter().filter(|other| *other == email_id).count() > 1 {
            problems.add(&field, "taken", "Two steps send this email. Duplicate it, and send the copy in one of them.");
        } else if !before.contains(email_id) {
            take(caller, automation, (&field, email_id), &mut problems).await?;
        }
    }
    problems.finish(())?;
    for email in before.iter().filter(|email| !now.contains(email)) {
        let_go(caller, email).await?;
    }
    Ok(())
}

async fn take(caller: &Caller, automation: &str, (field, id): (&str, &str), problems: &mut Problems) -> Result<()> {
    let Some(email) = store::lock(&caller.tx, id).await? else {
        problems.add(field, "unknown", "There is no email of this id.");
        return Ok(());
    };
    if email.automation_id.as_deref().is_some_and(|other| other != automation) {
        problems.add(field, "taken", "This email belongs to another automation. Duplicate it, and send the copy.");
    } else if !matches!(email.status, Status::Draft | Status::Failed) {
        let words = format!("This email {}. Duplicate it, and send the copy.", email.state_words());
        problems.add(field, "not_a_draft", words);
    } else {
        let sql = "UPDATE email_campaigns SET automation_id = $2, version = version + 1 WHERE id = $1";
        caller.tx.execute(sql, &[&id, &automation]).await?;
    }
    Ok(())
}

/// Makes an email an ordinary one again: a draft if nobody got it, else it ends when everybody has an answer.
pub async fn let_go(caller: &Caller, id: &str) -> Result<()> {
    let Some(email) = store::lock(&caller.tx, id).await? else { return Ok(()) };
    let sql = "UPDATE email_campaigns SET automation_id = NULL, version = version + 1 WHERE id = $1";
    caller.tx.execute(sql, &[&id]).await?;
    if email.status != Status::Sending {
        return Ok(());
    }
    if email.counts.recipients == 0 {
        return store::set_status(&caller.tx, id, Status::Draft, None).await;
    }
    if email.counts.waiting() == 0 {
        // Everybody has an answer, and whoever takes it out needs no notice that it was sent.
        queue::finish(&caller.tx, id, caller.now).await?;
        return Ok(());
    }
    queue::wake(&caller.tx, id, caller.now).await
}

/// Gets the emails of these steps ready to be sent; what stands in the way is told at the steps.
pub async fn open(caller: &Caller, steps: &[Step]) -> Result<()> {
    let mut problems = Problems::new();
    for (place, step) in steps.iter().enumerate() {
        let Kind::Send { email_id } = &step.kind else { continue };
        let field = format!("steps[{place}].email_id");
        match store::lock(&caller.tx, email_id).await? {
            None => problems.add(&field, "unknown", "This email is gone. Take the step out, or send another one."),
            Some(email) if email.status == Status::Sending && is_frozen(&caller.tx, email_id).await? => {}
            Some(email) => match freeze_first(caller, email).await {
                Ok(()) => {}
                Err(Error::Invalid(errors)) => {
                    let words = errors.into_iter().next().map(|error| error.message).unwrap_or_default();
                    problems.add(&field, "not_ready", words);
                }
                Err(error) => return Err(error),
            },
        }
    }
    problems.finish(())
}

async fn is_frozen(tx: &Tenant, id: &str) -> Result<bool> {
    let sql = "SELECT FROM app.email_bodies WHERE organization_id = $1 AND id = $2";
    Ok(tx.row(sql, &[&tx.organization().as_str(), &id]).await?.is_some())
}

/// What an email of an automation has to be, beside what every email has to.
pub fn must_not_be_written_of_two(email: &Email) -> Result<()> {
    if email.automation_id.is_none() || email.trial.is_none() {
        return Ok(());
    }
    let words = "An email of an automation has one subject line, for its readers come one by one. Take out the second.";
    Err(Error::invalid("trial", "in_automation", words))
}

async fn freeze_first(caller: &Caller, mut email: Email) -> Result<()> {
    must_not_be_written_of_two(&email)?;
    let problems = checks::of(caller, &email).await?.problems();
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    composer::renew(&caller.tx, &caller.app, &mut email).await?;
    composer::note_uses(&caller.tx, (&email.id, &email.content), caller.now).await?;
    // Those of an earlier try of which nothing went out would stand in the way of readers to come.
    let sql = "DELETE FROM app.email_recipients WHERE organization_id = $1 AND email_id = $2";
    caller.tx.execute(sql, &[&caller.tx.organization().as_str(), &email.id]).await?;
    let frozen = freeze::freeze_after(&email, links(&caller.tx, &email.id).await?)?;
    frozen::write(&caller.tx, &email.id, &frozen, caller.now).await?;
    let sql = r#"UPDATE email_campaigns SET status = 'SENDING', sent_at = $2, scheduled_for = NULL, problem = NULL, paused_at = NULL,
                   cancelled_at = NULL, finished_at = NULL, version = version + 1 WHERE id = $1"#;
    caller.tx.execute(sql, &[&email.id, &caller.now]).await?;
    Ok(())
}

/// Sends an email of an automation as it is now from here on. Links of what was sent keep leading where they led.
pub async fn freeze_anew(caller: &Caller, email: &Email) -> Result<()> {
    must_not_be_written_of_two(email)?;
    let problems = checks::of(caller, email).await?.problems();
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let frozen = freeze::freeze_after(email, links(&caller.tx, &email.id).await?)?;
    frozen::write(&caller.tx, &email.id, &frozen, caller.now).await
}

/// Where the links of what was sent of an email lead, by their positions.
async fn links(tx: &Tenant, id: &str) -> Result<Vec<String>> {
    let sql = "SELECT url FROM app.email_links WHERE organization_id = $1 AND email_id = $2 ORDER BY position";
    let rows = tx.rows(sql, &[&tx.organization().as_str(), &id]).await?;
    Ok(rows.iter().map(|row| row.get("url")).collect())
}

/// Puts somebody among the recipients of a step's email, once for each way through the automation.
///
/// The contact cannot be deleted meanwhile: that would take away the place in the line, which the caller holds.
pub async fn add_recipient(tx: &Tenant, email: &str, (walker, address): (&Walker, &str), now: Timestamp) -> Result<()> {
    let sql = "WITH email AS (
                 SELECT organization_id, id FROM email_campaigns WHERE organization_id = $1 AND id = $2 AND status = 'SENDING'),
               made AS (
                 INSERT INTO app.email_recipients (organization_id, id, email_id, contact_id, email, due_at, begins_at, run_number)
                 SELECT organization_id, id || '-' || $4, id, $3, $5, $6, $6, $4 FROM email ON CONFLICT DO NOTHING)
               SELECT FROM email";
    let Walker { number, contact_id, .. } = walker;
    let organization = tx.organization().as_str();
    if tx.rows(sql, &[&organization, &email, contact_id, number, &address, &now]).await?.is_empty() {
        let words = "The email of this step cannot be sent: it is gone, or was ended.";
        return Err(Error::Conflict(words.into()));
    }
    queue::wake(tx, email, now).await
}
