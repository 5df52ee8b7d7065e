use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use kernel::api::Query;
use kernel::form::Form;
use kernel::session::{self, Session};
use kernel::{App, Error, Result, web};
use serde::Deserialize;
use ui::{FieldErrors, Flash};

use crate::attempts::{Attempt, Trying};
use crate::people::{self, Person};
use crate::views::SignInPage;
use crate::visit::{Visit, Visitor};
use crate::{password, refusal};

/// The same words whether the address is unknown or the password wrong, so that nobody learns who has an account.
const WRONG: &str = "This email address and this password do not belong together. Check both, or reset your password.";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Input {
    email: String,
    password: String,
    next: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Parameters {
    next: String,
}

/// `/admin`: where to begin depends on who comes.
pub async fn start(State(app): State<App>, Visitor(visitor): Visitor) -> Result<Response> {
    let location = match visitor {
        Some(session) => match session.home() {
            Some(home) => format!("/admin/{}", home.organization.slug),
            None => "/admin/organizations".to_owned(),
        },
        None if people::exist(&app.database.global().await?).await? => "/admin/sign-in".to_owned(),
        None => "/admin/setup".to_owned(),
    };
    Ok(web::see_other(&location))
}

pub async fn page(
    State(app): State<App>,
    Visitor(visitor): Visitor,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Result<Response> {
    if visitor.is_some() {
        return Ok(web::see_other(super::own_path(&parameters.next)));
    }
    if !people::exist(&app.database.global().await?).await? {
        return Ok(web::see_other("/admin/setup"));
    }
    let page = SignInPage::new(String::new(), parameters.next, FieldErrors::none());
    Ok(ui::html(&page.flash(Flash::take(&headers))))
}

pub async fn submit(
    State(app): State<App>,
    visit: Visit,
    Visitor(before): Visitor,
    Form(input): Form<Input>,
) -> Result<Response> {
    let email = input.email.trim().to_lowercase();
    let outcome = authenticate(&app, &visit, &email, &input.password).await;
    let retry_after = outcome.as_ref().err().and_then(Error::retry_after);
    match outcome {
        Ok(Some(person)) => {
            let token = begin_session(&app, &visit, &person, before.as_ref()).await?;
            Ok(super::signed_in(&app, &token, super::own_path(&input.next)))
        }
        Ok(None) => {
            let errors = [("", WRONG)].into_iter().collect();
            Ok(ui::html_with(StatusCode::UNPROCESSABLE_ENTITY, &SignInPage::new(input.email, input.next, errors)))
        }
        Err(error) => {
            let (status, errors) = refusal::read(error)?;
            let mut response = ui::html_with(status, &SignInPage::new(input.email, input.next, errors));
            if let Some(seconds) = retry_after {
                response.headers_mut().insert(http::header::RETRY_AFTER, seconds);
            }
            Ok(response)
        }
    }
}

/// The person with this address and password. Fails only when too many attempts were made.
async fn authenticate(app: &App, visit: &Visit, email: &str, password: &str) -> Result<Option<Person>> {
    if email.len() > 254 || email.chars().any(char::is_control) {
        return Ok(None);
    }
    let global = app.database.global().await?;
    let attempt = Attempt::begin(&global, Trying::SignIn, email, &visit.client, visit.now).await?;
    let person = people::to_sign_in(&global, email).await?.filter(|person| person.is_active);
    // The connection goes back before the slow part.
    drop(global);
    let kept = person.as_ref().and_then(|person| person.password_hash.as_deref());
    if !password::verifies(kept, password).await? {
        return Ok(None);
    }
    attempt.succeeded(&app.database.global().await?, visit.now).await?;
    Ok(person)
}

/// Begins a session with a fresh token and ends the one the browser came with.
async fn begin_session(app: &App, visit: &Visit, person: &Person, before: Option<&Session>) -> Result<String> {
    let tx = app.database.global_transaction().await?;
    if let Some(before) = before {
        session::end(&tx, &before.token_hash).await?;
    }
    people::forget_what_is_over(&tx, visit.now).await?;
    let token = session::start(&tx, &person.id, &visit.client, visit.now).await?;
    tx.commit().await?;
    Ok(token)
}

pub async fn sign_out(State(app): State<App>, Visitor(visitor): Visitor) -> Result<Response> {
    if let Some(session) = visitor {
        session::end(&app.database.global().await?, &session.token_hash).await?;
    }
    let response = Flash::success("You are signed out.").redirect("/admin/sign-in");
    Ok(super::with_cookie(response, session::cookie("", app.settings.is_secure())))
}
