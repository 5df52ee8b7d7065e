//! Every write to automations: permission, rule, store, job, in that order. The caller commits.

use jiff::Timestamp;
use kernel::access::{Caller, Permission};
use kernel::error::FieldError;
use kernel::organization::site_settings;
use kernel::validate::Problems;
use kernel::{Error, Result, audit, jobs};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::model::{AUTOMATIONS_MOST, Automation, Kind, Status, Step, Trigger, before_in};
use super::run::{GoOn, TakeSteps};
use super::store::Run;
use super::{check, digest, emails, enter, list, store, tick, words};
use crate::audience::{check_version, fields, forms};
use crate::composer::blocks::Composition;
use crate::sending::emails::{draft::RawEmail, store as email_store};

const NAME_LONGEST: usize = 200;

/// What somebody sent about an automation: for a new one, or as changes to one that exists.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawAutomation {
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    #[schema(value_type = Option<Trigger>)]
    pub trigger: Option<Value>,
    /// At most 30. Steps without an `id` are new.
    #[schema(value_type = Option<Vec<Step>>)]
    pub steps: Option<Value>,
}

/// What may be stored.
struct Draft {
    name: String,
    trigger: Trigger,
    steps: Vec<Step>,
}

async fn checked(
    caller: &Caller,
    raw: &RawAutomation,
    now: Option<&Automation>,
    mut problems: Problems,
) -> Result<Draft> {
    let name = match (&raw.name, now) {
        (None, Some(now)) => now.name.clone(),
        (name, _) => problems.required("name", "The name", name.as_deref().unwrap_or_default(), NAME_LONGEST),
    };
    let trigger = match (&raw.trigger, now) {
        (None, Some(now)) => Some(now.trigger.clone()),
        (None, None) => Some(Trigger::SignUp { form_id: None, counts_added: false }),
        (Some(value), _) => check::trigger(value, &mut problems),
    };
    let steps = match (&raw.steps, now) {
        (None, Some(now)) => now.steps.clone(),
        (None, None) => Vec::new(),
        (Some(value), _) => check::steps(value, &mut problems, || caller.new_id()),
    };
    if raw.trigger.is_some()
        && let Some(trigger) = &trigger
    {
        check_trigger(caller, trigger, &mut problems).await?;
    }
    let trigger = problems.finish(trigger)?.ok_or_else(|| Error::internal("a trigger passed that is none"))?;
    Ok(Draft { name, trigger, steps })
}

/// What a trigger names has to be there.
async fn check_trigger(caller: &Caller, trigger: &Trigger, problems: &mut Problems) -> Result<()> {
    match trigger {
        Trigger::SignUp { form_id: Some(form), .. } if forms::find(&caller.tx, form).await?.is_none() => {
            problems.add("trigger.form_id", "unknown", "There is no such form. Choose one of yours, or any.");
        }
        Trigger::Date { field, .. } => {
            let known = fields::all(&caller.tx).await?;
            if !known.iter().any(|one| one.key == *field && one.kind == fields::Kind::Date) {
                let words = "Choose a field of your contacts that holds a date. Fields are made beside the contacts.";
                problems.add("trigger.field", "unknown", words);
            }
        }
        _ => {}
    }
    Ok(())
}

/// Makes a draft.
pub async fn create(caller: &Caller, raw: &RawAutomation, problems: Problems) -> Result<Automation> {
    caller.must(Permission::CampaignsManage)?;
    let draft = checked(caller, raw, None, problems).await?;
    if store::count(&caller.tx).await? >= AUTOMATIONS_MOST {
        let words =
            format!("There are {AUTOMATIONS_MOST} automations already. Delete one that is not needed any more.");
        return Err(Error::Conflict(words));
    }
    let id = caller.new_id();
    let by = (caller.actor.user_id.as_str(), caller.now);
    if !store::insert(&caller.tx, (&id, &draft.name), (&draft.trigger, &draft.steps), by).await? {
        return Err(taken());
    }
    emails::follow(caller, &id, (&[], &draft.steps)).await?;
    audit::record(caller, "automation.create", ("automation", &id), json!({ "name": draft.name })).await?;
    reread(caller, &id).await
}

