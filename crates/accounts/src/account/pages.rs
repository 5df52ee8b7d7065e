use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, header};
use kernel::api::Id;
use kernel::form::Form;
use kernel::organization::site_settings;
use kernel::session::Session;
use kernel::validate::Problems;
use kernel::{App, Error, Result};
use serde::Deserialize;
use ui::{FieldErrors, Flash, Moment};

use super::{device, store};
use crate::attempts::{Attempt, Trying};
use crate::notifications;
use crate::people::{self, NAME_LONGEST};
use crate::views::{AccountPage, SessionRow};
use crate::visit::Visit;
use crate::{password, refusal};

const ADDRESS: &str = "/admin/account";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NameInput {
    name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PasswordInput {
    current_password: String,
    new_password: String,
}

pub async fn page(State(app): State<App>, session: Session, headers: HeaderMap) -> Result<Response> {
    let shown = show(&app, &session, &headers, FieldErrors::none()).await?;
    Ok(ui::html(&shown))
}

async fn show(app: &App, session: &Session, headers: &HeaderMap, errors: FieldErrors) -> Result<AccountPage> {
    let zone = match session.home() {
        Some(home) => site_settings(&app.database.tenant(&home.organization.id).await?).await?.zone(),
        None => jiff::tz::TimeZone::UTC,
    };
    let devices = store::devices(&app.database.global().await?, &session.user_id, app.clock.now()).await?;
    let rows = devices.into_iter().map(|known| SessionRow {
        is_current: known.token_hash == session.token_hash,
        device: device::in_words(&known.user_agent),
        last_seen: Moment::new(known.last_seen_at, &zone),
        id: known.id,
        address: known.ip,
    });
    Ok(AccountPage {
        frame: ui::frame_of_person(app, session, headers, "Your account"),
        name: session.user_name.clone(),
        email: session.user_email.clone(),
        sessions: rows.collect(),
        mails: notifications::pages::choices(&app.database.global().await?, &session.user_id).await?,
        errors,
    })
}

pub async fn rename(
    State(app): State<App>,
    session: Session,
    headers: HeaderMap,
    Form(input): Form<NameInput>,
) -> Result<Response> {
    let mut problems = Problems::new();
    let name = problems.required("name", "Your name", &input.name, NAME_LONGEST);
    match problems.finish(name) {
        Ok(name) => {
            people::rename(&app.database.global().await?, &session.user_id, &name, app.clock.now()).await?;
            Ok(Flash::success("Your name was saved.").redirect(ADDRESS))
        }
        Err(error) => {
            let (status, errors) = refusal::read(error)?;
            let shown = AccountPage { name: input.name, ..show(&app, &session, &headers, errors).await? };
            Ok(ui::html_with(status, &shown))
        }
    }
}

pub async fn change_password(
    State(app): State<App>,
    session: Session,
    visit: Visit,
    headers: HeaderMap,
    Form(input): Form<PasswordInput>,
) -> Result<Response> {
    let Err(error) = set_password(&app, &session, &visit, &input).await else {
        let words = "Your password was changed. Every other device was signed out.";
        return Ok(Flash::success(words).redirect(ADDRESS));
    };
    let retry_after = error.retry_after();
    let (status, mut errors) = refusal::read(error)?;
    if retry_after.is_some() {
        let words = errors.of("").to_owned();
        errors.add("current_password", words);
    }
    let mut response = ui::html_with(status, &show(&app, &session, &headers, errors).await?);
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    Ok(response)
}

/// Sets a new password for somebody who knows the present one, and ends their other sessions.
async fn set_password(app: &App, session: &Session, visit: &Visit, input: &PasswordInput) -> Result<()> {
    let mut problems = Problems::new();
    password::check(&mut problems, "new_password", &input.new_password, &session.user_email);
    // Guessing here is limited like guessing at the door, or a stolen session would be a way around it.
    let global = app.database.global().await?;
    let email = session.user_email.to_lowercase();
    let attempt = Attempt::begin(&global, Trying::SignIn, &email, &visit.client, visit.now).await?;
    let person = people::by_id(&global, &session.user_id).await?.ok_or(Error::Unauthenticated)?;
    drop(global);
    if password::verifies(person.password_hash.as_deref(), &input.current_password).await? {
        attempt.succeeded(&app.database.global().await?, visit.now).await?;
    } else {
        problems.add("current_password", "wrong", "That is not your present password. Type it again.");
    }
    problems.finish(())?;
    let hash = password::hash(&input.new_password).await?;
    let tx = app.database.global_transaction().await?;
    people::set_password_hash(&tx, &session.user_id, &hash, visit.now).await?;
    people::end_sessions(&tx, &session.user_id, Some(&session.token_hash)).await?;
    tx.commit().await
}

pub async fn end_session(State(app): State<App>, session: Session, Id(id): Id) -> Result<Response> {
    if !store::end(&app.database.global().await?, &session.user_id, &id).await? {
        let words = "That device is signed out already.";
        return Ok(Flash::error(words).redirect(ADDRESS));
    }
    Ok(Flash::success("The device was signed out.").redirect(ADDRESS))
}

pub async fn end_other_sessions(State(app): State<App>, session: Session) -> Result<Response> {
    people::end_sessions(&app.database.global().await?, &session.user_id, Some(&session.token_hash)).await?;
    Ok(Flash::success("Every other device was signed out.").redirect(ADDRESS))
}
