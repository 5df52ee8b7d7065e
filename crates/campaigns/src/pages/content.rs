//! Content of a campaign: chosen, given a role, put in order, taken out.

use axum::extract::Path;
use axum::response::Response;
use content::items::list::{self as items, Filter, ListQuery, Sort, SortKey};
use content::views::type_word;
use http::HeaderMap;
use kernel::Result;
use kernel::api::{Id, Query};
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use serde::Deserialize;
use std::collections::HashSet;
use ui::StatusPill;

use super::form::found;
use super::{address, finish, frame};
use crate::attached::model::{RawAttached, RawChange};
use crate::attached::{Role, actions, store};
use crate::views::{ChoiceRow, ChoosePage};

/// Items offered at once.
const OFFERED: i64 = 30;
/// The longest search, in characters.
const SEARCH_LONGEST: usize = 100;
/// What changed last.
const LAST_CHANGED: Sort = Sort { key: SortKey::UpdatedAt, descending: true };

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ChooseParameters {
    q: String,
}

pub async fn choose(
    page: PageCaller,
    headers: HeaderMap,
    Id(id): Id,
    Query(parameters): Query<ChooseParameters>,
) -> Result<Response> {
    let caller = &page.caller;
    let campaign = found(caller, &id).await?;
    let search: String = parameters.q.trim().chars().filter(|c| *c != '\0').take(SEARCH_LONGEST).collect();
    let words = (!search.is_empty()).then(|| search.clone());
    let sort = if words.is_some() { Sort::BEST } else { LAST_CHANGED };
    let filter = Filter { search: words, ..Filter::default() };
    let offered = items::first(&caller.tx, &ListQuery::new(filter, sort, OFFERED)).await?;
    let present: HashSet<String> =
        store::all(&caller.tx, &id).await?.into_iter().map(|attached| attached.content_id).collect();
    let way = format!("/{id}");
    let shown = ChoosePage {
        frame: frame(&page, &headers, "Add content", &[(&campaign.name, &way)]),
        rows: offered
            .into_iter()
            .map(|item| ChoiceRow {
                is_in: present.contains(&item.id),
                status: StatusPill::of(item.status.as_str()),
                type_word: type_word(item.r#type.as_str()),
                id: item.id,
                title: item.title,
            })
            .collect(),
        id,
        name: campaign.name,
        search,
    };
    Ok(ui::html(&shown))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AttachForm {
    content_id: String,
    role: String,
    /// What was searched when it was chosen.
    q: String,
}

pub async fn attach(page: PageCaller, Id(id): Id, Form(form): Form<AttachForm>) -> Result<Response> {
    let raw = RawAttached { content_id: Some(form.content_id), role: Role::parse(&form.role), priority: None };
    let attached = actions::attach(&page.caller, &id, &raw, Problems::new()).await;
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", &form.q).finish();
    let back = address(&page, &format!("/{id}/content?{query}"));
    finish(page, &back, attached.map(|attached| format!("“{}” belongs to the campaign now.", attached.title))).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ChangeForm {
    role: String,
    /// `up` or `down`, to stand one place further there.
    shift: String,
}

pub async fn change(
    page: PageCaller,
    Path((_, id, content)): Path<(String, String, String)>,
    Form(form): Form<ChangeForm>,
) -> Result<Response> {
    crate::well_formed(&[&id, &content])?;
    let back = address(&page, &format!("/{id}#content"));
    let outcome = match form.shift.as_str() {
        "" => {
            let raw = RawChange { role: Role::parse(&form.role), priority: None };
            let changed = actions::change(&page.caller, (&id, &content), &raw, Problems::new()).await;
            changed.map(|changed| format!("“{}” is saved as {}.", changed.title, changed.role.word().to_lowercase()))
        }
        direction => {
            let shifted = actions::shift(&page.caller, &id, &content, direction == "up").await;
            shifted.map(|()| "The order is saved.".to_owned())
        }
    };
    finish(page, &back, outcome).await
}

pub async fn detach(page: PageCaller, Path((_, id, content)): Path<(String, String, String)>) -> Result<Response> {
    crate::well_formed(&[&id, &content])?;
    let detached = actions::detach(&page.caller, &id, &content).await;
    let back = address(&page, &format!("/{id}#content"));
    finish(
        page,
        &back,
        detached.map(|()| "It is taken out of the campaign. The item itself stays as it is.".to_owned()),
    )
    .await
}
