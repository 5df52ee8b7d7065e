//! Coming and going. The caller commits.

use kernel::access::{Caller, Permission};
use kernel::{Error, Result};

use super::{Present, store};

/// Says that the caller has the item open, and tells who else has.
pub async fn renew(caller: &Caller, content_id: &str) -> Result<Vec<Present>> {
    caller.must(Permission::ContentEdit)?;
    let user_id = &caller.actor.user_id;
    if !store::renew(&caller.tx, content_id, user_id, caller.now).await? {
        return Err(Error::NotFound);
    }
    store::clear(&caller.tx, caller.now).await?;
    store::others(&caller.tx, content_id, user_id, caller.now).await
}

/// Says that the caller has closed the item.
pub async fn leave(caller: &Caller, content_id: &str) -> Result<()> {
    caller.must(Permission::ContentEdit)?;
    crate::items::store::find(&caller.tx, content_id).await?.ok_or(Error::NotFound)?;
    store::end(&caller.tx, content_id, &caller.actor.user_id).await
}
