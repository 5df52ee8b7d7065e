use axum::http::HeaderMap;
use axum::response::Response;
use kernel::Result;
use kernel::access::{Caller, Permission};
use kernel::api::Id;
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use ui::Flash;

use super::editor::{address, done, schedule_words, zone};
use super::input::{EditorInput, Subject};
use super::refused::show_again;
use crate::changes::{Changes, actions};
use crate::items::model::Move;
use crate::reviews;

/// Saves what was typed as draft changes; what is on the site stays as it is.
pub async fn save(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Form(input): Form<EditorInput>,
) -> Result<Response> {
    match write(&page.caller, &id, &input).await {
        Ok(_) => done(page, &id, "Saved as draft changes. The site shows what it showed before.").await,
        Err(error) => show_again(page, &headers, Some((&id, Subject::Changes)), (input, error)).await,
    }
}

async fn write(caller: &Caller, id: &str, input: &EditorInput) -> Result<Changes> {
    let raw = input.to_raw(&zone(caller).await?)?;
    let (expected, seen) = input.versions_seen();
    actions::save(caller, id, (raw, Problems::new()), expected, seen).await
}

/// Saves what came with a move. A request without the form's fields, from a script or another page, only moves.
pub(super) async fn save_first(caller: &Caller, id: &str, input: &EditorInput) -> Result<Option<i32>> {
    if !input.is_form() {
        return Ok(input.version());
    }
    Ok(Some(write(caller, id, input).await?.version))
}

/// Saves what was typed, then makes the move, both or neither.
pub async fn make_move(
    page: PageCaller,
    Id(id): Id,
    (headers, step): (HeaderMap, Move),
    Form(input): Form<EditorInput>,
) -> Result<Response> {
    let moved = async {
        let caller = &page.caller;
        let permission = if step == Move::Submit { Permission::ContentEdit } else { Permission::ContentPublish };
        caller.must(permission)?;
        let version = save_first(caller, &id, &input).await?;
        match step {
            Move::Submit => {
                reviews::actions::submit_changes(caller, &id, &input.review_request(), version).await.map(|_| ())
            }
            Move::Approve | Move::RequestChanges => {
                reviews::actions::answer_changes(caller, &id, step, &input.review_answer(), version).await.map(|_| ())
            }
            Move::Publish => actions::publish(caller, &id, version).await.map(|_| ()),
            _ => actions::make_move(caller, &id, step, version).await.map(|_| ()),
        }
    };
    match moved.await {
        Ok(()) => done(page, &id, words_for(step)).await,
        Err(error) => show_again(page, &headers, Some((&id, Subject::Changes)), (input, error)).await,
    }
}

/// Saves what was typed, then sets the time at which the changes become public.
pub async fn schedule(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Form(input): Form<EditorInput>,
) -> Result<Response> {
    let scheduled = async {
        let caller = &page.caller;
        caller.must(Permission::ContentPublish)?;
        crate::items::store::find(&caller.tx, &id).await?.ok_or(kernel::Error::NotFound)?;
        let zone = zone(caller).await?;
        let time = input.publication(&zone)?;
        let version = save_first(caller, &id, &input).await?;
        actions::schedule(caller, &id, time.at, version).await?;
        Ok(schedule_words(&time, &zone))
    };
    match scheduled.await {
        Ok(words) => done(page, &id, &words).await,
        Err(error) => show_again(page, &headers, Some((&id, Subject::Changes)), (input, error)).await,
    }
}

/// Gives the changes up, after the page that shows them.
pub async fn discard(page: PageCaller, Id(id): Id, Form(input): Form<EditorInput>) -> Result<Response> {
    actions::discard(&page.caller, &id, input.version()).await?;
    let address = address(&page.caller.organization.slug, &id);
    page.caller.commit().await?;
    let words = "The draft changes are discarded. What was written stays in the history.";
    Ok(Flash::success(words).redirect(&address))
}

fn words_for(step: Move) -> &'static str {
    match step {
        Move::Submit => "The changes are submitted for review.",
        Move::Approve => "The changes are approved.",
        Move::RequestChanges => "The changes are sent back.",
        Move::Publish => "The changes are published.",
        _ => "Taken off the schedule. The changes are a draft again.",
    }
}
