use kernel::access::{ActorKind, Caller, Permission};
use kernel::{Error, Result, audit, jobs};
use serde_json::json;

use super::download;
use super::jobs::MakeExport;
use super::model::Export;
use super::store;

/// Asks for an export. A job makes it, so a large organization waits for no answer.
pub async fn begin(caller: &Caller) -> Result<Export> {
    caller.must(Permission::SettingsManage)?;
    give_up_broken(caller).await?;
    let id = caller.new_id();
    let created_by = (caller.actor.kind != ActorKind::System).then_some(caller.actor.user_id.as_str());
    if !store::insert(&caller.tx, &id, created_by, caller.now).await? {
        return Err(Error::Conflict("An export is being made already. Wait until it is ready.".into()));
    }
    let job = MakeExport { export: id.clone() };
    jobs::enqueue(&caller.tx, Some(caller.tx.organization()), &job, caller.now).await?;
    audit::record(caller, "export.create", ("export", &id), json!({})).await?;
    read(caller, &id).await
}

/// Ends an export whose job came to no end, because the program broke off each time.
async fn give_up_broken(caller: &Caller) -> Result<()> {
    let Some(id) = store::unfinished(&caller.tx).await? else { return Ok(()) };
    let job = MakeExport { export: id.clone() };
    if jobs::is_queued(&caller.tx, caller.tx.organization(), &job).await? {
        return Ok(());
    }
    let words =
        "The program broke off each time while it was made. Whoever runs this server finds the reason in its log.";
    store::fail(&caller.tx, &id, words, caller.now).await
}

/// An export, with an address to fetch its file from.
pub async fn read(caller: &Caller, id: &str) -> Result<Export> {
    caller.must(Permission::SettingsManage)?;
    let export = store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    Ok(download::with_address(caller, export))
}
