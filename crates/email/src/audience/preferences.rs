//! `/e/{organization}/preferences/{token}`: what is kept of a person, for themselves to see and change, and a pause.
//!
//! The link in each mail lets them in; it names nobody. Looking changes nothing, and an address that is gone is told so.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use kernel::db::{Statements, Tenant};
use kernel::form::Form;
use kernel::validate::Problems;
use kernel::{App, Result};
use serde::Deserialize;
use ui::{Card, FieldErrors, SelectOption};

use super::contacts::draft::{NAME_LONGEST, check_language};
use super::contacts::{Contact, Status, history, store};
use super::public::{name_of, open, personal};
use super::refusal;

pub fn router() -> Router<App> {
    Router::new().route("/e/{organization}/preferences/{token}", get(show).post(save))
}

/// Lengths of a pause in days, by what the form sends.
const PAUSES: [(&str, i64); 3] = [("30", 30), ("90", 90), ("180", 180)];
/// What keeps a pause as it is.
const KEEP: &str = "keep";

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    name: String,
    company: String,
    language: String,
    pause: String,
}

#[derive(Template)]
#[template(path = "preferences.html")]
struct PreferencesPage {
    card: Card,
    site: String,
    address: String,
    unsubscribe: String,
    /// None when nothing is kept.
    typed: Option<Typed>,
    email: String,
    consent: String,
    is_subscribed: bool,
    /// When a pause ends that holds now.
    paused_until: Option<String>,
    errors: FieldErrors,
}

impl PreferencesPage {
    fn pauses(&self) -> Vec<SelectOption> {
        let mut options = vec![SelectOption::new("", "No pause")];
        if let Some(until) = &self.paused_until {
            options.push(SelectOption::new(KEEP, format!("Nothing before {until}")));
        }
        options
            .extend(PAUSES.iter().map(|(value, days)| SelectOption::new(*value, format!("Nothing for {days} days"))));
        options
    }
}

/// An address that the person knows and nobody else can guess: `r•••@example.org`.
fn masked(email: &str) -> String {
    let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let first: String = local.chars().take(1).collect();
    format!("{first}•••@{domain}")
}

/// The person of a link, kept from changing until the transaction ends.
struct Visit {
    tx: Tenant,
    contact: Option<Contact>,
    site: String,
    base: String,
    token: String,
}

async fn visit(app: &App, organization: &str, token: String) -> Result<Visit> {
    let (tx, hash) = open(app, organization, &token).await?;
    let contact = store::lock_by_hash(&tx, &hash).await?;
    let site = name_of(&tx).await?;
    Ok(Visit { tx, contact, site, base: format!("/e/{organization}"), token })
}

fn page(visit: &Visit, now: Timestamp, (typed, errors): (Option<Typed>, FieldErrors), lead: &str) -> PreferencesPage {
    let contact = visit.contact.as_ref();
    let paused = contact.and_then(|contact| contact.paused_until).filter(|until| *until > now);
    PreferencesPage {
        card: Card::new("Your preferences", lead),
        site: visit.site.clone(),
        address: format!("{}/preferences/{}", visit.base, visit.token),
        unsubscribe: format!("{}/unsubscribe/{}", visit.base, visit.token),
        typed,
        email: contact.map(|contact| masked(&contact.email)).unwrap_or_default(),
        consent: contact.and_then(|contact| contact.consent_source.clone()).unwrap_or_default(),
        is_subscribed: contact.is_some_and(|contact| contact.status == Status::Subscribed),
        paused_until: paused.map(|until| until.strftime("%-d %b %Y").to_string()),
        errors,
    }
}

fn stored(contact: &Contact, now: Timestamp) -> Typed {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let is_paused = contact.paused_until.is_some_and(|until| until > now);
    Typed {
        name: text(&contact.name),
        company: text(&contact.company),
        language: text(&contact.language),
        pause: if is_paused { KEEP.to_owned() } else { String::new() },
    }
}

async fn show(State(app): State<App>, Path((organization, token)): Path<(String, String)>) -> Result<Response> {
    let visit = visit(&app, &organization, token).await?;
    let now = app.clock.now();
    let typed = visit.contact.as_ref().map(|contact| stored(contact, now));
    let lead = format!("What {} keeps of you, and how often they write.", visit.site);
    Ok(personal(StatusCode::OK, &page(&visit, now, (typed, FieldErrors::none()), &lead)))
}

async fn save(
    State(app): State<App>,
    Path((organization, token)): Path<(String, String)>,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    let mut visit = visit(&app, &organization, token).await?;
    let now = app.clock.now();
    let Some(contact) = visit.contact.clone() else {
        return Ok(personal(StatusCode::OK, &page(&visit, now, (None, FieldErrors::none()), "")));
    };
    if let Err(error) = change(&visit.tx, &contact, &typed, now).await {
        let (status, errors) = refusal(error)?;
        return Ok(personal(status, &page(&visit, now, (Some(typed), errors), "")));
    }
    visit.contact = store::find(&visit.tx, &contact.id).await?;
    let typed = visit.contact.as_ref().map(|contact| stored(contact, now));
    let shown = page(&visit, now, (typed, FieldErrors::none()), "Saved. It holds from now on.");
    visit.tx.commit().await?;
    Ok(personal(StatusCode::OK, &shown))
}

async fn change(tx: &Tenant, contact: &Contact, typed: &Typed, now: Timestamp) -> Result<()> {
    let mut problems = Problems::new();
    let name = problems.optional("name", "The name", Some(&typed.name), NAME_LONGEST);
    let company = problems.optional("company", "The company", Some(&typed.company), NAME_LONGEST);
    let mut language = problems.optional("language", "The language", Some(&typed.language), 35);
    check_language(&mut problems, &mut language);
    problems.finish(())?;
    let days = PAUSES.iter().find(|(value, _)| *value == typed.pause).map(|(_, days)| *days);
    let paused_until = match (typed.pause.as_str(), days) {
        (KEEP, _) => contact.paused_until,
        (_, Some(days)) => Some(now + SignedDuration::from_hours(days * 24)),
        _ => None,
    };
    let sql = "UPDATE app.contacts SET name = $2, company = $3, language = $4, paused_until = $5, version = version + 1 WHERE id = $1";
    tx.execute(sql, &[&contact.id, &name, &company, &language, &paused_until]).await?;
    let words = match paused_until.filter(|_| paused_until != contact.paused_until) {
        Some(until) => format!("Changed their preferences: a pause until {}", until.strftime("%-d %b %Y")),
        None => "Changed their preferences".to_owned(),
    };
    history::record(tx, &contact.id, ("preferences", &words), None, now).await
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_address_is_shown_to_who_knows_it() {
        assert_eq!(super::masked("rita@example.org"), "r•••@example.org");
    }
}
