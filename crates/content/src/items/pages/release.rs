//! The editor's buttons about releases.

use axum::http::HeaderMap;
use axum::response::Response;
use kernel::access::Permission;
use kernel::api::Id;
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};

use super::editor::{done, save_first};
use super::input::{EditorInput, Subject};
use super::refused::show_again;
use crate::items::store;
use crate::releases;

/// Saves what was typed, then puts the item into a release or takes it out.
pub async fn change(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Form(input): Form<EditorInput>,
) -> Result<Response> {
    let changed = async {
        let caller = &page.caller;
        caller.must(Permission::ContentPublish)?;
        store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
        save_first(caller, &id, &input).await?;
        let Some(wanted) = input.release() else {
            let release = releases::store::open_release_of(&caller.tx, &id).await?;
            let release = release.ok_or_else(|| Error::Conflict("It waits in no release any more.".into()))?;
            releases::actions::remove(caller, &release.id, &id).await?;
            return Ok(format!("Saved, and taken out of the release “{}”.", release.name));
        };
        if !kernel::id::is_well_formed(wanted) {
            return Err(Error::Conflict("Choose a release to put it into.".into()));
        }
        let ids = [id.clone()];
        let release = releases::actions::add(caller, wanted, &ids, Problems::new()).await?;
        Ok(format!("Saved, and put into the release “{}”.", release.name))
    };
    match changed.await {
        Ok(words) => done(page, &id, &words).await,
        Err(Error::Invalid(problems)) if problems.iter().all(|problem| problem.field == "ids") => {
            let words = problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>().join(" ");
            show_again(page, &headers, Some((&id, Subject::Item)), (input, Error::Conflict(words))).await
        }
        Err(error) => show_again(page, &headers, Some((&id, Subject::Item)), (input, error)).await,
    }
}
