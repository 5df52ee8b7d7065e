//! Sending a file in one request.

use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt};
use http::{HeaderMap, header};
use kernel::access::{Caller, Permission};
use kernel::error::Problem;
use kernel::{App, Error, Result, api};
use serde::Serialize;
use tracing::Instrument;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions::{self, Announced, Taken};
use super::names;
use crate::assets::Asset;
use crate::kinds;

/// What a request may have beside the file: its other fields and what separates them.
pub const AROUND_THE_FILE: u64 = 64 * 1024;
/// The longest text of a field, in bytes.
const FIELD_LONGEST: u64 = 8 * 1024;
/// How long the next bytes of a body may take to arrive.
const BYTES_ARRIVE_WITHIN: std::time::Duration = std::time::Duration::from_secs(30);

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(upload))
}

/// A file and what is said about it.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only its description is used; the fields are read as they come")]
struct UploadForm {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// The folder to put it in; at the top when left out.
    folder_id: Option<String>,
    /// What a picture shows, for those who cannot see it.
    #[schema(max_length = 1000)]
    alt: Option<String>,
}

/// The asset that a file became, or was already.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadedAsset {
    #[serde(flatten)]
    pub asset: Asset,
    /// The asset's own id when the organization had the very same file already, so that nothing was added; else null.
    pub duplicate_of: Option<String>,
}

/// Takes a file into the library. A file that the organization has already is not added again: the answer is then 200
/// with the asset that holds it. Its type is told from its content. Images and documents may have 10 MB, videos and sounds
/// 50 MB; larger ones and unreliable connections are served by `/media/uploads`.
#[utoipa::path(post, path = "/media", tag = "media", operation_id = "upload_media",
    request_body(content = UploadForm, content_type = "multipart/form-data"), extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 201, body = UploadedAsset), (status = 200, body = UploadedAsset, description = "The file was there already"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn upload(caller: Caller, request: Request) -> Result<Response> {
    caller.must(Permission::ContentEdit)?;
    let boundary = boundary(request.headers())?;
    refuse_long(request.headers(), kinds::LARGEST + AROUND_THE_FILE)?;
    let multipart = multer::Multipart::with_constraints(arriving(request), boundary, constraints());
    // A task of its own, so that what a lost connection leaves behind is cleared away at once.
    let work = tokio::spawn(receive_form(caller, multipart).in_current_span());
    answer(work.await.map_err(Error::internal)??)
}

/// 201 with the new asset, or 200 with the one that was there.
pub fn answer(taken: Taken) -> Result<Response> {
    let Taken { asset, is_duplicate } = taken;
    let (location, version) = (format!("/api/v1/media/{}", asset.id), asset.version);
    let body = UploadedAsset { duplicate_of: is_duplicate.then(|| asset.id.clone()), asset };
    if !is_duplicate {
        return Ok(api::created(&location, version, &body));
    }
    let mut response = api::with_etag(&HeaderMap::new(), version, &body);
    response.headers_mut().insert(header::CONTENT_LOCATION, location.parse().map_err(Error::internal)?);
    Ok(response)
}

async fn receive_form(mut caller: Caller, mut multipart: multer::Multipart<'static>) -> Result<Taken> {
    let mut fields = Fields::default();
    let Some(file) = fields.read(&mut multipart).await? else {
        return Err(Error::invalid("file", "required", "The field file is missing. Send a file in it."));
    };
    let announced = Announced {
        name: names::of_form(file.file_name().unwrap_or_default()),
        declared_type: file.content_type().map(|kind| kind.essence_str().to_owned()).unwrap_or_default(),
        folder_id: fields.folder_id.clone(),
        alt: fields.alt.clone(),
        length: None,
    };
    let mut upload = actions::begin(&caller, announced, actions::SENT_WITHIN).await?;
    caller.commit_and_continue().await?;
    let taken = async {
        let received = actions::receive(&caller, &upload, file.map_err(broken)).await?;
        // Fields may stand behind the file as well.
        if fields.read(&mut multipart).await?.is_some() {
            return Err(Error::invalid("file", "too_many", "Send one file at a time."));
        }
        let (folder_id, alt) = actions::checked(&caller, fields.folder_id.take(), fields.alt.take()).await?;
        (upload.folder_id, upload.alt) = (folder_id, alt);
        actions::finish(&caller, &upload, received).await
    };
    let taken = taken.await;
    let taken = actions::settle(&mut caller, &upload, taken).await?;
    caller.commit().await?;
    Ok(taken)
}

/// The texts of a form.
#[derive(Default)]
struct Fields {
    folder_id: Option<String>,
    alt: Option<String>,
}

impl Fields {
    /// Reads texts up to the next file, which it gives, or to the end.
    async fn read(&mut self, multipart: &mut multer::Multipart<'static>) -> Result<Option<multer::Field<'static>>> {
        while let Some(field) = multipart.next_field().await.map_err(broken)? {
            let name = field.name().unwrap_or_default().to_owned();
            let place = match name.as_str() {
                "file" => return Ok(Some(field)),
                "folder_id" => &mut self.folder_id,
                "alt" => &mut self.alt,
                _ => return Err(Error::invalid(&name, "unknown_field", format!("There is no field named {name}."))),
            };
            let text = field.text().await.map_err(broken)?;
            if text.contains('\0') {
                return Err(Error::invalid(
                    &name,
                    "control_characters",
                    "This value holds a NUL character. Remove it.",
                ));
            }
            *place = Some(text);
        }
        Ok(None)
    }
}

/// What parts the fields of a form, from its header; refuses what is no form.
pub fn boundary(headers: &HeaderMap) -> Result<String> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    multer::parse_boundary(content_type).map_err(|_| {
        Error::UnsupportedMediaType("Send the file in the field file of a multipart/form-data body.".into())
    })
}

fn constraints() -> multer::Constraints {
    let limits = multer::SizeLimit::new()
        .whole_stream(kinds::LARGEST + AROUND_THE_FILE)
        .for_field("folder_id", FIELD_LONGEST)
        .for_field("alt", FIELD_LONGEST);
    multer::Constraints::new().size_limit(limits)
}

/// Refuses a body that announces more than `longest` bytes before any of them is read.
pub fn refuse_long(headers: &HeaderMap, longest: u64) -> Result<()> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > longest) { Err(too_large()) } else { Ok(()) }
}

