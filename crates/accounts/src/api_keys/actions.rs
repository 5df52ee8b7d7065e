use kernel::access::{ActorKind, Caller, Permission, Role};
use kernel::{Error, Result, audit};
use serde_json::json;

use super::model::{ApiKey, CreatedApiKey, NewApiKey};
use super::store;

/// The most keys of an organization that work at the same time.
const KEYS_AT_MOST: i64 = 200;

/// Makes a key, with a role that is not above the caller's own.
pub async fn create(caller: &Caller, new: &NewApiKey) -> Result<CreatedApiKey> {
    caller.must(Permission::ApiKeysManage)?;
    must_reach(caller, new.role)?;
    if store::count(&caller.tx, caller.now).await? >= KEYS_AT_MOST {
        let words = format!("There are {KEYS_AT_MOST} keys already, the most there can be. Revoke one first.");
        return Err(Error::Conflict(words));
    }
    let key = new.kind.make();
    let created_by = (caller.actor.kind != ActorKind::System).then_some(caller.actor.user_id.as_str());
    let id = store::insert(&caller.tx, new, &key, created_by, caller.now).await?;
    let details = json!({ "name": new.name, "role": new.role, "kind": new.kind.as_str() });
    audit::record(caller, "api_key.create", ("api_key", &id), details).await?;
    let api_key = store::find(&caller.tx, &id, caller.now).await?.ok_or(Error::NotFound)?;
    Ok(CreatedApiKey { api_key, key })
}

/// Makes a key worthless. The caller of this forgets what the program remembers of keys once it has committed.
pub async fn revoke(caller: &Caller, id: &str) -> Result<ApiKey> {
    caller.must(Permission::ApiKeysManage)?;
    let api_key = store::find(&caller.tx, id, caller.now).await?.ok_or(Error::NotFound)?;
    must_reach(caller, api_key.role)?;
    store::revoke(&caller.tx, id, caller.now).await?;
    audit::record(caller, "api_key.revoke", ("api_key", id), json!({ "name": api_key.name })).await?;
    Ok(api_key)
}

/// Revokes the keys that a member has made above their new role; without a role, all of them. Whoever holds such a key
/// would keep what was taken from its maker. The caller of this forgets what the program remembers, as after `revoke`.
pub async fn revoke_beyond(caller: &Caller, user_id: &str, role: Option<Role>) -> Result<()> {
    for (id, name) in store::revoke_beyond(&caller.tx, user_id, role, caller.now).await? {
        audit::record(caller, "api_key.revoke", ("api_key", &id), json!({ "name": name })).await?;
    }
    Ok(())
}

fn must_reach(caller: &Caller, role: Role) -> Result<()> {
    if role <= caller.role {
        return Ok(());
    }
    let words = "A key cannot have a role above your own. Choose a lower one, or ask an owner.";
    Err(Error::Forbidden(words.into()))
}
