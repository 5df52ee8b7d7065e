//! The page that asks before a category is deleted.

use axum::response::Response;
use http::HeaderMap;
use kernel::access::Permission;
use kernel::api::Id;
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::{Error, Result};
use serde::Deserialize;

use super::{done, frame, others};
use crate::taxonomy::categories::actions::{Children, Deletion};
use crate::taxonomy::categories::{actions, store};
use crate::views::CategoryDeletePage;

pub async fn confirm_deletion(page: PageCaller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    let caller = &page.caller;
    caller.must(Permission::TaxonomyManage)?;
    let category = store::find(&caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let children = store::children(&caller.tx, Some(&id)).await?.len();
    let mut heirs = others(caller, None, "No category").await?;
    heirs.retain(|choice| !choice.is(&id));
    let view = CategoryDeletePage {
        frame: frame(&page, &headers, &category.name),
        items: store::item_counts(&caller.tx).await?.get(&id).copied().unwrap_or_default(),
        children: (children > 0).then(|| actions::counted(children)),
        heirs,
        name: category.name,
        version: category.version.to_string(),
        id,
    };
    Ok(ui::html(&view))
}

/// What the page that asks sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DeletionInput {
    items_to: String,
    version: String,
}

pub async fn delete(page: PageCaller, Id(id): Id, Form(input): Form<DeletionInput>) -> Result<Response> {
    let deletion = Deletion { children: Some(Children::MoveUp), items_to: Some(input.items_to) };
    actions::delete(&page.caller, &id, &deletion, input.version.parse().ok()).await?;
    done(page, "Deleted.").await
}