pub fn too_large() -> Error {
    Error::TooLarge(format!(
        "A file may have at most {} MB. Make it smaller and send it again.",
        kinds::LARGEST / 1024 / 1024
    ))
}

/// The body as it arrives; an error when nothing comes for too long.
pub fn arriving(request: Request) -> impl Stream<Item = Result<Bytes>> + Send + Unpin + 'static {
    let body = request.into_body().into_data_stream();
    Box::pin(futures_util::stream::unfold(Some(body), |body| async {
        let mut body = body?;
        match tokio::time::timeout(BYTES_ARRIVE_WITHIN, body.next()).await {
            Ok(Some(Ok(bytes))) => Some((Ok(bytes), Some(body))),
            Ok(Some(Err(_))) => Some((Err(broken_off()), None)),
            Ok(None) => None,
            Err(_) => Some((Err(Error::TooSlow), None)),
        }
    }))
}

fn broken_off() -> Error {
    Error::Malformed("The upload broke off before its end. Send it again.".into())
}

pub fn broken(error: multer::Error) -> Error {
    match error {
        multer::Error::StreamSizeExceeded { .. } => too_large(),
        multer::Error::FieldSizeExceeded { field_name, .. } => {
            let name = field_name.unwrap_or_default();
            Error::invalid(&name, "too_long", format!("The field {name} is too long. Shorten it."))
        }
        multer::Error::StreamReadFailed(cause) => match cause.downcast::<Error>() {
            Ok(error) => *error,
            Err(_) => broken_off(),
        },
        multer::Error::IncompleteStream | multer::Error::IncompleteFieldData { .. } => broken_off(),
        _ => Error::Malformed("The body is no valid multipart/form-data.".into()),
    }
}
