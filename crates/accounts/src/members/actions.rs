use kernel::access::{ActorKind, Caller, Permission, Role};
use kernel::{Error, Result, audit};
use serde_json::json;

use super::store::{self, Member};
use crate::{api_keys, invitations};

/// Gives a member another role. Only owners make and unmake owners, and one owner always stays.
///
/// The caller of this forgets what the program remembers of keys once it has committed.
pub async fn change_role(caller: &Caller, id: &str, role: Role) -> Result<Member> {
    caller.must(Permission::MembersManage)?;
    store::lock(&caller.tx).await?;
    let member = store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    must_reach(caller, member.role)?;
    must_reach(caller, role)?;
    if member.role == role {
        return Ok(member);
    }
    if member.role == Role::Owner {
        must_not_be_last_owner(caller).await?;
    }
    store::set_role(&caller.tx, id, role).await?;
    invitations::store::revoke_beyond(&caller.tx, &member.user_id, Some(role), caller.now).await?;
    api_keys::actions::revoke_beyond(caller, &member.user_id, Some(role)).await?;
    let details = json!({ "email": member.email, "from": member.role, "to": role });
    audit::record(caller, "member.change_role", ("member", id), details).await?;
    Ok(Member { role, ..member })
}

/// Takes a member out of the organization. Everybody may leave by themselves, but for the last owner.
///
/// The caller of this forgets what the program remembers of keys once it has committed.
pub async fn remove(caller: &Caller, id: &str) -> Result<Member> {
    let known = store::find(&caller.tx, id).await?;
    let leaves = caller.actor.kind == ActorKind::User
        && known.as_ref().is_some_and(|member| member.user_id == caller.actor.user_id);
    if !leaves {
        caller.must(Permission::MembersManage)?;
    }
    store::lock(&caller.tx).await?;
    // Read again under the lock: the role may have changed meanwhile.
    let member = store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    if !leaves {
        must_reach(caller, member.role)?;
    }
    if member.role == Role::Owner {
        must_not_be_last_owner(caller).await?;
    }
    store::delete(&caller.tx, id).await?;
    invitations::store::revoke_beyond(&caller.tx, &member.user_id, None, caller.now).await?;
    api_keys::actions::revoke_beyond(caller, &member.user_id, None).await?;
    let action = if leaves { "member.leave" } else { "member.remove" };
    audit::record(caller, action, ("member", id), json!({ "email": member.email, "role": member.role })).await?;
    Ok(member)
}

/// Owners are made, changed and removed by owners alone.
pub fn must_reach(caller: &Caller, role: Role) -> Result<()> {
    if role == Role::Owner { caller.must(Permission::OrganizationOwn) } else { Ok(()) }
}

async fn must_not_be_last_owner(caller: &Caller) -> Result<()> {
    if store::count(&caller.tx, Some(Role::Owner)).await? > 1 {
        return Ok(());
    }
    let words = "This is the organization's last owner. Make somebody else an owner first.";
    Err(Error::Conflict(words.into()))
}
