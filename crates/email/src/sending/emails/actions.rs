//! Every write to emails: permission, rule, store, job, in that order. The caller commits.

use jiff::{SignedDuration, Timestamp};
use kernel::access::{Caller, Permission};
use kernel::db::Statements;
use kernel::organization::site_settings;
use kernel::validate::Problems;
use kernel::{Error, Result, audit, jobs};
use serde_json::json;

use super::draft::{Defaults, EmailDraft, RawEmail, SUBJECT_LONGEST};
use super::{Email, Move, Status, plan, store};
use crate::audience::{address::Address, check_version};
use crate::automation;
use crate::composer;
use crate::sending::compose::{checks, sender};
use crate::sending::jobs::{SendTest, StartSending};
use crate::sending::local_time::LocalTime;

/// How many addresses a test goes to at most.
const TESTED_AT_ONCE: usize = 5;
/// Tests of one organization in an hour: a test asks nobody whether they want it.
const TESTED_AN_HOUR: i64 = 60;

/// Makes a draft.
pub async fn create(caller: &Caller, raw: &RawEmail, problems: Problems) -> Result<Email> {
    caller.must(Permission::CampaignsManage)?;
    let defaults = Defaults {
        from_name: caller.organization.name.chars().take(200).collect(),
        from_email: own_address(&caller.app.settings.mail_from),
    };
    let mut draft = EmailDraft::new(raw, defaults, problems)?;
    check_campaign(caller, &draft).await?;
    check_sender(caller, &draft.from_email).await?;
    plan::must_have_room(&caller.tx, caller.now).await?;
    composer::render_into(caller, &mut draft).await?;
    let id = caller.new_id();
    store::insert(&caller.tx, &id, &draft, (&caller.actor.user_id, caller.now)).await?;
    composer::note_uses(&caller.tx, (&id, &draft.content), caller.now).await?;
    audit::record(caller, "email.create", ("email", &id), json!({ "subject": draft.subject })).await?;
    reread(caller, &id).await
}

/// The address in `Name <address>`.
fn own_address(mailbox: &str) -> String {
    let inner = mailbox.rsplit_once('<').and_then(|(_, rest)| rest.split('>').next()).unwrap_or(mailbox);
    inner.trim().to_owned()
}

/// Changes a draft. With `expected_version` set, only if nobody changed it since.
pub async fn edit(
    caller: &Caller,
    id: &str,
    raw: &RawEmail,
    problems: Problems,
    expected_version: Option<i32>,
) -> Result<Email> {
    caller.must(Permission::CampaignsManage)?;
    let email = lock(caller, id, expected_version).await?;
    let mut draft = EmailDraft::of(&email, raw, problems)?;
    if draft == EmailDraft::stored(&email) {
        return Ok(email);
    }
    if !email.may_be_edited() {
        let way = if email.status == Status::Scheduled { "Cancel the schedule first" } else { "Duplicate it" };
        return Err(Error::Conflict(format!("This email {}, so it cannot change. {way}.", email.state_words())));
    }
    check_campaign(caller, &draft).await?;
    check_sender(caller, &draft.from_email).await?;
    composer::render_into(caller, &mut draft).await?;
    store::update(&caller.tx, id, &draft).await?;
    composer::note_uses(&caller.tx, (id, &draft.content), caller.now).await?;
    audit::record(caller, "email.change", ("email", id), json!({ "subject": draft.subject })).await?;
    let changed = reread(caller, id).await?;
    if email.automation_id.is_some() && email.status == Status::Sending {
        automation::freeze_anew(caller, &changed).await?;
    }
    Ok(changed)
}

/// Makes a draft with the same texts and audience.
pub async fn duplicate(caller: &Caller, id: &str) -> Result<Email> {
    caller.must(Permission::CampaignsManage)?;
    let email = store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    let mut draft = EmailDraft::stored(&email);
    let beginning: String = draft.subject.chars().take(SUBJECT_LONGEST - " (copy)".len()).collect();
    draft.subject = format!("{beginning} (copy)");
    plan::must_have_room(&caller.tx, caller.now).await?;
    composer::render_into(caller, &mut draft).await?;
    let copy = caller.new_id();
    store::insert(&caller.tx, &copy, &draft, (&caller.actor.user_id, caller.now)).await?;
    composer::note_uses(&caller.tx, (&copy, &draft.content), caller.now).await?;
    audit::record(caller, "email.duplicate", ("email", &copy), json!({ "subject": draft.subject, "of": id })).await?;
    reread(caller, &copy).await
}

