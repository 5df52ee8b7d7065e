//! A file that comes in by a form, from a page or through the API.

use axum::extract::Request;
use futures_util::TryStreamExt;
use http::header;
use kernel::db::OrganizationId;
use kernel::{App, Error, Result};
use media::uploads::api as arriving;
use tracing::Instrument;

use super::FILE_LARGEST;
use super::actions::{self, Kept};

/// What a form sends around its file, in bytes.
const AROUND_THE_FILE: u64 = 16 * 1024;

/// Keeps the file of a form's field `file`, and gives its name.
pub async fn received(app: App, organization: OrganizationId, request: Request) -> Result<(String, Kept)> {
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
