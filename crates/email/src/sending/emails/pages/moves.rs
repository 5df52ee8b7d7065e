//! What the buttons of an email do.

use axum::response::Response;
use jiff::civil::DateTime;
use kernel::access::Permission;
use kernel::api::Id;
use kernel::form::Form;
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::Flash;

use super::address;
use crate::composer::preview;
use crate::sending::emails::actions::Doubt;
use crate::sending::emails::{actions, store};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TestForm {
    to: String,
    /// The address of a contact whose values are merged.
    contact: String,
}

pub async fn test(page: PageCaller, Id(id): Id, Form(form): Form<TestForm>) -> Result<Response> {
    let to: Vec<String> = form.to.split([',', ' ', ';']).map(str::to_owned).collect();
    page.caller.must(Permission::CampaignsManage)?;
    let contact = preview::contact_of(&page.caller.tx, &form.contact).await?;
    if contact.is_none() && !form.contact.trim().is_empty() {
        let words = "No contact has this address. Leave it empty for somebody made up.";
        return finish(page, &id, Err(Error::invalid("contact", "unknown", words))).await;
    }
    let outcome = actions::test(&page.caller, &id, &to, contact.as_ref().map(|contact| contact.id.as_str()))
        .await
        .map(|to| format!("A test is on its way to {}.", to.join(", ")));
    finish(page, &id, outcome).await
}

pub async fn send(page: PageCaller, Id(id): Id) -> Result<Response> {
    let outcome = actions::send(&page.caller, &id, None).await.map(|_| "Sending has begun.".to_owned());
    finish(page, &id, outcome).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ScheduleForm {
    at: String,
    in_local_time: String,
}

pub async fn schedule(page: PageCaller, Id(id): Id, Form(form): Form<ScheduleForm>) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let zone = site_settings(&page.caller.tx).await?.zone();
    // A time that the clocks leave out becomes the one after, of one they show twice the first is taken.
    let typed: Option<DateTime> = form.at.trim().parse().ok();
    let at = typed.and_then(|typed| typed.to_zoned(zone.clone()).ok()).map(|at| at.timestamp());
    let outcome = match at {
        Some(at) => {
            let when = at.to_zoned(zone).strftime("%-d %b %Y, %H:%M").to_string();
            let locally = !form.in_local_time.is_empty();
            let clocks = if locally { ", by each reader's own clock" } else { "" };
            let scheduled = actions::schedule_at(&page.caller, &id, (at, Some(locally)), None).await;
            scheduled.map(|_| format!("It will be sent on {when}{clocks}."))
        }
        None => Err(Error::invalid("at", "not_a_time", "Choose a day and a time.")),
    };
    finish(page, &id, outcome).await
}

pub async fn pause(page: PageCaller, Id(id): Id) -> Result<Response> {
    let outcome = actions::pause(&page.caller, &id, None).await.map(|_| "Sending is paused.".to_owned());
    finish(page, &id, outcome).await
}

pub async fn resume(page: PageCaller, Id(id): Id) -> Result<Response> {
    let outcome = actions::resume(&page.caller, &id, None).await.map(|_| "Sending goes on.".to_owned());
    finish(page, &id, outcome).await
}

pub async fn cancel(page: PageCaller, Id(id): Id) -> Result<Response> {
    let outcome = actions::cancel(&page.caller, &id, None).await.map(|_| "It is cancelled.".to_owned());
    finish(page, &id, outcome).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SettleForm {
    uncertain: String,
}

pub async fn settle(page: PageCaller, Id(id): Id, Form(form): Form<SettleForm>) -> Result<Response> {
    let doubt = if form.uncertain == "send_again" { Doubt::SendAgain } else { Doubt::TakeAsSent };
    let words = if doubt == Doubt::SendAgain { "They are written to again." } else { "They count as sent." };
    let outcome = actions::settle_doubt(&page.caller, &id, doubt).await.map(|_| words.to_owned());
    finish(page, &id, outcome).await
}

/// Back to the email, with what was done or why not.
async fn finish(page: PageCaller, id: &str, outcome: Result<String>) -> Result<Response> {
    let back = address(&page, &format!("/{id}"));
    match outcome {
        Ok(words) => {
            page.caller.commit().await?;
            Ok(Flash::success(words).redirect(&back))
        }
        Err(Error::Conflict(words)) => Ok(Flash::error(words).redirect(&back)),
        Err(Error::Invalid(problems)) => {
            let words: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
            Ok(Flash::error(words.join(" ")).redirect(&back))
        }
        Err(error) => Err(error),
    }
}

pub async fn duplicate(page: PageCaller, Id(id): Id) -> Result<Response> {
    match actions::duplicate(&page.caller, &id).await {
        Ok(copy) => {
            let there = address(&page, &format!("/{}", copy.id));
            page.caller.commit().await?;
            Ok(Flash::success("This is the copy.").redirect(&there))
        }
        Err(Error::PlanLimit(words)) => Ok(Flash::error(words).redirect(&address(&page, &format!("/{id}")))),
        Err(error) => Err(error),
    }
}

pub async fn delete(page: PageCaller, Id(id): Id) -> Result<Response> {
    match actions::delete(&page.caller, &id, None).await {
        Ok(()) => {
            let back = address(&page, "");
            page.caller.commit().await?;
            Ok(Flash::success("The email is deleted.").redirect(&back))
        }
        Err(Error::Conflict(words)) => Ok(Flash::error(words).redirect(&address(&page, &format!("/{id}")))),
        Err(error) => Err(error),
    }
}
