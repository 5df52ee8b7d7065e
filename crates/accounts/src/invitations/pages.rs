use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use kernel::access::Actor;
use kernel::api::Id;
use kernel::form::Form;
use kernel::session::{self, PageCaller, Session};
use kernel::validate::Problems;
use kernel::{App, Error, Result, web};
use serde::Deserialize;
use ui::{FieldErrors, Flash};

use super::actions::{self, Opened};
use crate::entry::signed_in;
use crate::people::{self, NewPerson};
use crate::refusal;
use crate::views::{InvitationLink, InvitationPage, Invitee};
use crate::visit::{Visit, Visitor};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Input {
    name: String,
    password: String,
}

/// One opened link: the invitation, its secret and who holds it.
struct Guest {
    opened: Opened,
    token: String,
    invitee: Invitee,
}

impl Guest {
    async fn open(app: &App, token: String, visit: &Visit, session: Option<&Session>) -> Result<Option<Self>> {
        let Some(opened) = actions::open(app, &token, visit).await? else { return Ok(None) };
        let email = &opened.invitation.email;
        let invitee = match session {
            Some(session) if session.user_email.to_lowercase() == *email => Invitee::SignedIn,
            Some(session) => Invitee::Other { email: session.user_email.clone() },
            None if people::by_email(&app.database.global().await?, email).await?.is_some() => Invitee::Known,
            None => Invitee::New { name: String::new() },
        };
        Ok(Some(Self { opened, token, invitee }))
    }

    fn show(self, status: StatusCode, errors: FieldErrors) -> Response {
        let Self { opened: Opened { organization, invitation }, token, invitee } = self;
        let inviter = if invitation.inviter.is_empty() { "Somebody" } else { &invitation.inviter };
        let link = InvitationLink { token, email: invitation.email, invitee, errors };
        let page = InvitationPage::new(&organization.name, invitation.role.label(), inviter, link);
        ui::html_with(status, &page)
    }
}

pub async fn page(
    State(app): State<App>,
    visit: Visit,
    Visitor(session): Visitor,
    Path(token): Path<String>,
) -> Result<Response> {
    match Guest::open(&app, token, &visit, session.as_ref()).await? {
        Some(guest) => Ok(guest.show(StatusCode::OK, FieldErrors::none())),
        None => Ok(link_is_over()),
    }
}

/// Joins: as the signed-in user whom the invitation names, or as somebody new with a name and a password.
pub async fn accept(
    State(app): State<App>,
    visit: Visit,
    Visitor(session): Visitor,
    Path(token): Path<String>,
    Form(input): Form<Input>,
) -> Result<Response> {
    let Some(mut guest) = Guest::open(&app, token, &visit, session.as_ref()).await? else {
        return Ok(link_is_over());
    };
    let outcome = match (&guest.invitee, &session) {
        (Invitee::SignedIn, Some(session)) => join(&app, &visit, &guest.opened, session.actor()).await,
        (Invitee::New { .. }, _) => join_as_new(&app, &visit, &guest.opened, &input).await,
        _ => return Ok(guest.show(StatusCode::UNPROCESSABLE_ENTITY, FieldErrors::none())),
    };
    match outcome {
        Ok(response) => Ok(response),
        Err(Error::NotFound) => Ok(link_is_over()),
        Err(error) => {
            let (status, errors) = refusal::read(error)?;
            if let Invitee::New { name } = &mut guest.invitee {
                *name = input.name;
            }
            Ok(guest.show(status, errors))
        }
    }
}

async fn join(app: &App, visit: &Visit, opened: &Opened, actor: Actor) -> Result<Response> {
    let tx = actions::begin(app, opened).await?;
    let caller = actions::joining(app, tx, opened, actor, visit);
    actions::accept(&caller, opened).await?;
    caller.commit().await?;
    Ok(web::see_other(&format!("/admin/{}", opened.organization.slug)))
}

async fn join_as_new(app: &App, visit: &Visit, opened: &Opened, input: &Input) -> Result<Response> {
    let mut problems = Problems::new();
    let person = NewPerson::check(&mut problems, &opened.invitation.email, &input.name, &input.password);
    let person = problems.finish(person)?;
    let hash = crate::password::hash(&input.password).await?;
    let tx = actions::begin(app, opened).await?;
    let person = people::create(&tx, &person, Some(&hash), visit.now).await?;
    let caller = actions::joining(app, tx, opened, person.actor(), visit);
    actions::accept(&caller, opened).await?;
    let token = session::start(&caller.tx, &person.id, &visit.client, visit.now).await?;
    caller.commit().await?;
    Ok(signed_in(app, &token, &format!("/admin/{}", opened.organization.slug)))
}

pub async fn revoke(page: PageCaller, Id(id): Id) -> Result<Response> {
    actions::revoke(&page.caller, &id).await?;
    let location = format!("/admin/{}/members", page.caller.organization.slug);
    page.caller.commit().await?;
    Ok(Flash::success("The invitation was revoked; its link no longer works.").redirect(&location))
}

fn link_is_over() -> Response {
    let words = "An invitation works once, for seven days, until it is revoked. Ask whoever invited you for a new one.";
    ui::error_page(StatusCode::NOT_FOUND, "This invitation no longer works", words, None)
}