/// Changes an automation, also while it runs: contacts keep their places. With `expected_version` set, only if nobody
/// changed it since.
pub async fn edit(
    caller: &Caller,
    id: &str,
    raw: &RawAutomation,
    problems: Problems,
    expected_version: Option<i32>,
) -> Result<Automation> {
    caller.must(Permission::CampaignsManage)?;
    let old = lock(caller, id, expected_version).await?;
    let draft = checked(caller, raw, Some(&old), problems).await?;
    if (&draft.name, &draft.trigger, &draft.steps) == (&old.name, &old.trigger, &old.steps) {
        return Ok(old);
    }
    store::update(&caller.tx, (id, &draft.name), (&draft.trigger, &draft.steps)).await.map_err(as_taken)?;
    emails::follow(caller, id, (&old.steps, &draft.steps)).await?;
    move_people(caller, &old, &draft.steps).await?;
    let mut new = reread(caller, id).await?;
    if new.status == Status::Active {
        if old.trigger.is_digest() != new.trigger.is_digest() {
            let words = "While it runs, a digest stays a digest, and nothing else becomes one. Pause it first.";
            return Err(Error::invalid("trigger.kind", "runs", words));
        }
        get_ready(caller, &new).await?;
        if new.trigger != old.trigger {
            set_clock(caller, &new).await?;
            new = reread(caller, id).await?;
        }
    }
    audit::record(caller, "automation.change", ("automation", id), json!({ "name": draft.name })).await?;
    Ok(new)
}

/// Who stands at a step that is taken out goes on with the one that comes after it.
async fn move_people(caller: &Caller, old: &Automation, new: &[Step]) -> Result<()> {
    for gone in old.steps.iter().filter(|step| !new.iter().any(|other| other.id == step.id)) {
        let place = before_in(&old.steps, new, &gone.id);
        let moved = store::move_on(&caller.tx, &old.id, (&gone.id, place), caller.now).await?;
        let steps: Vec<_> = moved.into_iter().map(|run| (TakeSteps { run }, caller.now)).collect();
        jobs::enqueue_all(&caller.tx, caller.tx.organization(), &steps).await?;
    }
    Ok(())
}

