//! One automation: its line, who walks along it, and whether it runs.

use axum::response::Response;
use http::{HeaderMap, StatusCode};
use jiff::tz::TimeZone;
use kernel::access::Permission;
use kernel::api::{Id, Query, read_cursor};
use kernel::db::Tenant;
use kernel::form::Form;
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::{FieldErrors, Flash, Moment, Pager, StatusPill};

use super::{TypedTrigger, address, frame, view};
use crate::audience::address::Address;
use crate::audience::rule::{self, Rule, Subjects};
use crate::audience::views::number;
use crate::audience::{contacts, forms, page as cut, refusal};
use crate::automation::actions::{self, RawAutomation};
use crate::automation::list::{self, Filter};
use crate::automation::model::{Automation, Kind, Status, Step, Trigger};
use crate::automation::store::{self, Run, State};
use crate::automation::views::{AutomationPage, EmailOfStep, RunRow, StepRow};
use crate::automation::words;

/// Ways on one page.
const SHOWN: i64 = 30;
/// The longest search, in characters.
const SEARCH_LONGEST: usize = 100;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Parameters {
    q: String,
    state: String,
    cursor: Option<String>,
}

/// What was typed to let somebody in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct LetInForm {
    email: String,
}

pub async fn show(
    page: PageCaller,
    headers: HeaderMap,
    Id(id): Id,
    Query(parameters): Query<Parameters>,
) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let automation = found(&page, &id).await?;
    let shown = Shown { parameters, ..Shown::default() };
    Ok(ui::html(&line(&page, &headers, automation, shown).await?))
}

/// What of the page depends on how it was asked for.
#[derive(Default)]
struct Shown {
    parameters: Parameters,
    let_in: LetInForm,
    errors: FieldErrors,
}

async fn line(page: &PageCaller, headers: &HeaderMap, automation: Automation, shown: Shown) -> Result<AutomationPage> {
    let tx = &page.caller.tx;
    let zone = site_settings(tx).await?.zone();
    let form = match automation.trigger.form() {
        Some(form) => forms::find(tx, form).await?.map(|form| form.title),
        None => None,
    };
    let Shown { parameters, let_in, errors } = shown;
    let search: String = parameters.q.trim().chars().filter(|c| *c != '\0').take(SEARCH_LONGEST).collect();
    let filter = Filter { state: State::parse(&parameters.state), words: (!search.is_empty()).then(|| search.clone()) };
    let before: Option<i64> = read_cursor(parameters.cursor.as_deref())?;
    let total = list::count(tx, &automation.id, &filter).await?;
    let runs = list::page(tx, &automation.id, &filter, (before, SHOWN + 1)).await?;
    let runs = cut(runs, SHOWN, total, |run: &Run| run.number)?;
    let subjects = subjects(&page.caller.tx, &automation).await?;
    let steps = steps(&page.caller.tx, &automation, &subjects).await?;
    let here = address(page, &format!("/{}", automation.id));
    let asked = [("q", search.as_str()), ("state", parameters.state.as_str())];
    let with = |cursor: &str| {
        let set = asked.into_iter().chain([("cursor", cursor)]).filter(|(_, value)| !value.is_empty());
        format!("{here}?{}", serde_urlencoded::to_string(set.collect::<Vec<_>>()).unwrap_or_default())
    };
    Ok(AutomationPage {
        frame: frame(page, headers, &automation.name, &[]),
        status: StatusPill::of(automation.status.as_str()),
        is_active: automation.status == Status::Active,
        is_digest: automation.trigger.is_digest(),
        next: Moment::maybe(automation.next_at.filter(|_| automation.trigger.is_digest()), &zone),
        people: words::people(&automation, number),
        trigger: subjects.named(&words::of_trigger(&automation.trigger, form.as_deref())),
        pager: Pager {
            previous: before.is_some().then(|| with("")),
            next: runs.page.next.as_deref().map(with),
            summary: format!("{} of {}", runs.data.len(), number(total)),
        },
        rows: runs.data.into_iter().map(|run| row(run, &automation.steps, &zone)).collect(),
        steps,
        id: automation.id,
        search,
        state: parameters.state,
        let_in: let_in.email,
        errors,
    })
}

/// The emails that the rules of an automation ask about.
async fn subjects(tx: &Tenant, automation: &Automation) -> Result<Subjects> {
    let of_trigger = match &automation.trigger {
        Trigger::Digest { audience, .. } => Some(audience),
        _ => None,
    };
    let of_steps = automation.steps.iter().filter_map(|step| match &step.kind {
        Kind::Condition { rule, .. } => Some(rule),
        _ => None,
    });
    let rules = of_steps.chain(of_trigger);
    let rules: Vec<Rule> = rules.filter_map(|rule| rule::parse("rule", rule).ok()).collect();
    Subjects::of(tx, &rules).await
}

async fn steps(tx: &Tenant, automation: &Automation, subjects: &Subjects) -> Result<Vec<StepRow>> {
    let emails = list::emails_of(tx, &automation.id).await?;
    let standing = store::standing(tx, &automation.id).await?;
    let row = |step: &Step| {
        let email = emails.iter().find(|email| step.kind.email() == Some(email.id.as_str()));
        let waiting =
            standing.iter().find(|(place, _)| place.as_ref() == Some(&step.id)).map_or(0, |(_, count)| *count);
        StepRow {
            id: step.id.clone(),
            icon: words::icon(&step.kind),
            words: subjects.named(&words::of_step(&step.kind, email.map(|email| email.subject.as_str()))),
            note: match &step.kind {
                Kind::Condition { skip, .. } => words::otherwise(*skip),
                _ => String::new(),
            },
            email: email.map(|email| EmailOfStep {
                id: email.id.clone(),
                is_composed: email.is_composed,
                words: words::of_sent(email, number),
            }),
            waiting: if waiting > 0 { number(waiting) } else { String::new() },
        }
    };
    Ok(automation.steps.iter().map(row).collect())
}

