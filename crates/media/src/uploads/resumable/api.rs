//! `/media/uploads`: tus 1.0.0.

use axum::Json;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use http::response::Builder;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use kernel::access::{Caller, Permission};
use kernel::api::Id;
use kernel::error::Problem;
use kernel::{App, Error, Result};
use serde::Serialize;
use tracing::Instrument;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions::{self, WAITS_FOR};
use super::headers;
use super::parts::Digester;
use crate::kinds;
use crate::uploads::actions as uploads;
use crate::uploads::api::{arriving, refuse_long, too_large};
use crate::uploads::sniff;
use crate::uploads::store::Upload;

const ADDRESS: &str = "/api/v1/media/uploads";
static TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");

pub fn routes() -> OpenApiRouter<App> {
    let routes =
        OpenApiRouter::new().routes(routes!(describe, create)).routes(routes!(stands_at, read, append, terminate));
    routes.layer(from_fn(speak_tus))
}

/// Every answer names the version of the protocol; another one is refused before anything is done.
async fn speak_tus(request: Request, next: Next) -> Response {
    let is_another = headers::speaks_another(request.headers());
    let mut response =
        if is_another { StatusCode::PRECONDITION_FAILED.into_response() } else { next.run(request).await };
    let answered = response.headers_mut();
    answered.insert(TUS_RESUMABLE.clone(), HeaderValue::from_static(headers::VERSION));
    if is_another {
        answered.insert("tus-version", HeaderValue::from_static(headers::VERSION));
    }
    response
}

/// What resumable uploads can do here.
#[utoipa::path(options, path = "/media/uploads", tag = "media", operation_id = "describe_uploads", security(),
    responses((status = 204, description = "In the headers Tus-Version, Tus-Extension, Tus-Max-Size and Tus-Checksum-Algorithm")))]
async fn describe() -> Response {
    let described = [
        ("tus-version", headers::VERSION.to_owned()),
        ("tus-extension", headers::EXTENSIONS.to_owned()),
        ("tus-checksum-algorithm", headers::ALGORITHMS.to_owned()),
        ("tus-max-size", kinds::LARGEST.to_string()),
    ];
    (StatusCode::NO_CONTENT, described).into_response()
}

/// Begins a resumable upload (tus 1.0.0). `Upload-Length` is required; `Upload-Metadata` takes `filename`, `filetype`,
/// `folder_id` and `alt`.
#[utoipa::path(post, path = "/media/uploads", tag = "media", operation_id = "create_upload", extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 201, description = "The upload's address is in Location"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn create(caller: Caller, request: HeaderMap) -> Result<Response> {
    caller.must(Permission::ContentEdit)?;
    headers::must_speak_tus(&request)?;
    let announced = headers::announced(&request)?;
    let length = announced.length.and_then(|length| u64::try_from(length).ok()).unwrap_or(0);
    if length > kinds::LARGEST {
        return Err(too_large());
    }
    if length == 0 {
        return Err(sniff::empty());
    }
    uploads::must_fit_by_name(&announced.name, length)?;
    let upload = uploads::begin(&caller, announced, WAITS_FOR).await?;
    caller.commit().await?;
    let answer =
        Response::builder().status(StatusCode::CREATED).header(header::LOCATION, format!("{ADDRESS}/{}", upload.id));
    finished(described(answer, &upload))
}

/// How much of an upload is there (tus 1.0.0).
#[utoipa::path(head, path = "/media/uploads/{id}", tag = "media", params(("id" = String, Path)), operation_id = "locate_upload",
    extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 200, description = "In the headers Upload-Offset, Upload-Length and Upload-Expires"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn stands_at(caller: Caller, Id(id): Id, request: HeaderMap) -> Result<Response> {
    let upload = own(&caller, &id).await?;
    headers::must_speak_tus(&request)?;
    let answer = Response::builder().status(StatusCode::OK).header(header::CACHE_CONTROL, "no-store");
    let answer = answer
        .header("upload-length", upload.length.unwrap_or(0))
        .header("upload-metadata", headers::metadata(&upload));
    finished(described(answer, &upload))
}