/// Lets contacts in from now on, and those who wait go on.
pub async fn activate(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<Automation> {
    caller.must(Permission::CampaignsManage)?;
    let automation = lock(caller, id, expected_version).await?;
    if automation.status == Status::Active {
        return Ok(automation);
    }
    get_ready(caller, &automation).await?;
    store::set_status(&caller.tx, id, Status::Active).await?;
    set_clock(caller, &automation).await?;
    let rest = GoOn { automation: id.to_owned(), after: String::new() };
    jobs::enqueue(&caller.tx, Some(caller.tx.organization()), &rest, caller.now).await?;
    audit::record(caller, "automation.activate", ("automation", id), json!({ "name": automation.name })).await?;
    reread(caller, id).await
}

/// Refuses what cannot run, and gets the emails ready.
async fn get_ready(caller: &Caller, automation: &Automation) -> Result<()> {
    if automation.trigger.is_digest() {
        return digest_is_ready(caller, automation).await;
    }
    if automation.steps.is_empty() {
        return Err(Error::invalid("steps", "required", "Add at least one step, such as an email."));
    }
    emails::open(caller, &automation.steps).await
}

async fn digest_is_ready(caller: &Caller, automation: &Automation) -> Result<()> {
    let [Step { kind: Kind::Send { email_id }, .. }] = automation.steps.as_slice() else {
        let words = "A digest has one step, the email that it becomes. Add it, and take out everything else.";
        return Err(Error::invalid("steps", "not_a_digest", words));
    };
    let refusal = |words: &str| Error::invalid("steps[0].email_id", "not_ready", words);
    let Some(email) = email_store::find(&caller.tx, email_id).await? else {
        return Err(refusal("The email is gone. Take the step out, and add another."));
    };
    if email.composition.as_ref().is_none_or(|it: &Composition| it.blocks.is_empty()) {
        return Err(refusal("Write the email in blocks: the newest articles are put where an article stands."));
    }
    let Trigger::Digest { audience, .. } = &automation.trigger else { return Ok(()) };
    match digest::problems(caller, email, audience).await?.first() {
        Some(problem) => Err(refusal(&problem.message)),
        None => Ok(()),
    }
}

/// Says when dates or digests are looked at next, and queues that.
async fn set_clock(caller: &Caller, automation: &Automation) -> Result<()> {
    let now = caller.now;
    let looked: (Option<Timestamp>, Option<Timestamp>) = match words::rhythm(&automation.trigger) {
        Some(rhythm) => {
            let home = site_settings(&caller.tx).await?.zone();
            let since = automation.checked_until.unwrap_or(now - rhythm.length());
            (Some(since), rhythm.next((now, &home)))
        }
        // What came while nobody was let in is over.
        None if automation.trigger.is_timed() => (Some(now), Some(now)),
        None => (None, None),
    };
    tick::go_on(&caller.tx, &automation.id, looked).await
}

/// Lets nobody in any more, and lets everybody stay where they are.
pub async fn pause(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<Automation> {
    caller.must(Permission::CampaignsManage)?;
    let automation = lock(caller, id, expected_version).await?;
    match automation.status {
        Status::Paused => return Ok(automation),
        Status::Draft => return Err(Error::Conflict("This automation is a draft, so nothing of it runs yet.".into())),
        Status::Active => {}
    }
    store::set_status(&caller.tx, id, Status::Paused).await?;
    store::set_looked(&caller.tx, id, (automation.checked_until, None)).await?;
    audit::record(caller, "automation.pause", ("automation", id), json!({ "name": automation.name })).await?;
    reread(caller, id).await
}

/// Deletes an automation with its history. Its emails stay, with their reports.
pub async fn delete(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<()> {
    caller.must(Permission::CampaignsManage)?;
    let automation = lock(caller, id, expected_version).await?;
    for email in automation.emails() {
        emails::let_go(caller, &email).await?;
    }
    store::delete(&caller.tx, id).await?;
    audit::record(caller, "automation.delete", ("automation", id), json!({ "name": automation.name })).await
}

/// Lets one contact in by hand, also one that went through before.
pub async fn let_in(caller: &Caller, id: &str, contact: &str) -> Result<Run> {
    caller.must(Permission::CampaignsManage)?;
    let automation = store::lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    if automation.trigger.is_digest() {
        return Err(Error::Conflict("A digest goes to its audience, and lets nobody in.".into()));
    }
    if automation.status != Status::Active {
        return Err(Error::Conflict("This automation does not run. Activate it first.".into()));
    }
    let person = store::person(&caller.tx, contact).await?;
    let person = person.ok_or_else(|| Error::invalid("contact_id", "unknown", "There is no contact of this id."))?;
    if !person.is_on_list {
        let words = "This contact is not on the list, so nothing is sent to them.";
        return Err(Error::invalid("contact_id", "not_on_list", words));
    }
    let run = enter::by_hand(&caller.tx, id, contact, caller.now).await?;
    let run = run.ok_or_else(|| Error::invalid("contact_id", "taken", "This contact is on the way already."))?;
    audit::record(caller, "automation.enter", ("automation", id), json!({ "name": automation.name })).await?;
    list::find(&caller.tx, &run).await?.ok_or_else(|| Error::internal("a run that was just written is gone"))
}

/// A new email as the step's own: a draft with this beginning.
pub async fn new_email(caller: &Caller, subject: &str, composition: &Composition) -> Result<String> {
    let raw = RawEmail {
        subject: Some(subject.to_owned()),
        composition: kernel::api::Patch::Set(serde_json::to_value(composition)?),
        ..RawEmail::default()
    };
    Ok(crate::sending::emails::actions::create(caller, &raw, Problems::new()).await?.summary.id)
}

async fn lock(caller: &Caller, id: &str, expected_version: Option<i32>) -> Result<Automation> {
    let automation = store::lock(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    check_version(expected_version, automation.version)?;
    Ok(automation)
}

async fn reread(caller: &Caller, id: &str) -> Result<Automation> {
    store::find(&caller.tx, id).await?.ok_or_else(|| Error::internal("an automation that was just written is gone"))
}

fn taken() -> Error {
    Error::Taken(FieldError::new("name", "taken", "There is an automation of this name already. Choose another name."))
}

fn as_taken(error: Error) -> Error {
    if kernel::db::violated_constraint(&error) == Some("automations_name_key") { taken() } else { error }
}
