use axum::extract::{Path, State};
use axum::response::Response;
use http::{StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use kernel::db::Statements;
use kernel::form::Form;
use kernel::jobs::{self, Job, Task};
use kernel::mail::{self, Mail};
use kernel::validate::{self, Problems};
use kernel::{App, Error, Result, secret, session};
use serde::{Deserialize, Serialize};
use ui::FieldErrors;

use crate::attempts::{Attempt, Trying};
use crate::people::{self, Person};
use crate::views::{ForgotPasswordPage, ResetPasswordPage};
use crate::visit::Visit;
use crate::{password, refusal};

const LINK_LASTS: SignedDuration = SignedDuration::from_hours(1);

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asking {
    email: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Choosing {
    password: String,
}

pub async fn ask_page() -> Response {
    ui::html(&ForgotPasswordPage::new(String::new(), FieldErrors::none()))
}

/// Has a link mailed to the address if it has an account; the answer is the same if it has none.
pub async fn ask(State(app): State<App>, visit: Visit, Form(input): Form<Asking>) -> Result<Response> {
    let outcome = queue_link(&app, &visit, &input.email).await;
    let retry_after = outcome.as_ref().err().and_then(Error::retry_after);
    match outcome {
        Ok(email) => Ok(ui::html(&ForgotPasswordPage::sent(email))),
        Err(error) => {
            let (status, errors) = refusal::read(error)?;
            let mut response = ui::html_with(status, &ForgotPasswordPage::new(input.email, errors));
            if let Some(seconds) = retry_after {
                response.headers_mut().insert(header::RETRY_AFTER, seconds);
            }
            Ok(response)
        }
    }
}

async fn queue_link(app: &App, visit: &Visit, email: &str) -> Result<String> {
    let mut problems = Problems::new();
    let email = validate::email(&mut problems, "email", email);
    let email = problems.finish(email)?;
    let global = app.database.global().await?;
    Attempt::begin(&global, Trying::Reset, &email, &visit.client, visit.now).await?;
    jobs::enqueue(&global, None, &SendResetLink { email: email.clone() }, visit.now).await?;
    Ok(email)
}

/// Mails a link that sets a new password, if the address has an account.
///
/// A job, so that the page takes as long for an address that has none.
#[derive(Serialize, Deserialize)]
pub struct SendResetLink {
    email: String,
}

impl Job for SendResetLink {
    const KIND: &'static str = "password.send_reset_link";

    async fn run(self, app: App, task: Task) -> Result<()> {
        let tx = app.database.global_transaction().await?;
        let Some(person) = people::by_email(&tx, &self.email).await?.filter(|person| person.is_active) else {
            return Ok(());
        };
        let token = secret::token();
        let sql =
            "INSERT INTO app.password_resets (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)";
        tx.execute(sql, &[&secret::hash(&token), &person.id, &task.now, &(task.now + LINK_LASTS)]).await?;
        let link = format!("{}/admin/reset-password/{token}", app.settings.public_url);
        let text = format!(
            "Hello,\n\nsomebody, probably you, asked for a new password for your account at ContentPilot.\n\
             Choose it here within one hour; the link works once:\n\n{link}\n\n\
             If it was not you, do nothing. Your password stays as it is.\n"
        );
        // The mail belongs to the person and to no organization: whose admins read it would become that person.
        let mail = Mail { recipient: &person.email, subject: "Reset your password", text: &text };
        mail::queue(&tx, None, &mail, task.now).await?;
        tx.commit().await
    }
}

pub async fn choose_page(State(app): State<App>, visit: Visit, Path(token): Path<String>) -> Result<Response> {
    match person_of(&app.database.global().await?, &token, visit.now).await? {
        Some(person) => Ok(ui::html(&ResetPasswordPage::new(token, person.email, FieldErrors::none()))),
        None => Ok(link_is_over()),
    }
}

/// Sets the password, ends every session of the person and begins a new one here.
pub async fn choose(
    State(app): State<App>,
    visit: Visit,
    Path(token): Path<String>,
    Form(input): Form<Choosing>,
) -> Result<Response> {
    let Some(person) = person_of(&app.database.global().await?, &token, visit.now).await? else {
        return Ok(link_is_over());
    };
    let mut problems = Problems::new();
    password::check(&mut problems, "password", &input.password, &person.email);
    if let Err(error) = problems.finish(()) {
        let (status, errors) = refusal::read(error)?;
        return Ok(ui::html_with(status, &ResetPasswordPage::new(token, person.email, errors)));
    }
    let hash = password::hash(&input.password).await?;
    let tx = app.database.global_transaction().await?;
    if !use_link(&tx, &token, &person, visit.now).await? {
        return Ok(link_is_over());
    }
    people::set_password_hash(&tx, &person.id, &hash, visit.now).await?;
    people::end_sessions(&tx, &person.id, None).await?;
    let session_token = session::start(&tx, &person.id, &visit.client, visit.now).await?;
    tx.commit().await?;
    Ok(super::signed_in(&app, &session_token, "/admin"))
}

async fn person_of(tx: &impl Statements, token: &str, now: Timestamp) -> Result<Option<Person>> {
    let sql = "SELECT user_id FROM app.password_resets WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2";
    let Some(row) = tx.row(sql, &[&secret::hash(token), &now]).await? else { return Ok(None) };
    Ok(people::by_id(tx, row.get("user_id")).await?.filter(|person| person.is_active))
}

/// Uses the link up, and with it every other link that was sent to the person; says whether it was still good.
async fn use_link(tx: &impl Statements, token: &str, person: &Person, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE app.password_resets SET used_at = $2
               WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2";
    if tx.execute(sql, &[&secret::hash(token), &now]).await? == 0 {
        return Ok(false);
    }
    let sql = "UPDATE app.password_resets SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL";
    tx.execute(sql, &[&person.id, &now]).await?;
    Ok(true)
}

fn link_is_over() -> Response {
    let words = "The link to reset a password works once and for one hour. Ask for a new one on the sign-in page.";
    ui::error_page(StatusCode::NOT_FOUND, "This link no longer works", words, None)
}