/// Deletes an email with its report. One that is on its way has to be cancelled first.
pub async fn delete(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<()> {
    caller.must(Permission::CampaignsManage)?;
    let email = lock(caller, id, expected_version).await?;
    if email.automation_id.is_some() {
        let words = "This email belongs to an automation. Take its step out there before you delete it.";
        return Err(Error::Conflict(words.into()));
    }
    if matches!(email.status, Status::Sending | Status::Scheduled) {
        let words = format!("This email {}. Cancel it before you delete it.", email.state_words());
        return Err(Error::Conflict(words));
    }
    composer::forget_uses(caller, id).await?;
    if email.sent_at.is_none() {
        // What was delivered goes on leading to where it led.
        store::delete_links(&caller.tx, id).await?;
    }
    store::delete(&caller.tx, id).await?;
    audit::record(caller, "email.delete", ("email", id), json!({ "subject": email.subject })).await
}

/// Begins to send now.
pub async fn send(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<Email> {
    let email = ready(caller, id, Move::Send, expected_version).await?;
    store::set_local_time(&caller.tx, id, false).await?;
    start(caller, &email, Status::Sending, None).await
}

/// Sends at a time to come; at the reader's own time of day if it was to come so before.
pub async fn schedule(caller: &Caller, id: &str, at: Timestamp, expected_version: Option<i32>) -> Result<Email> {
    schedule_at(caller, id, (at, None), expected_version).await
}

/// Sends at a time to come: at that moment, or when clocks at the reader's show what they show here then.
pub async fn schedule_at(
    caller: &Caller,
    id: &str,
    (at, in_local_time): (Timestamp, Option<bool>),
    expected_version: Option<i32>,
) -> Result<Email> {
    if caller.may(Permission::CampaignsManage) && at <= caller.now {
        let words = "This time has passed. Choose one that is still to come, or send now.";
        store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
        return Err(Error::invalid("scheduled_for", "in_the_past", words));
    }
    let mut email = ready(caller, id, Move::Schedule, expected_version).await?;
    if let Some(in_local_time) = in_local_time {
        store::set_local_time(&caller.tx, id, in_local_time).await?;
        email.summary.in_local_time = in_local_time;
    }
    if email.in_local_time && email.trial.is_some() {
        let words = "A trial of two subject lines takes hours for all at once, so it cannot wait for each reader's own time. Take out one of the two.";
        return Err(Error::invalid("in_local_time", "with_trial", words));
    }
    start(caller, &email, Status::Scheduled, Some(at)).await
}

/// The email, if it may make this move and nothing forbids to send it.
async fn ready(caller: &Caller, id: &str, step: Move, expected_version: Option<i32>) -> Result<Email> {
    caller.must(Permission::CampaignsManage)?;
    let email = lock(caller, id, expected_version).await?;
    email.must_be_able_to(step)?;
    let problems = checks::of(caller, &email).await?.problems();
    if problems.is_empty() { Ok(email) } else { Err(Error::Invalid(problems)) }
}

async fn start(caller: &Caller, email: &Email, status: Status, at: Option<Timestamp>) -> Result<Email> {
    store::set_status(&caller.tx, &email.id, status, at).await?;
    let job = StartSending { email: email.id.clone() };
    let begins_at = match at {
        Some(at) if email.in_local_time => {
            LocalTime::of(at, &site_settings(&caller.tx).await?.zone()).first().max(caller.now)
        }
        Some(at) => at,
        None => caller.now,
    };
    jobs::enqueue(&caller.tx, Some(caller.tx.organization()), &job, begins_at).await?;
    let action = if status == Status::Scheduled { "email.schedule" } else { "email.send" };
    let details = json!({ "subject": email.subject, "scheduled_for": at });
    audit::record(caller, action, ("email", &email.id), details).await?;
    reread(caller, &email.id).await
}

/// Stops sending for now. What is on its way at this moment still arrives.
pub async fn pause(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<Email> {
    caller.must(Permission::CampaignsManage)?;
    let email = lock(caller, id, expected_version).await?;
    email.must_be_able_to(Move::Pause)?;
    store::set_paused(&caller.tx, id, Some(caller.now), None).await?;
    audit::record(caller, "email.pause", ("email", id), json!({ "subject": email.subject })).await?;
    reread(caller, id).await
}

/// Goes on with sending.
pub async fn resume(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<Email> {
    caller.must(Permission::CampaignsManage)?;
    let email = lock(caller, id, expected_version).await?;
    email.must_be_able_to(Move::Resume)?;
    store::set_paused(&caller.tx, id, None, None).await?;
    crate::sending::delivery::store::wake(&caller.tx, id, caller.now).await?;
    audit::record(caller, "email.resume", ("email", id), json!({ "subject": email.subject })).await?;
    reread(caller, id).await
}

/// Takes back a schedule, or sends no more of what is being sent.
pub async fn cancel(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<Email> {
    caller.must(Permission::CampaignsManage)?;
    let email = lock(caller, id, expected_version).await?;
    email.must_be_able_to(Move::Cancel)?;
    if email.status == Status::Scheduled || email.sent_at.is_none() {
        store::set_status(&caller.tx, id, Status::Draft, None).await?;
    } else {
        store::cancel_rest(&caller.tx, id, caller.now).await?;
        crate::sending::delivery::store::wake(&caller.tx, id, caller.now).await?;
    }
    audit::record(caller, "email.cancel", ("email", id), json!({ "subject": email.subject })).await?;
    reread(caller, id).await
}

/// What becomes of recipients of whom nobody knows whether they got it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// They count as written to: nobody gets it twice, a few may not get it at all.
    TakeAsSent,
    /// They are written to again, under the same Message-ID: a few may get it twice.
    SendAgain,
}

/// Decides about recipients of whom nobody knows whether they got it.
pub async fn settle_doubt(caller: &Caller, id: &str, doubt: Doubt) -> Result<Email> {
    caller.must(Permission::CampaignsManage)?;
    let email = lock(caller, id, None).await?;
    if email.counts.uncertain == 0 {
        return Err(Error::Conflict("Nobody is in doubt: what became of every message is known.".into()));
    }
    crate::sending::delivery::store::settle_doubt(&caller.tx, &email, doubt, caller.now).await?;
    let details =
        json!({ "subject": email.subject, "count": email.counts.uncertain, "sends_again": doubt == Doubt::SendAgain });
    audit::record(caller, "email.settle", ("email", id), details).await?;
    reread(caller, id).await
}

/// Sends the email as it is now to a few addresses, without counting anything. Without addresses, to who asks.
pub async fn test(caller: &Caller, id: &str, to: &[String], contact: Option<&str>) -> Result<Vec<String>> {
    caller.must(Permission::CampaignsManage)?;
    let email = store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    let mut problems = Problems::new();
    let mut addresses = Vec::new();
    for text in to.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        match Address::parse(text) {
            Some(address) => addresses.push(address.email),
            None => problems.add(
                "to",
                "not_an_email",
                format!("“{text}” is no e-mail address. Enter one like name@example.org."),
            ),
        }
    }
    if addresses.is_empty() && problems.is_empty() {
        addresses.push(address_of_user(caller).await?);
    }
    if addresses.len() > TESTED_AT_ONCE {
        problems.add("to", "too_many", format!("A test goes to at most {TESTED_AT_ONCE} addresses."));
    }
    let before = store::tests_since(&caller.tx, caller.now - SignedDuration::from_hours(1)).await?;
    if before + i64::try_from(addresses.len()).unwrap_or(i64::MAX) > TESTED_AN_HOUR {
        return Err(Error::TooManyRequests { retry_after_seconds: 600 });
    }
    if let Some(contact) = contact
        && crate::audience::contacts::store::find(&caller.tx, contact).await?.is_none()
    {
        problems.add("contact_id", "unknown", "There is no contact of this id.");
    }
    for mistake in crate::sending::compose::freeze::mistakes(&email) {
        problems.add("content", "merge_tag", mistake.words);
    }
    problems.finish(())?;
    for address in &addresses {
        let job = SendTest {
            email: id.to_owned(),
            to: address.clone(),
            contact: contact.map(str::to_owned),
            by: caller.actor.user_id.clone(),
        };
        jobs::enqueue(&caller.tx, Some(caller.tx.organization()), &job, caller.now).await?;
    }
    audit::record(caller, "email.test", ("email", id), json!({ "subject": email.subject, "count": addresses.len() }))
        .await?;
    Ok(addresses)
}

async fn address_of_user(caller: &Caller) -> Result<String> {
    let sql = "SELECT email FROM users WHERE id = $1";
    Ok(caller.tx.one(sql, &[&caller.actor.user_id]).await?.get("email"))
}

async fn check_campaign(caller: &Caller, draft: &EmailDraft) -> Result<()> {
    match &draft.campaign_id {
        Some(id) if !store::is_campaign(&caller.tx, id).await? => {
            Err(Error::invalid("campaign_id", "unknown", "There is no such campaign. Choose one of yours, or none."))
        }
        _ => Ok(()),
    }
}

/// Nobody sends in the name of a domain that another organization has shown to be its own.
async fn check_sender(caller: &Caller, address: &str) -> Result<()> {
    match sender::foreign_sender(&caller.tx, address).await? {
        Some(words) => Err(Error::invalid("from_email", "of_another", words)),
        None => Ok(()),
    }
}

async fn lock(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<Email> {
    let email = store::lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    check_version(expected_version, email.version)?;
    Ok(email)
}

async fn reread(caller: &Caller, id: &str) -> Result<Email> {
    store::find(&caller.tx, id).await?.ok_or_else(|| Error::internal("an email that was just written is gone"))
}
