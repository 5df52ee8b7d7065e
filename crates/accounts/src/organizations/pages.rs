use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use kernel::form::Form;
use kernel::session::{self, Session};
use kernel::validate::Problems;
use kernel::{App, Result};
use serde::Deserialize;
use ui::{FieldErrors, Flash};

use super::actions;
use super::model::{Fields, NewOrganization};
use crate::refusal;
use crate::views::{OrganizationForm, OrganizationRow, OrganizationsPage};
use crate::visit::Visit;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Input {
    name: String,
    slug: String,
}

pub async fn list(session: Session, headers: HeaderMap) -> Result<Response> {
    let flash = Flash::take(&headers);
    Ok(show(StatusCode::OK, &session, OrganizationForm::default(), FieldErrors::none(), flash))
}

/// Makes an organization, of which the user becomes the owner.
pub async fn create(
    State(app): State<App>,
    session: Session,
    visit: Visit,
    Form(input): Form<Input>,
) -> Result<Response> {
    match found(&app, &session, &visit, &input).await {
        Ok(slug) => Ok(Flash::success("Your organization is ready.").redirect(&format!("/admin/{slug}"))),
        Err(error) => {
            let (status, errors) = refusal::read(error)?;
            let form = OrganizationForm { name: input.name, slug: input.slug };
            Ok(show(status, &session, form, errors, None))
        }
    }
}

async fn found(app: &App, session: &Session, visit: &Visit, input: &Input) -> Result<String> {
    let mut problems = Problems::new();
    let fields = Fields { name: "name", slug: "slug" };
    let new = NewOrganization::check(&mut problems, fields, &input.name, &input.slug);
    let new = problems.finish(new)?;
    let tx = actions::begin(app, visit).await?;
    let caller = actions::found(app, tx, session.actor(), &new, visit).await?;
    session::choose(&caller.tx, session, &caller.organization.id).await?;
    let slug = caller.organization.slug.clone();
    caller.commit().await?;
    Ok(slug)
}

fn show(
    status: StatusCode,
    session: &Session,
    form: OrganizationForm,
    errors: FieldErrors,
    flash: Option<Flash>,
) -> Response {
    let rows = session.memberships.iter().map(|membership| OrganizationRow {
        name: membership.organization.name.clone(),
        slug: membership.organization.slug.clone(),
        role: membership.role.label().to_owned(),
    });
    ui::html_with(status, &OrganizationsPage::new(rows.collect(), form, errors, flash))
}
