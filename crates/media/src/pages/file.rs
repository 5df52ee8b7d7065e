//! Changes to an asset's file from its page: cropped and turned, replaced, taken back.

use axum::extract::Request;
use axum::response::Response;
use http::HeaderMap;
use kernel::access::Permission;
use kernel::api::{Id, Query};
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde::Deserialize;
use tracing::Instrument;
use ui::{FieldErrors, Flash};

use super::{address, asset, refusal};
use crate::changes::edit::{Mirror, RawCrop, RawEdit};
use crate::changes::{actions, api};
use crate::views::{AssetPage, EditForm};

/// What the form sends: every field a text.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct EditInput {
    crop_left: String,
    crop_top: String,
    crop_width: String,
    crop_height: String,
    turn: String,
    mirror: String,
    version: String,
}

impl EditInput {
    fn to_raw(&self, problems: &mut Problems) -> RawEdit {
        let sides = [&self.crop_left, &self.crop_top, &self.crop_width, &self.crop_height];
        let crop = if sides.iter().all(|side| side.trim().is_empty()) {
            None
        } else {
            let names = ["crop.left", "crop.top", "crop.width", "crop.height"];
            let mut pixels = |place: usize| pixels(problems, names[place], sides[place]);
            let (left, top) = (pixels(0), pixels(1));
            Some(RawCrop { left, top, width: pixels(2), height: pixels(3) })
        };
        let mirror = match self.mirror.as_str() {
            "horizontal" => Some(Mirror::Horizontal),
            "vertical" => Some(Mirror::Vertical),
            _ => None,
        };
        RawEdit { crop, turn: self.turn.parse().ok(), mirror }
    }

    fn into_form(self) -> EditForm {
        EditForm {
            left: self.crop_left,
            top: self.crop_top,
            width: self.crop_width,
            height: self.crop_height,
            turn: self.turn,
            mirror: self.mirror,
        }
    }
}

fn pixels(problems: &mut Problems, field: &'static str, text: &str) -> i64 {
    text.trim().parse().unwrap_or_else(|_| {
        problems.add(field, "not_a_number", "Enter a whole number of pixels.");
        0
    })
}

/// `POST /admin/{org}/media/{id}/edit`: crops, turns or mirrors.
pub async fn edit(
    mut page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Form(input): Form<EditInput>,
) -> Result<Response> {
    page.caller.must(Permission::ContentEdit)?;
    let mut problems = Problems::new();
    let raw = input.to_raw(&mut problems);
    let version = input.version.parse().ok();
    let outcome = actions::edit(&mut page.caller, &id, &raw, problems, version).await;
    match outcome {
        Ok(_) => {
            done(page, &id, "The picture was changed. Pages that use it show it at once; you can undo it here.").await
        }
        Err(error) => refused(page, (&id, &headers), error, input.into_form()).await,
    }
}

/// The version of the asset that the form was made for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReplaceParams {
    version: String,
}

/// `POST /admin/{org}/media/{id}/replace`: another file under the same address.
pub async fn replace(
    page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Query(params): Query<ReplaceParams>,
    request: Request,
) -> Result<Response> {
    page.caller.must(Permission::ContentEdit)?;
    let version = params.version.parse().ok();
    // A task of its own, so that what a lost connection leaves behind is cleared away at once.
    let work = async move {
        let mut page = page;
        let outcome = api::receive(&mut page.caller, &id, request, version).await;
        (page, id, outcome)
    };
    let (page, id, outcome) = tokio::spawn(work.in_current_span()).await.map_err(Error::internal)?;
    match outcome {
        Ok(_) => done(page, &id, "Replaced, under the same address. You can undo it here.").await,
        Err(error) => refused(page, (&id, &headers), error, EditForm::default()).await,
    }
}

/// The hidden field of the form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct UndoInput {
    version: String,
}

/// `POST /admin/{org}/media/{id}/undo`: takes the last change of the file back.
pub async fn undo(page: PageCaller, Id(id): Id, headers: HeaderMap, Form(input): Form<UndoInput>) -> Result<Response> {
    page.caller.must(Permission::ContentEdit)?;
    match actions::undo(&page.caller, &id, input.version.parse().ok()).await {
        Ok(_) => done(page, &id, "The file from before is back.").await,
        Err(error) => refused(page, (&id, &headers), error, EditForm::default()).await,
    }
}

async fn done(page: PageCaller, id: &str, words: &str) -> Result<Response> {
    let address = format!("{}/{id}", address(&page, None));
    page.caller.commit().await?;
    Ok(Flash::success(words).redirect(&address))
}

async fn refused(
    mut page: PageCaller,
    (id, headers): (&str, &HeaderMap),
    error: Error,
    edit: EditForm,
) -> Result<Response> {
    let (status, problems) = refusal(error)?;
    page.caller.start_over().await?;
    let mut edit_errors = FieldErrors::none();
    // The fields of the page are called as the API's, without points, which ids do without.
    for (field, message) in problems.iter() {
        let name = match field {
            "crop" | "file" => String::new(),
            field => field.replace('.', "_"),
        };
        edit_errors.add(name, message);
    }
    let view = asset::view_of(&page, headers, id).await?;
    Ok(ui::html_with(status, &AssetPage { edit, edit_errors, ..view }))
}
