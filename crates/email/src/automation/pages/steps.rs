//! Steps of a line: added, changed, moved, taken out. Each is a change of the whole list, as through the API.

use axum::extract::Path;
use axum::response::Response;
use http::HeaderMap;
use kernel::access::Permission;
use kernel::api::{Id, Query};
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde::Deserialize;
use serde_json::Value;
use ui::{FieldErrors, Flash, SelectOption};

use super::step::TypedStep;
use super::{address, frame};
use crate::audience::{refusal, rule_form};
use crate::automation::actions::{self, RawAutomation};
use crate::automation::model::{Automation, Kind};
use crate::automation::views::StepPage;
use crate::automation::{list, store, words};
use crate::composer;
use crate::sending::emails::Status;
use crate::sending::emails::list as emails;

/// Emails to choose from at most.
const EMAILS_MOST: i64 = 50;

type Sent = Form<Vec<(String, String)>>;
/// The organization, the automation and the step of an address.
type Place = Path<(String, String, String)>;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    kind: String,
    /// The step behind which it stands; empty for the beginning.
    after: Option<String>,
}

pub async fn new(page: PageCaller, headers: HeaderMap, Id(id): Id, Query(wanted): Query<Wanted>) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let automation = found(&page, &id).await?;
    let last = automation.steps.last().map(|step| step.id.clone()).unwrap_or_default();
    let typed = TypedStep::new(&wanted.kind, wanted.after.unwrap_or(last)).ok_or(Error::NotFound)?;
    Ok(ui::html(&view(&page, &headers, (&automation, None), (typed, FieldErrors::none())).await?))
}

pub async fn create(page: PageCaller, headers: HeaderMap, Id(id): Id, Form(sent): Sent) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let automation = found(&page, &id).await?;
    take(page, &headers, (&automation, None), TypedStep::read(&sent)).await
}

pub async fn show(page: PageCaller, headers: HeaderMap, Path((_, id, step)): Place) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let automation = found(&page, &id).await?;
    let place = place_of(&automation, &step)?;
    let typed = TypedStep::of(&automation.steps[place]);
    Ok(ui::html(&view(&page, &headers, (&automation, Some(place)), (typed, FieldErrors::none())).await?))
}

pub async fn save(
    page: PageCaller,
    headers: HeaderMap,
    Path((_, id, step)): Place,
    Form(sent): Sent,
) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let automation = found(&page, &id).await?;
    let place = place_of(&automation, &step)?;
    take(page, &headers, (&automation, Some(place)), TypedStep::read(&sent)).await
}

/// Rearranges the rows of a condition, or writes the step into the line.
async fn take(
    mut page: PageCaller,
    headers: &HeaderMap,
    (automation, place): (&Automation, Option<usize>),
    mut typed: TypedStep,
) -> Result<Response> {
    if typed.rule.rearrange() {
        return Ok(ui::html(&view(&page, headers, (automation, place), (typed, FieldErrors::none())).await?));
    }
    let at = place.unwrap_or_else(|| {
        automation.steps.iter().position(|step| step.id == typed.after).map_or(0, |before| before + 1)
    });
    match write(&page, automation, (place, at), &mut typed).await {
        Ok(()) => {
            let there = address(&page, &format!("/{}", automation.id));
            page.caller.commit().await?;
            let words = if place.is_some() { "The step is saved." } else { "The step is added." };
            Ok(Flash::success(words).redirect(&there))
        }
        Err(error) => {
            let (status, errors) = refusal(error)?;
            page.caller.start_over().await?;
            let errors = of_step(&errors, at);
            Ok(ui::html_with(status, &view(&page, headers, (automation, place), (typed, errors)).await?))
        }
    }
}

async fn write(
    page: &PageCaller,
    automation: &Automation,
    (place, at): (Option<usize>, usize),
    typed: &mut TypedStep,
) -> Result<()> {
    let email = if typed.makes_email() { Some(begin_email(page, typed).await?) } else { None };
    let stored = place.map(|place| &automation.steps[place]);
    let step = typed.raw(stored, email.as_deref());
    let mut steps = serde_json::to_value(&automation.steps)?;
    let list = steps.as_array_mut().ok_or_else(|| Error::internal("steps are a list"))?;
    match place {
        Some(place) => list[place] = step,
        None => list.insert(at, step),
    }
    change(page, automation, steps).await
}

/// A draft with what was typed for it.
async fn begin_email(page: &PageCaller, typed: &TypedStep) -> Result<String> {
    let composition = composer::begun(page, &typed.start, "").await?.unwrap_or_default();
    actions::new_email(&page.caller, &typed.subject, &composition).await
}

async fn change(page: &PageCaller, automation: &Automation, steps: Value) -> Result<()> {
    let raw = RawAutomation { steps: Some(steps), ..RawAutomation::default() };
    actions::edit(&page.caller, &automation.id, &raw, Problems::new(), Some(automation.version)).await?;
    Ok(())
}

/// Messages about the step at this place under the names of its form; those about others before everything.
fn of_step(errors: &FieldErrors, place: usize) -> FieldErrors {
    let prefix = format!("steps[{place}].");
    let named = |(field, message): (&str, &str)| match field.strip_prefix(&prefix) {
        Some(field) => (field.to_owned(), message.to_owned()),
        None if field.starts_with("steps[") => (String::new(), format!("Another step is in the way: {message}")),
        None if field == "steps" => (String::new(), message.to_owned()),
        None => (field.to_owned(), message.to_owned()),
    };
    errors.iter().map(named).collect()
}

