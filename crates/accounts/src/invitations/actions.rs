use jiff::SignedDuration;
use kernel::access::{Actor, Caller, Permission};
use kernel::error::FieldError;
use kernel::mail::{self, Mail};
use kernel::organization::Organization;
use kernel::{App, Error, Result, audit, secret};
use serde_json::json;

use super::model::{Invitation, NewInvitation};
use super::store;
use crate::members::{self, actions::must_reach};
use crate::visit::Visit;

/// The most invitations an organization sends in a day; they are mails to anybody, in our name.
const SENT_A_DAY: i64 = 200;
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Mails somebody a link to join; what waited for that address before no longer works.
///
/// The answer is the same whether or not the address has an account.
pub async fn invite(caller: &Caller, new: &NewInvitation) -> Result<Invitation> {
    caller.must(Permission::MembersManage)?;
    must_reach(caller, new.role)?;
    if members::store::has_email(&caller.tx, &new.email).await? {
        let words = "This person is a member already. Change their role in the list.";
        return Err(Error::Taken(FieldError::new("email", "taken", words)));
    }
    let (sent, first) = store::sent_since(&caller.tx, caller.now - DAY).await?;
    if sent >= SENT_A_DAY {
        let wait = first.map_or(DAY, |first| (first + DAY).duration_since(caller.now));
        let retry_after_seconds = u64::try_from(wait.as_secs().max(1)).unwrap_or(1);
        return Err(Error::TooManyRequests { retry_after_seconds });
    }
    store::revoke_for(&caller.tx, &new.email, caller.now).await?;
    let token = secret::token();
    let hash = secret::hash(&token);
    let invitation = store::insert(&caller.tx, new, &caller.actor.user_id, &hash, caller.now).await?;
    send(caller, &invitation, &token).await?;
    let details = json!({ "email": new.email, "role": new.role });
    audit::record(caller, "invitation.create", ("invitation", &invitation.id), details).await?;
    Ok(invitation)
}

async fn send(caller: &Caller, invitation: &Invitation, token: &str) -> Result<()> {
    let organization = &caller.organization;
    let link = format!("{}/admin/invitations/{token}", caller.app.settings.public_url);
    let subject = format!("Join {} at ContentPilot", organization.name);
    let text = format!(
        "Hello,\n\n{inviter} invited you to work on {name} as {role}.\nAccept here within seven days:\n\n{link}\n\n\
         If you do not know why you got this mail, do nothing.\n",
        inviter = caller.actor.name,
        name = organization.name,
        role = invitation.role.label(),
    );
    let mail = Mail { recipient: &invitation.email, subject: &subject, text: &text };
    mail::queue(&caller.tx, Some(&organization.id), &mail, caller.now).await
}

/// Ends an invitation, so that its link no longer works. One that would make an owner is ended by owners alone.
pub async fn revoke(caller: &Caller, id: &str) -> Result<()> {
    caller.must(Permission::MembersManage)?;
    let invitation = store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    must_reach(caller, invitation.role)?;
    store::revoke(&caller.tx, id, caller.now).await?;
    let details = json!({ "email": invitation.email, "role": invitation.role });
    audit::record(caller, "invitation.revoke", ("invitation", id), details).await
}

/// An invitation in the hands of whom it is for.
pub struct Opened {
    pub organization: Organization,
    pub invitation: Invitation,
}

/// What the secret of a link opens, if it still holds.
pub async fn open(app: &App, token: &str, visit: &Visit) -> Result<Option<Opened>> {
    let found = store::by_token(&app.database.global().await?, &secret::hash(token), visit.now).await?;
    Ok(found.map(|(organization, invitation)| Opened { organization, invitation }))
}

/// Begins the transaction in which the invited person joins.
pub async fn begin(app: &App, opened: &Opened) -> Result<kernel::db::Tenant> {
    app.database.tenant(&opened.organization.id).await
}

/// Makes the invited person a member. Who is one already keeps their role.
pub async fn accept(caller: &Caller, opened: &Opened) -> Result<()> {
    if !store::accept(&caller.tx, &opened.invitation.id, caller.now).await? {
        return Err(Error::NotFound);
    }
    let role = opened.invitation.role;
    crate::organizations::store::insert_member(&caller.tx, &caller.actor.user_id, role, caller.now).await?;
    let details = json!({ "email": opened.invitation.email, "role": role });
    audit::record(caller, "invitation.accept", ("invitation", &opened.invitation.id), details).await
}

/// The invited person as a caller in the organization they join.
pub fn joining(app: &App, tx: kernel::db::Tenant, opened: &Opened, actor: Actor, visit: &Visit) -> Caller {
    visit.caller(app, tx, opened.organization.clone(), actor, opened.invitation.role)
}
