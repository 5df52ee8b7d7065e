//! What the buttons of a campaign do.

use axum::response::Response;
use kernel::access::Permission;
use kernel::api::Id;
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::{Flash, StatusPill};

use super::{address, finish};
use crate::campaign::{Status, actions};
use crate::templates::{self, RawSave};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct MoveForm {
    /// The status that it is to have.
    to: String,
    /// The view of the list from which it is moved; its own page when there is none.
    back: String,
}

pub async fn make(page: PageCaller, Id(id): Id, Form(form): Form<MoveForm>) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let back = match form.back.as_str() {
        "board" | "cards" | "table" => address(&page, &format!("?view={}", form.back)),
        _ => address(&page, &format!("/{id}")),
    };
    let moved = match Status::parse(&form.to) {
        Some(to) => actions::move_to(&page.caller, &id, to).await,
        None => {
            crate::campaign::store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
            Err(Error::Conflict("There is no such status. Choose one of the buttons.".into()))
        }
    };
    let words = moved.map(|campaign| {
        let word = StatusPill::of(campaign.status.as_str()).word().to_lowercase();
        format!("“{}” is {word} now.", campaign.name)
    });
    finish(page, &back, words).await
}

pub async fn duplicate(page: PageCaller, Id(id): Id) -> Result<Response> {
    match actions::duplicate(&page.caller, &id).await {
        Ok(copy) => {
            let there = address(&page, &format!("/{}", copy.id));
            page.caller.commit().await?;
            Ok(Flash::success("This is the copy, a draft. Give it its own dates.").redirect(&there))
        }
        Err(error) => {
            let back = address(&page, &format!("/{id}"));
            finish(page, &back, Err(error)).await
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TemplateForm {
    name: String,
}

pub async fn save_template(page: PageCaller, Id(id): Id, Form(form): Form<TemplateForm>) -> Result<Response> {
    let raw = RawSave { name: Some(form.name) };
    let saved = templates::actions::save(&page.caller, &id, &raw, Problems::new()).await;
    let words =
        saved.map(|template| format!("“{}” is a template now. New campaigns can begin from it.", template.name));
    let back = address(&page, &format!("/{id}"));
    finish(page, &back, words).await
}

pub async fn delete(page: PageCaller, Id(id): Id) -> Result<Response> {
    let deleted = actions::delete(&page.caller, &id, None).await;
    let back = address(&page, "");
    let words = "The campaign is deleted. Its content, emails and posts stay as they were.";
    finish(page, &back, deleted.map(|()| words.to_owned())).await
}
