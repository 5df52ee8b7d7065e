//! Moving a category in the tree: by buttons, or to where it was dragged.

use axum::response::Response;
use kernel::access::{Caller, Permission};
use kernel::api::{Id, Patch};
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::Flash;

use super::address;
use crate::taxonomy::categories::actions::Place;
use crate::taxonomy::categories::{Category, actions, store};

/// Where a category is to go: which way a button moves it, or to which place it was dragged.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ShiftInput {
    direction: String,
    /// The new parent; empty for the top.
    parent_id: Option<String>,
    /// The one to stand before; empty for the last place.
    before: String,
}

impl ShiftInput {
    /// The place that was named, if one was.
    fn place(&self) -> Option<Place> {
        let parent = self.parent_id.clone()?;
        let parent_id = if parent.is_empty() { Patch::Clear } else { Patch::Set(parent) };
        Some(Place { parent_id, before: Some(self.before.clone()).filter(|before| !before.is_empty()) })
    }
}

pub async fn shift(page: PageCaller, Id(id): Id, Form(input): Form<ShiftInput>) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::TaxonomyManage)?;
    let category = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    // The browser goes on where the category stands by then.
    let back = format!("{}#category-{id}", address(&page));
    let place = match input.place() {
        Some(place) => Some(place),
        None => place_towards(caller, &category, &input.direction).await?,
    };
    let Some(place) = place else {
        return Ok(Flash::error(format!("“{}” cannot go further that way.", category.name)).redirect(&back));
    };
    match actions::move_to(caller, &id, place, None).await {
        Ok(_) => {
            page.caller.commit().await?;
            Ok(Flash::success(format!("“{}” was moved.", category.name)).redirect(&back))
        }
        Err(Error::Invalid(problems)) => {
            let words = problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>().join(" ");
            Ok(Flash::error(words).redirect(&back))
        }
        Err(error) => Err(error),
    }
}

/// Where a step up or down among its siblings, in below the one before, or out beside its parent leads; nowhere at an end.
async fn place_towards(caller: &Caller, category: &Category, direction: &str) -> Result<Option<Place>> {
    let siblings = store::children(&caller.tx, category.parent_id.as_deref()).await?;
    let Some(position) = siblings.iter().position(|sibling| *sibling == category.id) else { return Ok(None) };
    let before = |index: usize| siblings.get(index).cloned();
    let previous = position.checked_sub(1).and_then(before);
    Ok(match direction {
        "up" => previous.map(|previous| Place { before: Some(previous), ..Place::default() }),
        "down" if position + 1 < siblings.len() => Some(Place { before: before(position + 2), ..Place::default() }),
        "in" => previous.map(|previous| Place { parent_id: Patch::Set(previous), before: None }),
        "out" => match &category.parent_id {
            Some(parent) => Some(beside(caller, parent).await?),
            None => None,
        },
        _ => None,
    })
}

/// The place right behind a category.
async fn beside(caller: &Caller, id: &str) -> Result<Place> {
    let parent = store::find(&caller.tx, id).await?.ok_or(Error::NotFound)?;
    let siblings = store::children(&caller.tx, parent.parent_id.as_deref()).await?;
    let next = siblings.iter().skip_while(|sibling| *sibling != id).nth(1).cloned();
    Ok(Place { parent_id: parent.parent_id.map_or(Patch::Clear, Patch::Set), before: next })
}
