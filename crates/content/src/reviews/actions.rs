//! Asking for a review and answering. The caller commits.

use std::collections::{BTreeMap, BTreeSet};

use kernel::access::Caller;
use kernel::notify::{self, Kind, Notice};
use kernel::validate::Problems;
use kernel::{Error, Result};

use super::store::{self, NewReview};
use super::{ReviewAnswer, ReviewRequest, checked_note};
use crate::changes::{self, Changes};
use crate::items::actions;
use crate::items::model::{Item, Move};

/// Titles that a notice of many items names.
const TITLES_TOLD: usize = 10;

/// Sends an item to review and tells whoever is to look at it.
pub async fn submit(caller: &Caller, id: &str, request: &ReviewRequest, version: Option<i32>) -> Result<Item> {
    let item = actions::make_move(caller, id, Move::Submit, version).await?;
    let told = ask(caller, &item.id, request).await?;
    tell_deed(caller, &item, told, (Deed::Asked, &of_item(&item), request.note.as_deref())).await?;
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
    let told = ask(caller, &item.id, request).await?;
    tell_deed(caller, &item, told, (Deed::Asked, &of_changes(&item), request.note.as_deref())).await?;
    Ok(changes)
}

/// What happened to a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Asked,
    Approved,
    SentBack,
}

impl Deed {
    fn of(step: Move) -> Result<Self> {
        match step {
            Move::Submit => Ok(Self::Asked),
            Move::Approve => Ok(Self::Approved),
            Move::RequestChanges => Ok(Self::SentBack),
            _ => Err(Error::internal("this move asks for no review and answers none")),
        }
    }

    fn kind(self) -> Kind {
        match self {
            Self::Asked => Kind::ReviewRequested,
            Self::Approved => Kind::Approved,
            Self::SentBack => Kind::ChangesRequested,
        }
    }

    /// What the caller did to `what`, as a sentence without its end.
    fn words(self, caller: &Caller, what: &str) -> String {
        let name = &caller.actor.name;
        match self {
            Self::Asked => format!("{name} asks for a review of {what}"),
            Self::Approved => format!("{name} approved {what}"),
            Self::SentBack => format!("{name} asks for changes to {what}"),
        }
    }
}

fn of_item(item: &Item) -> String {
    format!("“{}”", item.title)
}

fn of_changes(item: &Item) -> String {
    format!("the changes to “{}”", item.title)
}

/// Tells these people what the caller did to `what`, with the note that came with it.
async fn tell_deed(
    caller: &Caller,
    item: &Item,
    told: Vec<String>,
    (deed, what, note): (Deed, &str, Option<&str>),
) -> Result<()> {
    let title = deed.words(caller, what);
    let note = note.map(str::trim).filter(|note| !note.is_empty());
    tell(caller, item, told, (deed.kind(), &title, note)).await
}

/// Writes down that a review is asked for, and gives those who are to hear of it.
async fn ask(caller: &Caller, content_id: &str, request: &ReviewRequest) -> Result<Vec<String>> {
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
        content_id,
        kind: "submitted",
        note,
        author_id: &caller.actor.user_id,
        assignee_id: assignee_id.clone(),
        is_open: true,
    };
    store::add(&caller.tx, &review, caller.now).await?;
    match assignee_id {
        Some(assignee) => Ok(vec![assignee]),
        None => notify::admins(&caller.tx).await,
    }
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
    let deed = Deed::of(step)?;
    let told = reply(caller, &item, (deed, answer)).await?;
    tell_deed(caller, &item, told, (deed, &of_item(&item), answer.note.as_deref())).await?;
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
    let deed = Deed::of(step)?;
    let told = reply(caller, &item, (deed, answer)).await?;
    tell_deed(caller, &item, told, (deed, &of_changes(&item), answer.note.as_deref())).await?;
    Ok(changes)
}

/// Writes a reviewer's answer down, and gives those who are to hear of it.
async fn reply(caller: &Caller, item: &Item, (deed, answer): (Deed, &ReviewAnswer)) -> Result<Vec<String>> {
    let kind = if deed == Deed::Approved { "approved" } else { "changes_requested" };
    let mut problems = Problems::new();
    let note = checked_note(&mut problems, answer.note.as_deref());
    problems.finish(())?;
    let (content_id, author_id) = (item.id.as_str(), caller.actor.user_id.as_str());
    let review = NewReview { content_id, kind, note, author_id, assignee_id: None, is_open: false };
    store::add(&caller.tx, &review, caller.now).await?;
    let mut told = vec![item.author_id.clone()];
    told.extend(store::last_submitter(&caller.tx, content_id).await?);
    Ok(told)
}

/// One of many items whose review is asked for or answered at once, and who is to hear of it.
pub struct OneOfMany {
    item: Item,
    deed: Deed,
    told: Vec<String>,
}

/// Asks for a review of one of many items, or answers it, without a note; [`tell_of_many`] tells of all of them.
pub async fn step_of_many(caller: &Caller, id: &str, step: Move) -> Result<(Item, OneOfMany)> {
    let item = actions::make_move(caller, id, step, None).await?;
    let deed = Deed::of(step)?;
    let told = match deed {
        Deed::Asked => ask(caller, &item.id, &ReviewRequest::default()).await?,
        Deed::Approved | Deed::SentBack => reply(caller, &item, (deed, &ReviewAnswer::default())).await?,
    };
    Ok((item.clone(), OneOfMany { item, deed, told }))
}

/// Tells each person once of all that concerns them.
pub async fn tell_of_many(caller: &Caller, many: &[OneOfMany]) -> Result<()> {
    let mut people: BTreeMap<&str, Vec<&OneOfMany>> = BTreeMap::new();
    for one in many {
        for person in BTreeSet::from_iter(&one.told) {
            people.entry(person).or_default().push(one);
        }
    }
    for (person, theirs) in people {
        let Some(first) = theirs.first() else { continue };
        let deed = first.deed;
        if theirs.len() == 1 {
            tell_deed(caller, &first.item, vec![person.to_owned()], (deed, &of_item(&first.item), None)).await?;
        } else if person != caller.actor.user_id {
            let title = deed.words(caller, &format!("{} items", theirs.len()));
            let titles: Vec<String> =
                theirs.iter().take(TITLES_TOLD).map(|one| format!("“{}”", one.item.title)).collect();
            let more = if theirs.len() > TITLES_TOLD { " and others" } else { "" };
            let detail = format!("{}{more}", titles.join(", "));
            let path = if deed == Deed::Asked { "content?reviewer=me" } else { "content?author=me" };
            let notice = Notice { kind: deed.kind(), title: &title, detail: &detail, path };
            notify::tell(&caller.app, &caller.tx, &[person.to_owned()], &notice, caller.now).await?;
        }
    }
    Ok(())
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
