use axum::response::Response;
use http::HeaderMap;
use kernel::access::{Caller, Permission, Role};
use kernel::api::Id;
use kernel::form::Form;
use kernel::organization::site_settings;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::{FieldErrors, Flash, Moment, Section, SelectOption};

use super::{actions, store};
use crate::invitations::model::{NewInvitation, check_role};
use crate::views::{InvitationRow, InviteForm, MemberRow, MembersPage};
use crate::{invitations, refusal};

/// The most members and invitations that the page shows; the API pages through more.
const SHOWN_AT_MOST: i64 = 500;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct InviteInput {
    email: String,
    role: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RoleInput {
    role: String,
}

pub async fn list(page: PageCaller, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::MembersManage)?;
    let form = InviteForm { email: String::new(), role: Role::Member.to_string() };
    Ok(ui::html(&show(&page, &headers, form, FieldErrors::none()).await?))
}

async fn show(page: &PageCaller, headers: &HeaderMap, form: InviteForm, errors: FieldErrors) -> Result<MembersPage> {
    let caller = &page.caller;
    let zone = site_settings(&caller.tx).await?.zone();
    let members = store::list(&caller.tx, None, None, SHOWN_AT_MOST).await?;
    let invitations = invitations::store::pending(&caller.tx, None, SHOWN_AT_MOST).await?;
    let member_row = |member: store::Member| MemberRow {
        is_self: member.user_id == caller.actor.user_id,
        may_change: member.role != Role::Owner || caller.may(Permission::OrganizationOwn),
        id: member.id,
        name: member.name,
        email: member.email,
        role: member.role.to_string(),
        role_word: member.role.label().to_owned(),
        joined: Moment::new(member.joined_at, &zone),
    };
    let invitation_row = |invitation: invitations::model::Invitation| InvitationRow {
        is_expired: invitation.expires_at <= caller.now,
        id: invitation.id,
        email: invitation.email,
        role_word: invitation.role.label().to_owned(),
        invited_by: invitation.inviter,
        expires: Moment::new(invitation.expires_at, &zone),
    };
    Ok(MembersPage {
        frame: ui::frame_for(page, headers, "Members", Section::Members),
        members: members.into_iter().map(member_row).collect(),
        invitations: invitations.into_iter().map(invitation_row).collect(),
        may_invite: caller.may(Permission::MembersManage),
        roles: roles_for(caller),
        form,
        errors,
    })
}

/// The roles that the caller may give: never one above their own.
pub fn roles_for(caller: &Caller) -> Vec<SelectOption> {
    let own = Role::ALL.into_iter().filter(|role| *role <= caller.role);
    own.map(|role| SelectOption::new(role.as_str(), role.label())).collect()
}

pub async fn invite(page: PageCaller, headers: HeaderMap, Form(input): Form<InviteInput>) -> Result<Response> {
    page.caller.must(Permission::MembersManage)?;
    let mut problems = Problems::new();
    let new = NewInvitation::check(&mut problems, &input.email, &input.role);
    let outcome = match problems.finish(new) {
        Ok(new) => invitations::actions::invite(&page.caller, &new).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(invitation) => {
            let words = match page.caller.app.settings.smtp_url {
                Some(_) => format!("An invitation was sent to {}.", invitation.email),
                None => format!("The invitation of {} was written, but no mail server is set up.", invitation.email),
            };
            done(page, &words).await
        }
        Err(error) => {
            let (status, errors) = refusal::read(error)?;
            let form = InviteForm { email: input.email, role: input.role };
            Ok(ui::html_with(status, &show(&page, &headers, form, errors).await?))
        }
    }
}

pub async fn change_role(page: PageCaller, Id(id): Id, Form(input): Form<RoleInput>) -> Result<Response> {
    page.caller.must(Permission::MembersManage)?;
    let mut problems = Problems::new();
    let role = check_role(&mut problems, &input.role);
    let role = problems.finish(role)?;
    match actions::change_role(&page.caller, &id, role).await {
        Ok(member) => {
            let words = format!("{} is now {}.", member.shown_name(), member.role.label());
            done(page, &words).await
        }
        Err(error) => refused(&page, error),
    }
}

pub async fn remove(page: PageCaller, Id(id): Id) -> Result<Response> {
    match actions::remove(&page.caller, &id).await {
        Ok(member) if member.user_id == page.caller.actor.user_id => {
            let words = format!("You have left {}.", page.caller.organization.name);
            let app = page.caller.app.clone();
            page.caller.commit().await?;
            app.forget();
            Ok(Flash::success(words).redirect("/admin/organizations"))
        }
        Ok(member) => {
            let words = format!("{} was removed.", member.shown_name());
            done(page, &words).await
        }
        Err(error) => refused(&page, error),
    }
}

/// A rule of the organization refused: said above the list, where something can be done about it.
fn refused(page: &PageCaller, error: Error) -> Result<Response> {
    match error {
        Error::Conflict(words) => Ok(Flash::error(words).redirect(&address(page))),
        other => Err(other),
    }
}

async fn done(page: PageCaller, words: &str) -> Result<Response> {
    let address = address(&page);
    let app = page.caller.app.clone();
    page.caller.commit().await?;
    app.forget();
    Ok(Flash::success(words).redirect(&address))
}

fn address(page: &PageCaller) -> String {
    format!("/admin/{}/members", page.caller.organization.slug)
}
