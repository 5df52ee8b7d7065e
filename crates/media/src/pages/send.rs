//! Files sent by the plain form of the library, and files taken from an address.

use axum::extract::Request;
use axum::response::Response;
use futures_util::TryStreamExt;
use http::{HeaderMap, StatusCode};
use kernel::access::{Caller, Permission};
use kernel::form::Form;
use kernel::session::PageCaller;
use kernel::validate::Problems;
use kernel::{Error, Result};
use serde::Deserialize;
use tracing::Instrument;
use ui::{FieldErrors, Flash};

use super::library::{self, Told};
use super::params::LibraryParams;
use super::{address, refusal, words};
use crate::uploads::actions::{self, Announced};
use crate::uploads::api;
use crate::uploads::import::{self, RawImport};
use crate::uploads::names;

/// The largest form, in bytes: ten of the largest files.
const FORM_LARGEST: u64 = 10 * crate::kinds::LARGEST;
const FIELD_LONGEST: u64 = 4 * 1024;

/// What became of the files of a form.
#[derive(Default)]
struct Outcome {
    folder_id: String,
    added: usize,
    known: Vec<String>,
    refused: Vec<String>,
}

/// A POST to the library: the files of a plain form, each told of by itself.
pub async fn upload(mut page: PageCaller, headers: HeaderMap, request: Request) -> Result<Response> {
    page.caller.must(Permission::ContentEdit)?;
    let boundary = api::boundary(request.headers())?;
    api::refuse_long(request.headers(), FORM_LARGEST)?;
    let limits = multer::SizeLimit::new().whole_stream(FORM_LARGEST).for_field("folder_id", FIELD_LONGEST);
    let constraints = multer::Constraints::new().size_limit(limits);
    let multipart = multer::Multipart::with_constraints(api::arriving(request), boundary, constraints);
    // A task of its own, so that what a lost connection leaves behind is cleared away at once.
    let work = tokio::spawn(take_all(page.caller, multipart).in_current_span());
    let (caller, outcome) = work.await.map_err(Error::internal)??;
    page.caller = caller;
    let folder = Some(outcome.folder_id.as_str()).filter(|id| !id.is_empty());
    let done = done_in_words(&outcome);
    if outcome.refused.is_empty() {
        return Ok(Flash::success(done).redirect(&address(&page, folder)));
    }
    let errors = FieldErrors::from_iter([("", outcome.refused.join(" "))]);
    let params = LibraryParams { folder: outcome.folder_id, ..LibraryParams::default() };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    library::answer(&page, &headers, params, Told { status, done, errors, ..Told::default() }).await
}

async fn take_all(mut caller: Caller, mut multipart: multer::Multipart<'static>) -> Result<(Caller, Outcome)> {
    let mut outcome = Outcome::default();
    while let Some(field) = multipart.next_field().await.map_err(api::broken)? {
        if field.name() == Some("folder_id") {
            outcome.folder_id = field.text().await.map_err(api::broken)?;
            continue;
        }
        let name = names::of_form(field.file_name().unwrap_or_default());
        // A form whose field was left empty sends a file without a name.
        if field.name() != Some("file") || name.is_empty() {
            continue;
        }
        let announced = Announced {
            declared_type: field.content_type().map(|kind| kind.essence_str().to_owned()).unwrap_or_default(),
            folder_id: Some(outcome.folder_id.clone()),
            name: name.clone(),
            ..Announced::default()
        };
        match actions::take(&mut caller, announced, field.map_err(api::broken)).await {
            Ok(taken) if taken.is_duplicate => {
                outcome.known.push(format!("“{name}” was there already, as “{}”.", taken.asset.name))
            }
            Ok(_) => outcome.added += 1,
            Err(error) => {
                let (_, errors) = refusal(error)?;
                outcome.refused.push(format!("“{name}” was not added: {}", words(&errors)));
                caller.start_over().await?;
                continue;
            }
        }
        caller.commit_and_continue().await?;
    }
    if outcome.added == 0 && outcome.known.is_empty() && outcome.refused.is_empty() {
        outcome.refused.push("No file was chosen. Choose at least one, then send the form again.".into());
    }
    Ok((caller, outcome))
}

fn done_in_words(outcome: &Outcome) -> String {
    let added = match outcome.added {
        0 => None,
        1 => Some("1 file was added.".to_owned()),
        many => Some(format!("{many} files were added.")),
    };
    added.into_iter().chain(outcome.known.iter().cloned()).collect::<Vec<_>>().join(" ")
}

/// The form for an address: every field a text.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ImportInput {
    url: String,
    folder_id: String,
}

/// `POST /admin/{org}/media/import`: takes in what lies at an address.
pub async fn import(mut page: PageCaller, headers: HeaderMap, Form(input): Form<ImportInput>) -> Result<Response> {
    page.caller.must(Permission::ContentEdit)?;
    let folder = Some(input.folder_id.clone()).filter(|id| !id.is_empty());
    let raw = RawImport { url: input.url.clone(), folder_id: folder, alt: None };
    // A task of its own, as a file that was fetched is not lost when whoever asked for it went away.
    let work = async move {
        let taken = import::from_address(&mut page.caller, raw, Problems::new()).await;
        (page, taken)
    };
    let (mut page, taken) = tokio::spawn(work.in_current_span()).await.map_err(kernel::Error::internal)?;
    match taken {
        Ok(taken) => {
            let words = if taken.is_duplicate {
                "The library has this file already; here it is."
            } else {
                "Added. Say what it shows."
            };
            let address = format!("{}/{}", address(&page, None), taken.asset.id);
            page.caller.commit().await?;
            Ok(Flash::success(words).redirect(&address))
        }
        Err(error) => {
            let (status, errors) = refusal(error)?;
            page.caller.start_over().await?;
            let params = LibraryParams { folder: input.folder_id, ..LibraryParams::default() };
            library::answer(&page, &headers, params, Told { status, errors, url: input.url, ..Told::default() }).await
        }
    }
}