pub async fn up(page: PageCaller, Path((_, id, step)): Place) -> Result<Response> {
    rearrange(page, (&id, &step), |steps, place| {
        if place > 0 {
            steps.swap(place, place - 1);
        }
    })
    .await
}

pub async fn down(page: PageCaller, Path((_, id, step)): Place) -> Result<Response> {
    rearrange(page, (&id, &step), |steps, place| {
        if place + 1 < steps.len() {
            steps.swap(place, place + 1);
        }
    })
    .await
}

pub async fn delete(page: PageCaller, Path((_, id, step)): Place) -> Result<Response> {
    rearrange(page, (&id, &step), |steps, place| drop(steps.remove(place))).await
}

async fn rearrange(
    mut page: PageCaller,
    (id, step): (&str, &str),
    how: impl FnOnce(&mut Vec<Value>, usize),
) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let automation = found(&page, id).await?;
    let there = address(&page, &format!("/{id}"));
    // Whoever clicked saw a line that had the step; it is gone, as they wanted or by somebody else.
    let Ok(place) = place_of(&automation, step) else {
        return Ok(Flash::error("This step is gone already.").redirect(&there));
    };
    let mut steps = automation.steps.iter().map(serde_json::to_value).collect::<Result<Vec<_>, _>>()?;
    how(&mut steps, place);
    match change(&page, &automation, Value::Array(steps)).await {
        Ok(()) => {
            page.caller.commit().await?;
            // Whoever works by keyboard goes on at the step they moved.
            Ok(Flash::success("The line is changed.").redirect(&format!("{there}#step-{step}")))
        }
        Err(error) => {
            let (_, errors) = refusal(error)?;
            page.caller.start_over().await?;
            let words = errors.iter().next().map(|(_, words)| words.to_owned()).unwrap_or_default();
            Ok(Flash::error(words).redirect(&there))
        }
    }
}

async fn found(page: &PageCaller, id: &str) -> Result<Automation> {
    if !kernel::id::is_well_formed(id) {
        return Err(Error::NotFound);
    }
    store::find(&page.caller.tx, id).await?.ok_or(Error::NotFound)
}

fn place_of(automation: &Automation, step: &str) -> Result<usize> {
    automation.steps.iter().position(|one| one.id == step).ok_or(Error::NotFound)
}

async fn view(
    page: &PageCaller,
    headers: &HeaderMap,
    (automation, place): (&Automation, Option<usize>),
    (typed, errors): (TypedStep, FieldErrors),
) -> Result<StepPage> {
    let tx = &page.caller.tx;
    let here = format!("/{}", automation.id);
    let title = format!("{}: {}", if place.is_some() { "Step" } else { "New step" }, typed.title());
    let stored = place.map(|place| &automation.steps[place]);
    let kept = match stored.map(|step| &step.kind) {
        Some(Kind::Condition { rule, .. }) => Some(words::of_rule(rule)),
        _ => None,
    };
    let action = match stored {
        Some(step) => address(page, &format!("{here}/steps/{}", step.id)),
        None => address(page, &format!("{here}/steps")),
    };
    let subjects = list::emails_of(tx, &automation.id).await?;
    let mut places = vec![SelectOption::new("", "At the beginning")];
    places.extend(automation.steps.iter().enumerate().map(|(number, step)| {
        let subject = subjects.iter().find(|email| step.kind.email() == Some(email.id.as_str()));
        let words = words::of_step(&step.kind, subject.map(|email| email.subject.as_str()));
        SelectOption::new(step.id.as_str(), format!("After step {}: {words}", number + 1))
    }));
    Ok(StepPage {
        frame: frame(page, headers, &title, &[(&automation.name, &here)]),
        is_new: stored.is_none(),
        back: address(page, &here),
        emails: if typed.is("send") { email_choices(page, &typed).await? } else { Vec::new() },
        starts: if typed.is("send") { composer::all_starts(tx, false).await? } else { Vec::new() },
        places,
        rule: rule_form::fields(tx, typed.rule.clone(), (action, kept), &errors).await?,
        typed,
        errors,
    })
}

/// Drafts that no automation has yet, and the step's own email.
async fn email_choices(page: &PageCaller, typed: &TypedStep) -> Result<Vec<SelectOption>> {
    let filter = emails::Filter { status: Some(Status::Draft), campaign: None, words: None };
    let drafts = emails::page(&page.caller.tx, &filter, emails::Order::default(), None, EMAILS_MOST).await?;
    let mut options = vec![SelectOption::new("", "A new email")];
    if !typed.email_id.is_empty()
        && let Some(email) = crate::sending::emails::store::find(&page.caller.tx, &typed.email_id).await?
    {
        options.push(SelectOption::new(email.id.as_str(), email.subject.as_str()));
    }
    let free = drafts.into_iter().filter(|email| email.automation_id.is_none() && email.id != typed.email_id);
    options.extend(free.map(|email| SelectOption::new(email.id, email.subject)));
    Ok(options)
}