/// Where an upload stands, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
struct UploadState {
    id: String,
    file_name: String,
    length: Option<i64>,
    offset: i64,
    /// The asset that it has become; null before.
    asset_id: Option<String>,
    /// The organization had the very same file already, and this is that one.
    is_duplicate: bool,
    /// Why it was refused, as `{"status", "detail"}`; else null.
    refusal: Option<serde_json::Value>,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// Where an upload stands, and what became of it, as JSON.
#[utoipa::path(get, path = "/media/uploads/{id}", tag = "media", params(("id" = String, Path)), operation_id = "read_upload",
    extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 200, body = UploadState), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn read(caller: Caller, Id(id): Id) -> Result<Json<UploadState>> {
    let Upload { id, file_name, length, received, asset_id, is_duplicate, refusal, expires_at, .. } =
        own(&caller, &id).await?;
    Ok(Json(UploadState { id, file_name, length, offset: received, asset_id, is_duplicate, refusal, expires_at }))
}

/// Appends bytes at `Upload-Offset` (tus 1.0.0). The answer to the last ones names the asset in `Media-Asset` (with `Media-Duplicate: true` when the library had its bytes before), or is the
/// problem why the file is refused.
#[utoipa::path(patch, path = "/media/uploads/{id}", tag = "media", params(("id" = String, Path)), operation_id = "append_to_upload",
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"), extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 204, description = "In the headers Upload-Offset and Upload-Expires how much is there now"),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn append(mut caller: Caller, Id(id): Id, request: Request) -> Result<Response> {
    let upload = own(&caller, &id).await?;
    let asked = request.headers();
    headers::must_speak_tus(asked)?;
    if headers::text(asked, "content-type") != Some("application/offset+octet-stream") {
        return Err(Error::UnsupportedMediaType("Send the bytes as application/offset+octet-stream.".into()));
    }
    if let Some(detail) = upload.refusal.as_ref().map(|refusal| refusal["detail"].as_str().unwrap_or_default()) {
        return Err(Error::Conflict(format!("This upload was refused: {detail}")));
    }
    if headers::number(asked, "Upload-Offset")? != upload.received {
        return Err(Error::Conflict(format!(
            "This upload stands at {}. Ask with HEAD and go on from there.",
            upload.received
        )));
    }
    refuse_long(asked, u64::try_from(upload.length.unwrap_or(0) - upload.received).unwrap_or(0))?;
    let digester = Digester::new(headers::checksum(asked)?);
    let source = arriving(request);
    // A task of its own, so that what arrived before a lost connection is kept.
    let work =
        tokio::spawn(async move { actions::append(&mut caller, upload, digester, source).await }.in_current_span());
    match work.await.map_err(Error::internal)?? {
        Some(upload) => finished(described(Response::builder().status(StatusCode::NO_CONTENT), &upload)),
        None => Ok((headers::mismatch(), "Checksum Mismatch").into_response()),
    }
}

/// Ends an upload and clears away what it brought (tus 1.0.0). An asset that it has become stays.
#[utoipa::path(delete, path = "/media/uploads/{id}", tag = "media", params(("id" = String, Path)), operation_id = "terminate_upload",
    extensions(("x-least-role" = json!("MEMBER"))),
    responses((status = 204), (status = "default", body = Problem, content_type = "application/problem+json")))]
async fn terminate(mut caller: Caller, Id(id): Id, request: HeaderMap) -> Result<StatusCode> {
    own(&caller, &id).await?;
    headers::must_speak_tus(&request)?;
    actions::terminate(&mut caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The upload of this id, for those who may send files.
async fn own(caller: &Caller, id: &str) -> Result<Upload> {
    caller.must(Permission::ContentEdit)?;
    actions::find(caller, id).await
}

fn described(answer: Builder, upload: &Upload) -> Builder {
    let answer =
        answer.header("upload-offset", upload.received).header("upload-expires", headers::date(upload.expires_at));
    match &upload.asset_id {
        Some(id) if upload.is_duplicate => answer.header("media-asset", id).header("media-duplicate", "true"),
        Some(id) => answer.header("media-asset", id),
        None => answer,
    }
}

fn finished(answer: Builder) -> Result<Response> {
    answer.body(axum::body::Body::empty()).map_err(Error::internal)
}
