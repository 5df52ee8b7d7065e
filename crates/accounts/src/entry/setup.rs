use axum::extract::State;
use axum::response::Response;
use kernel::db::Statements;
use kernel::form::Form;
use kernel::validate::Problems;
use kernel::{App, Error, Result, session, web};
use serde::Deserialize;
use ui::FieldErrors;

use crate::organizations::actions;
use crate::organizations::model::{Fields, NewOrganization};
use crate::people::{self, NewPerson};
use crate::refusal;
use crate::views::{SetupForm, SetupPage};
use crate::visit::Visit;

/// The advisory lock under which the first owner is made, so that two at once make one.
const SETUP_LOCK: i64 = 0x5345_5455_5031;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Input {
    name: String,
    email: String,
    password: String,
    organization_name: String,
    organization_slug: String,
}

pub async fn page(State(app): State<App>) -> Result<Response> {
    if people::exist(&app.database.global().await?).await? {
        return Ok(web::see_other("/admin/sign-in"));
    }
    Ok(ui::html(&SetupPage::new(SetupForm::default(), FieldErrors::none())))
}

pub async fn submit(State(app): State<App>, visit: Visit, Form(input): Form<Input>) -> Result<Response> {
    match set_up(&app, &visit, &input).await {
        Ok(token) => Ok(super::signed_in(&app, &token, "/admin")),
        Err(error @ Error::Conflict(_)) => Err(error),
        Err(error) => {
            let (status, errors) = refusal::read(error)?;
            let Input { name, email, organization_name, organization_slug, .. } = input;
            let form = SetupForm { name, email, organization_name, organization_slug };
            Ok(ui::html_with(status, &SetupPage::new(form, errors)))
        }
    }
}

/// Makes the first owner with the first organization, and begins their session.
///
/// Only while nobody has an account at all: afterwards anybody could make themselves an owner.
async fn set_up(app: &App, visit: &Visit, input: &Input) -> Result<String> {
    let mut problems = Problems::new();
    let person = NewPerson::check(&mut problems, &input.email, &input.name, &input.password);
    let fields = Fields { name: "organization_name", slug: "organization_slug" };
    let new = NewOrganization::check(&mut problems, fields, &input.organization_name, &input.organization_slug);
    refuse_when_set_up(&app.database.global().await?).await?;
    let (person, new) = problems.finish((person, new))?;
    let hash = crate::password::hash(&input.password).await?;

    let tx = actions::begin(app, visit).await?;
    tx.execute("SELECT pg_advisory_xact_lock($1)", &[&SETUP_LOCK]).await?;
    refuse_when_set_up(&tx).await?;
    let owner = people::create(&tx, &person, Some(&hash), visit.now).await?;
    let caller = actions::found(app, tx, owner.actor(), &new, visit).await?;
    let token = session::start(&caller.tx, &owner.id, &visit.client, visit.now).await?;
    caller.commit().await?;
    Ok(token)
}

async fn refuse_when_set_up(tx: &impl Statements) -> Result<()> {
    if people::exist(tx).await? {
        let words = "This ContentPilot is set up already. Sign in, or ask to be invited to an organization.";
        return Err(Error::Conflict(words.into()));
    }
    Ok(())
}
