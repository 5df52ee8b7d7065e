//! Folders: made in the library, changed and deleted on a page of their own.

use axum::response::Response;
use http::{HeaderMap, StatusCode};
use kernel::access::Permission;
use kernel::api::{Id, Patch};
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde::Deserialize;
use ui::{Breadcrumb, FieldErrors, Flash, Section};

use super::library::{self, Told};
use super::params::LibraryParams;
use super::{address, refusal, words};
use crate::folders::actions::{self, Contents, RawFolder};
use crate::folders::{Folder, store};
use crate::views::FolderPage;

/// What the forms of folders send: every field a text.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct FolderInput {
    name: String,
    parent_id: String,
    version: String,
}

impl FolderInput {
    fn to_raw(&self) -> RawFolder {
        let parent_id = if self.parent_id.is_empty() { Patch::Clear } else { Patch::Set(self.parent_id.clone()) };
        RawFolder { name: Some(self.name.clone()), parent_id }
    }
}

/// `POST /admin/{org}/media/folders`.
pub async fn create(mut page: PageCaller, headers: HeaderMap, Form(input): Form<FolderInput>) -> Result<Response> {
    match actions::create(&page.caller, input.to_raw(), Problems::new()).await {
        Ok(folder) => {
            let address = address(&page, Some(&folder.id));
            page.caller.commit().await?;
            Ok(Flash::success(format!("The folder “{}” was made. Drop files into it.", folder.name)).redirect(&address))
        }
        Err(error) => {
            let (status, errors) = refusal(error)?;
            page.caller.start_over().await?;
            let errors = FieldErrors::from_iter([("", words(&errors))]);
            let params = LibraryParams { folder: known(&page, &input.parent_id).await?, ..LibraryParams::default() };
            library::answer(&page, &headers, params, Told { status, errors, ..Told::default() }).await
        }
    }
}

/// The folder to show a refused form in, the top when there is none such.
async fn known(page: &PageCaller, id: &str) -> Result<String> {
    let is_known = kernel::id::is_well_formed(id) && store::find(&page.caller.tx, id).await?.is_some();
    Ok(if is_known { id.to_owned() } else { String::new() })
}

/// `/admin/{org}/media/folders/{id}`: its name and place, and its deletion.
pub async fn show(page: PageCaller, Id(id): Id, headers: HeaderMap) -> Result<Response> {
    page.caller.must(Permission::ContentEdit)?;
    let folder = store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
    let form = FolderInput {
        name: folder.name.clone(),
        parent_id: folder.parent_id.clone().unwrap_or_default(),
        version: folder.version.to_string(),
    };
    answer(&page, &headers, &folder, (StatusCode::OK, form, FieldErrors::none())).await
}

async fn answer(
    page: &PageCaller,
    headers: &HeaderMap,
    folder: &Folder,
    (status, form, errors): (StatusCode, FolderInput, FieldErrors),
) -> Result<Response> {
    let (folders, assets) = store::contents(&page.caller.tx, &folder.path).await?;
    let mut frame = ui::frame_for(page, headers, &folder.name, Section::Media);
    frame.breadcrumbs = vec![Breadcrumb::link("Media", address(page, None)), Breadcrumb::here(&folder.name)];
    let own = format!("{}/", folder.path.trim_start_matches('/'));
    let mut parents = library::choices(page, "At the top").await?;
    parents.retain(|choice| !format!("{}/", choice.label).starts_with(&own) || choice.is(""));
    let used = store::used_below(&page.caller.tx, &folder.path).await?;
    let view = FolderPage {
        used: used.len(),
        used_by: if used.is_empty() { String::new() } else { actions::uses_below(&page.caller, &used).await? },
        frame,
        id: folder.id.clone(),
        title: folder.name.clone(),
        name: form.name,
        parent_id: form.parent_id,
        version: form.version,
        parents,
        folders,
        assets,
        may_delete: page.caller.may(Permission::ContentPublish),
        errors,
    };
    Ok(ui::html_with(status, &view))
}

/// A POST to the page of a folder.
pub async fn save(
    mut page: PageCaller,
    Id(id): Id,
    headers: HeaderMap,
    Form(input): Form<FolderInput>,
) -> Result<Response> {
    let version = input.version.parse().ok();
    match actions::edit(&page.caller, &id, input.to_raw(), Problems::new(), version).await {
        Ok(folder) => {
            let address = address(&page, Some(&folder.id));
            page.caller.commit().await?;
            Ok(Flash::success("Saved.").redirect(&address))
        }
        Err(error) => {
            let (status, errors) = refusal(error)?;
            page.caller.start_over().await?;
            let folder = store::find(&page.caller.tx, &id).await?.ok_or(Error::NotFound)?;
            let form = FolderInput { version: folder.version.to_string(), ..input };
            answer(&page, &headers, &folder, (status, form, errors)).await
        }
    }
}

/// What becomes of the contents: `keep` or `delete`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DeletionInput {
    contents: String,
    /// The page has named uses.
    force: String,
}

/// `POST /admin/{org}/media/folders/{id}/delete`.
pub async fn delete(page: PageCaller, Id(id): Id, Form(input): Form<DeletionInput>) -> Result<Response> {
    let contents = match input.contents.as_str() {
        "keep" => Contents::Keep,
        "delete" => Contents::Delete,
        _ => Contents::Refuse,
    };
    match actions::delete(&page.caller, &id, (contents, input.force == "true"), None).await {
        Ok(()) => {}
        // Used since the page was shown: it names the uses when it is shown again.
        Err(Error::Conflict(words)) => {
            let back = format!("{}/folders/{id}", address(&page, None));
            return Ok(Flash::error(words).redirect(&back));
        }
        Err(error) => return Err(error),
    }
    let address = address(&page, None);
    page.caller.commit().await?;
    let words = match contents {
        Contents::Delete => "The folder was deleted. Its files stay in the bin for a week.",
        Contents::Keep | Contents::Refuse => "The folder was deleted. Its files are at the top now.",
    };
    Ok(Flash::success(words).redirect(&address))
}