fn row(run: Run, steps: &[Step], zone: &TimeZone) -> RunRow {
    let place = run.step.as_ref().and_then(|step| steps.iter().position(|one| one.id == *step));
    RunRow {
        who: run.contact_email.unwrap_or_default(),
        name: run.contact_name.unwrap_or_default(),
        contact_id: run.contact_id,
        email_id: run.email_id,
        state: words::state(run.state),
        tone: words::tone(run.state),
        place: place.map(|place| format!("step {}", place + 1)).unwrap_or_default(),
        reason: run.reason.unwrap_or_default(),
        wakes: Moment::maybe(run.wake_at, zone),
        entered: Moment::new(run.entered_at, zone),
    }
}

pub async fn show_trigger(page: PageCaller, headers: HeaderMap, Id(id): Id) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let automation = found(&page, &id).await?;
    let mut typed = TypedTrigger::of(&page.caller.tx, &automation.name, &automation.trigger).await?;
    typed.version = automation.version.to_string();
    Ok(ui::html(&view(&page, &headers, Some(&automation), (typed, FieldErrors::none())).await?))
}

pub async fn save_trigger(
    mut page: PageCaller,
    headers: HeaderMap,
    Id(id): Id,
    Form(typed): Form<TypedTrigger>,
) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let automation = found(&page, &id).await?;
    let raw = RawAutomation {
        name: Some(typed.name.clone()),
        trigger: Some(typed.raw(&page.caller.tx, Some(&automation.trigger)).await?),
        steps: None,
    };
    let version = typed.version.trim().parse().ok();
    match actions::edit(&page.caller, &id, &raw, Problems::new(), version).await {
        Ok(_) => {
            let there = address(&page, &format!("/{id}"));
            page.caller.commit().await?;
            Ok(Flash::success("Name and trigger are saved.").redirect(&there))
        }
        Err(error) => {
            let (status, errors) = refusal(error)?;
            page.caller.start_over().await?;
            let typed = TypedTrigger { version: automation.version.to_string(), ..typed };
            Ok(ui::html_with(status, &view(&page, &headers, Some(&automation), (typed, errors)).await?))
        }
    }
}

pub async fn activate(page: PageCaller, Id(id): Id) -> Result<Response> {
    let outcome = actions::activate(&page.caller, &id, None).await;
    let words = |automation: &Automation| match automation.trigger.is_digest() {
        true => "It runs, and the next issue has its time.",
        false => "It runs, and lets people in.",
    };
    told(page, &id, outcome.map(|automation| words(&automation))).await
}

pub async fn pause(page: PageCaller, Id(id): Id) -> Result<Response> {
    let outcome = actions::pause(&page.caller, &id, None).await;
    told(page, &id, outcome.map(|_| "It is paused. Everybody stays where they stand.")).await
}

/// Back to the line, which says what was done or what stands in the way: people go from there to an email and come back.
async fn told(page: PageCaller, id: &str, outcome: Result<&'static str>) -> Result<Response> {
    let there = address(&page, &format!("/{id}"));
    let flash = match outcome {
        Ok(words) => {
            page.caller.commit().await?;
            Flash::success(words)
        }
        Err(error) => Flash::error(words::of_problems(&refusal(error)?.1)),
    };
    Ok(flash.redirect(&there))
}

pub async fn delete(page: PageCaller, Id(id): Id) -> Result<Response> {
    actions::delete(&page.caller, &id, None).await?;
    let back = address(&page, "");
    page.caller.commit().await?;
    Ok(Flash::success("The automation is deleted. Its emails stay, with their reports.").redirect(&back))
}

pub async fn let_in(
    mut page: PageCaller,
    headers: HeaderMap,
    Id(id): Id,
    Form(form): Form<LetInForm>,
) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    match by_address(&page, &id, &form.email).await {
        Ok(()) => {
            let there = address(&page, &format!("/{id}#people"));
            page.caller.commit().await?;
            Ok(Flash::success("They are on their way.").redirect(&there))
        }
        Err(error) => refused(&mut page, &headers, &id, (error, form)).await,
    }
}

async fn by_address(page: &PageCaller, id: &str, email: &str) -> Result<()> {
    let words = "There is no contact of this address. Add it to your audience first.";
    let unknown = || Error::invalid("email", "unknown", words);
    let address = Address::parse(email).ok_or_else(unknown)?;
    let contact = contacts::store::find_by_key(&page.caller.tx, &address.key).await?.ok_or_else(unknown)?;
    match actions::let_in(&page.caller, id, &contact.id).await {
        Err(Error::Invalid(problems)) => Err(Error::Invalid(
            problems
                .into_iter()
                .map(|problem| kernel::error::FieldError { field: "email".to_owned(), ..problem })
                .collect(),
        )),
        other => other.map(drop),
    }
}

/// The page again, with what stood in the way.
async fn refused(
    page: &mut PageCaller,
    headers: &HeaderMap,
    id: &str,
    (error, let_in): (Error, LetInForm),
) -> Result<Response> {
    let (status, errors): (StatusCode, FieldErrors) = refusal(error)?;
    page.caller.start_over().await?;
    let automation = found(page, id).await?;
    let shown = Shown { let_in, errors, ..Shown::default() };
    Ok(ui::html_with(status, &line(page, headers, automation, shown).await?))
}

async fn found(page: &PageCaller, id: &str) -> Result<Automation> {
    store::find(&page.caller.tx, id).await?.ok_or(Error::NotFound)
}
