//! A file that comes in by a form.

use axum::extract::Request;
use axum::response::Response;
use futures_util::TryStreamExt;
use http::{HeaderMap, StatusCode, header};
use kernel::access::Permission;
use kernel::db::OrganizationId;
use kernel::session::PageCaller;
use kernel::{App, Error, Result};
use media::uploads::api as arriving;
use tracing::Instrument;
use ui::FieldErrors;

use super::super::FILE_LARGEST;
use super::super::actions::{self, Kept};
use super::view;
use crate::audience::refusal;
use crate::audience::views::address;

/// What a form sends around its file, in bytes.
const AROUND_THE_FILE: u64 = 16 * 1024;

pub async fn upload(mut page: PageCaller, headers: HeaderMap, request: Request) -> Result<Response> {
    page.caller.must(Permission::CampaignsManage)?;
    let (app, organization) = (page.caller.app.clone(), page.caller.organization.id.clone());
    let outcome = match received(app, organization, request).await {
        Ok((name, kept)) => actions::register(&page.caller, &name, &kept).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(import) => {
            let there = address(&page, &format!("/imports/{}", import.id));
            page.caller.commit().await?;
            Ok(kernel::web::see_other(&there))
        }
        Err(error) => {
            let (status, errors) = match error {
                Error::TooLarge(words) => (StatusCode::PAYLOAD_TOO_LARGE, FieldErrors::from_iter([("file", words)])),
                error => refusal(error)?,
            };
            page.caller.start_over().await?;
            Ok(ui::html_with(status, &view(&page, &headers, None, errors).await?))
        }
    }
}

async fn received(app: App, organization: OrganizationId, request: Request) -> Result<(String, Kept)> {
    let boundary = arriving::boundary(request.headers())?;
    let announced =
        request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > FILE_LARGEST + AROUND_THE_FILE) {
        return Err(actions::too_large());
    }
    let limit = multer::SizeLimit::new().whole_stream(FILE_LARGEST + AROUND_THE_FILE);
    let constraints = multer::Constraints::new().size_limit(limit);
    let multipart = multer::Multipart::with_constraints(arriving::arriving(request), boundary, constraints);
    // A task of its own, so that what a lost connection leaves behind is cleared away at once.
    let work = tokio::spawn(take(app, organization, multipart).in_current_span());
    work.await.map_err(Error::internal)?
}

async fn take(
    app: App,
    organization: OrganizationId,
    mut multipart: multer::Multipart<'static>,
) -> Result<(String, Kept)> {
    while let Some(field) = multipart.next_field().await.map_err(broken)? {
        let name = field.file_name().unwrap_or_default().to_owned();
        // A form whose field was left empty sends a file without a name.
        if field.name() != Some("file") || name.is_empty() {
            continue;
        }
        let kept = actions::keep(&app, &organization, field.map_err(broken)).await?;
        return Ok((name, kept));
    }
    Err(Error::invalid("file", "required", "Choose a CSV file first."))
}

fn broken(error: multer::Error) -> Error {
    match error {
        multer::Error::StreamSizeExceeded { .. } => actions::too_large(),
        error => arriving::broken(error),
    }
}
