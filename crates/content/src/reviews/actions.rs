//! Asking for a review and answering. The caller commits.

use kernel::access::Caller;
use kernel::notify::{self, Kind, Notice};
use kernel::validate::Problems;
use kernel::{Error, Result};

use super::store::{self, NewReview};
use super::{ReviewAnswer, ReviewRequest, checked_note};
use crate::changes::{self, Changes};
use crate::items::actions;
use crate::items::model::{Item, Move};

/// Sends an item to review and tells whoever is to look at it.
pub async fn submit(caller: &Caller, id: &str, request: &ReviewRequest, version: Option<i32>) -> Result<Item> {
    let item = actions::make_move(caller, id, Move::Submit, version).await?;
    ask(caller, &item, &format!("“{}”", item.title), request).await?;
    Ok(item)
}

/// Sends the changes to a published item to review and tells whoever is to look at them.
pub async fn submit_changes(
    caller: &Caller,
    id: &str,
    request: &ReviewRequest,
    version: Option<i32>,
) -> Result<Changes> {
    let (item, changes) = changes::actions::make_move(caller, id, Move::Submit, version).await?;
    ask(caller, &item, &format!("the changes to “{}”", item.title), request).await?;
    Ok(changes)
}

/// Asks for a review of `what`.
async fn ask(caller: &Caller, item: &Item, what: &str, request: &ReviewRequest) -> Result<()> {
    let mut problems = Problems::new();
    let note = checked_note(&mut problems, request.note.as_deref());
    let assignee_id = request.assignee_id.clone().filter(|id| !id.is_empty());
    if let Some(assignee) = &assignee_id
        && !(kernel::id::is_well_formed(assignee) && store::may_approve(&caller.tx, assignee).await?)
    {
        problems.add("assignee_id", "unknown", "Choose a member who may approve: an owner or an admin.");
    }
    problems.finish(())?;
    let review = NewReview {
        content_id: &item.id,
        kind: "submitted",
        note: note.clone(),
        author_id: &caller.actor.user_id,
        assignee_id: assignee_id.clone(),
        is_open: true,
    };
    store::add(&caller.tx, &review, caller.now).await?;
    let told = match assignee_id {
        Some(assignee) => vec![assignee],
        None => notify::admins(&caller.tx).await?,
    };
    let title = format!("{} asks for a review of {what}", caller.actor.name);
    tell(caller, item, told, (Kind::ReviewRequested, &title, note.as_deref())).await
}

/// Approves an item or sends it back, and tells its author and whoever submitted it.
pub async fn answer(
    caller: &Caller,
    id: &str,
    step: Move,
    answer: &ReviewAnswer,
    version: Option<i32>,
) -> Result<Item> {
    let item = actions::make_move(caller, id, step, version).await?;
    reply(caller, &item, &format!("“{}”", item.title), (step, answer)).await?;
    Ok(item)
}

/// Approves the changes to a published item or sends them back, and tells its author and whoever submitted them.
pub async fn answer_changes(
    caller: &Caller,
    id: &str,
    step: Move,
    answer: &ReviewAnswer,
    version: Option<i32>,
) -> Result<Changes> {
    let (item, changes) = changes::actions::make_move(caller, id, step, version).await?;
    reply(caller, &item, &format!("the changes to “{}”", item.title), (step, answer)).await?;
    Ok(changes)
}

/// Notes a reviewer's answer about `what`.
async fn reply(caller: &Caller, item: &Item, what: &str, (step, answer): (Move, &ReviewAnswer)) -> Result<()> {
    let (kind, word, deed) = match step {
        Move::Approve => (Kind::Approved, "approved", "approved"),
        Move::RequestChanges => (Kind::ChangesRequested, "changes_requested", "asks for changes to"),
        _ => return Err(Error::internal("this move answers no review")),
    };
    let mut problems = Problems::new();
    let note = checked_note(&mut problems, answer.note.as_deref());
    problems.finish(())?;
    let (content_id, author_id) = (item.id.as_str(), caller.actor.user_id.as_str());
    let review = NewReview { content_id, kind: word, note: note.clone(), author_id, assignee_id: None, is_open: false };
    store::add(&caller.tx, &review, caller.now).await?;
    let mut told = vec![item.author_id.clone()];
    told.extend(store::last_submitter(&caller.tx, content_id).await?);
    let title = format!("{} {deed} {what}", caller.actor.name);
    tell(caller, item, told, (kind, &title, note.as_deref())).await
}

/// Tells these people something about an item; nobody is told of what they did themselves.
pub async fn tell(
    caller: &Caller,
    item: &Item,
    mut told: Vec<String>,
    (kind, title, detail): (Kind, &str, Option<&str>),
) -> Result<()> {
    let is_program = caller.actor.kind == kernel::access::ActorKind::System;
    told.retain(|user| is_program || *user != caller.actor.user_id);
    let path = format!("content/{}", item.id);
    let notice = Notice { kind, title, detail: detail.unwrap_or_default(), path: &path };
    notify::tell(&caller.app, &caller.tx, &told, &notice, caller.now).await
}
