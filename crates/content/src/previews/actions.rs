//! Every write to preview links. The caller commits.

use kernel::access::{Caller, Permission};
use kernel::validate::Problems;
use kernel::{Error, Result, audit, secret};
use serde_json::json;

use super::{AT_ONCE, NewPreview, Preview, PreviewRequest, REMEMBERED_FOR, store};
use crate::items;

/// Makes a link to an item. Its address is told in the answer and cannot be found out later.
pub async fn create(
    caller: &Caller,
    content_id: &str,
    request: &PreviewRequest,
    problems: Problems,
) -> Result<NewPreview> {
    caller.must(Permission::ContentEdit)?;
    let item = items::store::lock(&caller.tx, content_id).await?.ok_or(Error::NotFound)?;
    let expires_at = request.end(caller.now, problems)?;
    store::forget(&caller.tx, content_id, caller.now - REMEMBERED_FOR).await?;
    if store::count(&caller.tx, content_id, caller.now).await? >= AT_ONCE {
        return Err(Error::Conflict(format!(
            "This item has {AT_ONCE} preview links that work. Take back those that nobody needs any more."
        )));
    }
    let token = secret::token();
    let preview = Preview {
        id: caller.new_id(),
        content_id: content_id.to_owned(),
        created_by: caller.actor.user_id.clone(),
        author_name: caller.actor.name.clone(),
        created_at: caller.now,
        expires_at,
    };
    store::add(&caller.tx, &preview, &secret::hash(&token)).await?;
    let details = json!({ "title": item.title, "expires_at": expires_at });
    audit::record(caller, "content.preview", ("content", content_id), details).await?;
    let url = format!("{}/s/{}/preview/{token}", caller.app.settings.public_url, caller.organization.slug);
    Ok(NewPreview { preview, url })
}

/// Takes a link back; it stops working at once.
pub async fn revoke(caller: &Caller, content_id: &str, id: &str) -> Result<()> {
    caller.must(Permission::ContentEdit)?;
    if !store::remove(&caller.tx, content_id, id).await? {
        return Err(Error::NotFound);
    }
    audit::record(caller, "content.revoke_preview", ("content", content_id), json!({})).await
}
